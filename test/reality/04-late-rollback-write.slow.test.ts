/** A write of a rollback whose answer was lost lands late: nothing of it may fall on the next job. */
import { describe, expect, it } from 'vitest';
import { askUndo, plantCustomers } from '../jobs/support/deletions.js';
import type { World, WorldOptions } from '../support/engine-world.js';
import { landLate, on, when, type Matcher } from './support/hooks.js';
import { realWorld, type RealWorld } from './support/real-world.js';

/** Real milliseconds after which the lost writes land: well within the settling time. */
const LATE_MS = 1800;
/** 200 ms for a request and 2.5 s to settle, on a clock twenty times as fast. */
const PATIENT: WorldOptions = { isVirtual: true, timeoutMs: 4000, settleMs: 50_000 };
const ROWS = 4;
const UPDATE = { duplicateStrategy: 'update' } as const;

function csvWith(phone: string): string {
  const rows = Array.from({ length: ROWS }, (_, index) => {
    return `K${index + 1},Kunde ${index + 1},${phone}`;
  });
  return ['contactNo,name,phone', ...rows].join('\n');
}

function phones(world: World): unknown[] {
  return world.held('contacts').map(({ phone }) => phone);
}

/** What the client sends first to each record of it lands late; what it repeats passes. */
function firstToEach(isMeant: Matcher): Matcher {
  const seen = new Set<string>();
  return (request) => {
    const key = `${request.method} ${request.path}`;
    if (!isMeant(request) || seen.has(key)) return false;
    seen.add(key);
    return true;
  };
}

/** Four customers that a job has given a phone, which is now taken back and lands late. */
async function lateRollback(): Promise<RealWorld & { jobId: string }> {
  const real = await realWorld(PATIENT);
  const { world, proxy } = real;
  await plantCustomers(world, ROWS, () => ({ phone: '10101010' }));
  const { id, outcomes } = await world.imported(csvWith('20202020'), UPDATE);
  expect(outcomes.updated).toBe(ROWS);
  const isLate = firstToEach(on('PUT PATCH', 'contacts'));
  proxy.use(when(isLate, landLate(LATE_MS)));
  return { ...real, jobId: id };
}

describe('a write of a rollback that lands late', () => {
  it('does not overwrite what the next job writes', async () => {
    const { world, jobId } = await lateRollback();
    await askUndo(world, jobId);
    const next = await world.startImport(csvWith('30303030'), UPDATE);
    await world.ended(jobId);
    const view = await world.ended(next.id);
    expect(view.outcomes.updated).toBe(ROWS);
    await world.clock.sleep(20 * 1.2 * LATE_MS);
    expect(phones(world)).toEqual(Array.from({ length: ROWS }, () => '30303030'));
  });

  it('does not overwrite what somebody writes after the rollback has ended', async () => {
    const { world, jobId } = await lateRollback();
    await askUndo(world, jobId);
    await world.ended(jobId);
    for (const { id } of world.held('contacts')) {
      const changes = { phone: '40404040' };
      world.sandbox.control.thirdParty({ action: 'edit', id, changes });
    }
    await world.clock.sleep(20 * 1.2 * LATE_MS);
    expect(phones(world)).toEqual(Array.from({ length: ROWS }, () => '40404040'));
  });

  it('is looked for before the same is sent again', async () => {
    const { world, proxy, jobId } = await lateRollback();
    const isPut = on('PUT PATCH', 'contacts');
    const from = proxy.requests.filter(isPut).length;
    await askUndo(world, jobId);
    const view = await world.ended(jobId);
    expect(view.rollback).toMatchObject({ reversed: ROWS, kept: 0, errored: 0 });
    expect(phones(world)).toEqual(Array.from({ length: ROWS }, () => '10101010'));
    await world.clock.sleep(20 * 1.2 * LATE_MS);
    expect(proxy.requests.filter(isPut).length - from).toBe(ROWS);
  });
});
