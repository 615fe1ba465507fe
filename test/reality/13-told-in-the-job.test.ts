/** What a job says of itself: of a rollback that worked at last, of unknown rows, of a full disk. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { StoreError } from '../../src/core/errors.js';
import { askUndo, undone } from '../jobs/support/deletions.js';
import type { World, WorldOptions } from '../support/engine-world.js';
import { isWrite, loseAnswer, on, onlyNth, when } from './support/hooks.js';
import { realWorld } from './support/real-world.js';
import { eventually } from './support/servers.js';

const STORM: WorldOptions = { isVirtual: true, timeoutMs: 4000, settleMs: 3000 };

describe('a rollback that works at the second time', () => {
  it('leaves no error of the first', async () => {
    const { world, proxy } = await realWorld(STORM);
    const { id } = await world.imported('name\nEt\nTo');
    const away = proxy.use(
      when(isWrite, (request, pass) => {
        world.sandbox.control.revokeToken();
        return pass(request);
      }),
    );
    const first = await undone(world, id);
    expect(first).toMatchObject({
      status: 'partially_rolled_back',
      error: { code: 'BILLY_AUTH' },
    });
    away();
    world.sandbox.control.revokeToken(false);
    const second = await undone(world, id);
    expect(second).toMatchObject({ status: 'rolled_back', rollback: { reversed: 2, errored: 0 } });
    expect(second.error).toBeNull();
  });
});

describe('the forecast of a rollback', () => {
  /** The answer to the first row is lost and the token revoked: nobody can look any more. */
  async function withUnknown(): Promise<{ world: World; jobId: string }> {
    const { world, proxy } = await realWorld({ ...STORM, maxConcurrent: 1 });
    const away = proxy.use(
      onlyNth(2, on('POST', 'contacts'), async (request, pass) => {
        const lost = await loseAnswer(request, pass);
        world.sandbox.control.revokeToken();
        return lost;
      }),
    );
    const view = await world.imported('contactNo,name\nK1,Et\nK2,To\nK3,Tre');
    away();
    expect(view.outcomes).toMatchObject({ created: 1, unknown: 1 });
    world.sandbox.control.revokeToken(false);
    return { world, jobId: view.id };
  }

  it('counts the unknown rows as the rollback does', async () => {
    const { world, jobId } = await withUnknown();
    await askUndo(world, jobId, true);
    const forecast = await world.until(jobId, ({ rollback }) => rollback?.status === 'foretold');
    const real = await undone(world, jobId);
    expect(real.rollback).toMatchObject({ total: 2, reversed: 2 });
    const { total, reversed, kept, errored } = forecast.rollback ?? {};
    expect({ total, reversed, kept, errored }).toEqual({
      total: 2,
      reversed: 2,
      kept: 0,
      errored: 0,
    });
  });
});

describe('a full disk', () => {
  /** Nothing can be written until the disk is freed; what is stored can be read. */
  function fillDisk(world: World): () => void {
    const full = (): Promise<never> =>
      Promise.reject(new StoreError({ code: 'STORE_FAILED', message: 'database or disk is full' }));
    const whole = { ...world.store };
    Object.assign(world.store, { changeItems: full, updateJob: full, beginStage: full });
    const free = (): void => {
      Object.assign(world.store, whole);
    };
    onTestFinished(free);
    return free;
  }

  async function filledInTheMiddle(): Promise<{ world: World; jobId: string; free: () => void }> {
    const { world, proxy } = await realWorld(STORM);
    let free = (): void => undefined;
    let isFull = false;
    proxy.use(
      when(isWrite, async (request, pass) => {
        const answer = await pass(request);
        if (!isFull && world.held('contacts').length >= 4) {
          isFull = true;
          free = fillDisk(world);
        }
        return answer;
      }),
    );
    const names = Array.from({ length: 20 }, (_, index) => `K${index + 1},Kunde ${index + 1}`);
    const { id } = await world.startImport(['contactNo,name', ...names].join('\n'));
    await eventually('the full disk', () => isFull);
    return {
      world,
      jobId: id,
      free: () => {
        free();
      },
    };
  }

  it('is told in the job', async () => {
    const { world, jobId } = await filledInTheMiddle();
    let told = '';
    const isTold = async (): Promise<boolean> => {
      const { error, warnings } = await world.service.job(jobId);
      told = JSON.stringify([error, warnings]);
      return told.includes('STORE_FAILED');
    };
    await eventually('the word', isTold, 2000).catch(() => undefined);
    expect(told).toContain('STORE_FAILED');
  });

  it('does not stop the job for good: it goes on once there is room', async () => {
    const { world, jobId, free } = await filledInTheMiddle();
    await world.clock.sleep(10_000);
    free();
    const view = await world.ended(jobId);
    expect(view.outcomes).toMatchObject({ created: 20, unknown: 0 });
    expect(view.error).toBeNull();
    expect(world.held('contacts')).toHaveLength(20);
  });
});
