// How a job ends: every row of its source is stored, and what cannot be read any more ends nothing else.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { markUnknown, finishJob } from '../../../src/jobs/engine/finish-job.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import { changeItems, readJob, type JobContext } from '../../../src/jobs/job/job-context.js';
import { storeRest } from '../../../src/jobs/scan/source-rows.js';
import { calmWorld, openWork, type World } from '../../support/engine-world.js';
import { isStop, isStoreFailure } from '../../../src/jobs/job/job-failures.js';

async function judged(): Promise<{ world: World; context: JobContext }> {
  const world = await calmWorld({ isHeld: true });
  const context = await openWork(world, await world.startImport('name\nA\nB\nC\n'));
  await scan(context);
  return { world, context };
}

describe('a job that ends before its last row', () => {
  it('keeps the rows that were not reached', async () => {
    const { context } = await judged();
    await finishJob(context, { status: 'cancelled' });
    expect(await context.store.countItems({ jobId: context.jobId, states: ['read'] })).toBe(3);
    expect(await readJob(context)).toMatchObject({ status: 'cancelled', phase: 'done' });
  });

  it('ends all the same when its source is gone', async () => {
    const { world, context } = await judged();
    rmSync(join(world.dataDir, 'sources'), { recursive: true });
    const error = { code: 'BILLY_AUTH', message: 'm', hint: 'h' };
    await finishJob(context, { status: 'failed', error });
    expect(await readJob(context)).toMatchObject({ status: 'failed', phase: 'done', error });
  });
});

it('the snapshot goes with the job, but stays where a lost write may have to be told apart', async () => {
  const { context } = await judged();
  const { store, jobId, lease } = context;
  const image = { id: 'r1', fields: {}, children: {} };
  const entries = [{ recordId: 'r1', image, keys: [], changedByRow: null }];
  const kept = async (): Promise<number> =>
    (await store.getFromSnapshot({ jobId, layer: 'before', recordIds: ['r1'] })).size;
  await storeRest(context);
  await store.putSnapshot({ jobId, lease, layer: 'before', entries });
  const patch = { state: 'doubt', lostAtMs: 1 } as const;
  await changeItems(context, [{ seq: 1, from: ['read'], patch }]);
  await markUnknown(context);
  expect(await store.getItem({ jobId, seq: 1 })).toMatchObject({
    outcome: 'unknown',
    code: 'OUTCOME_UNKNOWN',
  });
  await finishJob(context, { status: 'failed' });
  expect(await kept()).toBe(1);
  await changeItems(context, [{ seq: 1, from: ['ended'], patch: { outcome: 'skipped' } }]);
  await finishJob(context, { status: 'failed' });
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
