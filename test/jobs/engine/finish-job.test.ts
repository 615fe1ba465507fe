// How a job ends: every row of its source is stored, and what cannot be read any more ends nothing else.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { declareUnknown, finishJob } from '../../../src/jobs/engine/finish-job.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import { changeItems, readJob, type Work } from '../../../src/jobs/job/job-context.js';
import { storeRest } from '../../../src/jobs/scan/source-rows.js';
import { calmWorld, openWork, type World } from '../../support/engine-world.js';
import { isStop, isStoreFailure } from '../../../src/jobs/job/job-failures.js';

async function judged(): Promise<{ world: World; work: Work }> {
  const world = await calmWorld({ isHeld: true });
  const work = await openWork(world, await world.startImport('name\nA\nB\nC\n'));
  await scan(work);
  return { world, work };
}

describe('a job that ends before its last row', () => {
  it('keeps the rows that were not reached', async () => {
    const { work } = await judged();
    await finishJob(work, { status: 'cancelled' });
    expect(await work.store.countItems({ jobId: work.jobId, states: ['read'] })).toBe(3);
    expect(await readJob(work)).toMatchObject({ status: 'cancelled', phase: 'done' });
  });

  it('ends all the same when its source is gone', async () => {
    const { world, work } = await judged();
    rmSync(join(world.dataDir, 'sources'), { recursive: true });
    const error = { code: 'BILLY_AUTH', message: 'm', hint: 'h' };
    await finishJob(work, { status: 'failed', error });
    expect(await readJob(work)).toMatchObject({ status: 'failed', phase: 'done', error });
  });
});

it('the snapshot goes with the job, but stays where a lost write may have to be told apart', async () => {
  const { work } = await judged();
  const { store, jobId, lease } = work;
  const image = { id: 'r1', fields: {}, children: {} };
  const entries = [{ recordId: 'r1', image, keys: [], touchedBy: null }];
  const kept = async (): Promise<number> =>
    (await store.getPool({ jobId, layer: 'before', recordIds: ['r1'] })).size;
  await storeRest(work);
  await store.putPool({ jobId, lease, layer: 'before', entries });
  const patch = { state: 'doubt', lostAtMs: 1 } as const;
  await changeItems(work, [{ seq: 1, from: ['read'], patch }]);
  await declareUnknown(work);
  expect(await store.getItem({ jobId, seq: 1 })).toMatchObject({
    outcome: 'unknown',
    code: 'OUTCOME_UNKNOWN',
  });
  await finishJob(work, { status: 'failed' });
  expect(await kept()).toBe(1);
  await changeItems(work, [{ seq: 1, from: ['ended'], patch: { outcome: 'skipped' } }]);
  await finishJob(work, { status: 'completed' });
  expect(await kept()).toBe(0);
});

it('a stop, a lost lease and a failing store are told apart from what a job does wrong', () => {
  const failure = (code: 'LEASE_LOST' | 'STORE_FAILED' | 'BILLY_AUTH'): AppError =>
    new AppError({ code, message: 'm' });
  const errors = [new DOMException('stop', 'AbortError'), failure('LEASE_LOST')];
  expect(errors.map(isStop)).toEqual([true, true]);
  expect([failure('STORE_FAILED'), failure('BILLY_AUTH')].map(isStop)).toEqual([false, false]);
  expect([failure('STORE_FAILED'), failure('LEASE_LOST')].map(isStoreFailure)).toEqual([
    true,
    false,
  ]);
});
