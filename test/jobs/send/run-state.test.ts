/** Where a run stands when a process takes it up: what the store says, and nothing else. */
import { describe, expect, it } from 'vitest';
import { plan } from '../../../src/jobs/plan/plan.js';
import { isUnderWay, mustStop } from '../../../src/jobs/send/run-state.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import { changeItems, readJob } from '../../../src/jobs/job/job-context.js';
import { calmWorld, openWork, type World } from '../../support/engine-world.js';

async function planned(world: World, options = {}) {
  const context = await openWork(world, await world.startImport('name\nAlfa\nBeta', options));
  await scan(context);
  await plan(context);
  return context;
}

describe('a run', () => {
  it.each([
    [{ continueOnError: false }, true],
    [{ rollbackOnError: true }, true],
    [{}, false],
  ])('with %j stops once a failed row is stored: %s', async (options, stops) => {
    const context = await planned(await calmWorld({ isHeld: true }), options);
    expect(mustStop(await readJob(context))).toBe(false);
    const patch = { state: 'ended', outcome: 'failed', code: 'BILLY_VALIDATION' } as const;
    await changeItems(context, [{ seq: 1, from: ['ready'], patch }]);
    expect(mustStop(await readJob(context))).toBe(stops);
  });

  it('is under way when all rows are decided, or anything may be in Billy', async () => {
    const world = await calmWorld({ isHeld: true });
    const context = await planned(world);
    expect(await isUnderWay(context, await readJob(context))).toBe(true);
    const more = { ...(await readJob(context)), totalItems: 3 };
    expect(await isUnderWay(context, more)).toBe(false);
    await changeItems(context, [{ seq: 1, from: ['ready'], patch: { state: 'sending' } }]);
    expect(await isUnderWay(context, more)).toBe(true);
    const written = { state: 'ended', outcome: 'created', hasWritten: true } as const;
    await changeItems(context, [{ seq: 1, from: ['sending'], patch: written }]);
    expect(await isUnderWay(context, more)).toBe(true);
  });
});
