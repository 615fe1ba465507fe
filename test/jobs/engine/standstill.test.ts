/** What a process remembers of jobs whose state cannot be stored. */
import { describe, expect, it } from 'vitest';
import { JobError, StoreError } from '../../../src/core/errors.js';
import { Standstills } from '../../../src/jobs/engine/standstill.js';
import type { JobRecord } from '../../../src/model/job.js';
import { calmWorld } from '../../support/engine-world.js';

const FULL = new StoreError({ code: 'STORE_FAILED', message: 'The disk is full.' });

async function place() {
  const world = await calmWorld({ isHeld: true });
  const job = await world.startImport('name\nA\n');
  const standstills = new Standstills(world.store);
  const breakOff = (error: Error): Promise<unknown> =>
    standstills.watch(job.id, Promise.reject(error)).catch((thrown: unknown) => thrown);
  const warning = (changes: Partial<JobRecord> = {}) =>
    standstills.warningFor({ ...job, ...changes });
  return { world, job, standstills, breakOff, warning };
}

describe('a job that breaks off', () => {
  it('because of the database stands still, with the reason', async () => {
    const { breakOff, warning, job } = await place();
    expect(warning()).toBeNull();
    expect(await breakOff(FULL)).toBe(FULL);
    for (let look = 0; look < 2; look += 1) {
      expect(warning()).toMatchObject({ code: 'STORE_FAILED' });
      expect(warning()?.message).toMatch(/is stuck.*continues automatically.*The disk is full\.$/);
    }
    expect(warning({ id: `${job.id}x` })).toBeNull();
  });

  it('for any other reason does not', async () => {
    const { breakOff, warning } = await place();
    await breakOff(FULL);
    await breakOff(new JobError({ code: 'JOB_NOT_FOUND', message: 'Gone.' }));
    expect(warning()).toBeNull();
  });
});

describe('a job that goes on', () => {
  it('stands still no more once something of it is stored, also by another process', async () => {
    const { breakOff, warning, job } = await place();
    await breakOff(FULL);
    expect(warning({ updatedAtMs: job.updatedAtMs - 1 })).toBeNull();
    expect(warning()).toBeNull();
  });

  it('stands still no more once it has ended', async () => {
    const { breakOff, warning } = await place();
    await breakOff(FULL);
    expect(warning({ phase: 'done' })).toBeNull();
  });

  it('stands still no more once its work came to a rest', async () => {
    const { breakOff, warning, standstills, job } = await place();
    await breakOff(FULL);
    await standstills.watch(job.id, Promise.resolve());
    expect(warning()).toBeNull();
  });

  it('is noticed also where nothing could be read when it broke off', async () => {
    const { job } = await place();
    const standstills = new Standstills({ getJob: () => Promise.reject(FULL) });
    await standstills.watch(job.id, Promise.reject(FULL)).catch(() => undefined);
    expect(standstills.warningFor(job)).not.toBeNull();
    expect(standstills.warningFor({ ...job, updatedAtMs: job.updatedAtMs + 1 })).toBeNull();
  });
});

describe('a job of an organization without a usable token', () => {
  it('waits with the way out, until there is a token or it has ended', async () => {
    const { warning, standstills, job } = await place();
    standstills.noteWithoutToken(['another']);
    expect(warning()).toBeNull();
    standstills.noteWithoutToken(['another', job.organizationId]);
    expect(warning()).toMatchObject({ code: 'CONFIG_MISSING_TOKEN' });
    expect(warning()?.message).toContain('organizations add');
    expect(warning({ phase: 'done' })).toBeNull();
    standstills.noteWithoutToken([]);
    expect(warning()).toBeNull();
  });
});
