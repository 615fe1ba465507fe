// The planner: batch after batch, of new rows and stored ones; what earlier rows make is looked up only once keys repeat.
import { describe, expect, it } from 'vitest';
import type { StartOptions } from '../../src/jobs/options.js';
import { preparePlan, resumePlan } from '../../src/jobs/plan.js';
import { scan } from '../../src/jobs/scan.js';
import type { Work } from '../../src/jobs/work.js';
import { calmWorld, openWork, type World } from '../support/engine-world.js';
import { useSmallBatches } from './support/slow-planning.js';

useSmallBatches(3);

const DRY: StartOptions = { dryRun: true };

async function judged(rows: readonly string[], options = DRY): Promise<[World, Work]> {
  const world = await calmWorld({ isHeld: true });
  const csv = ['name,email', ...rows].join('\n');
  const work = await openWork(world, await world.startImport(csv, options));
  await scan(work);
  return [world, work];
}

const unlike = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `K${String(index)},k${String(index)}@a.dk`);

async function plannedIds({ store, jobId }: Work, emails: readonly string[]): Promise<string[]> {
  const keys = emails.map((value) => ({ key: 'email', value }));
  const found = await store.findPool({ jobId, layer: 'planned', keys });
  return found.map(({ recordId }) => recordId).sort();
}

describe('rows of a file', () => {
  it('of which none repeats a key leave nothing in the pool', async () => {
    const [world, work] = await judged(unlike(8));
    const { planner } = await preparePlan(work);
    let batches = 0;
    const isWhole = await planner.toEnd(() => {
      batches += 1;
    });
    expect([isWhole, planner.isDone, batches]).toEqual([true, true, 3]);
    expect((await world.items(work.jobId)).map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 8 }, () => 'created'),
    );
    expect(await plannedIds(work, ['k0@a.dk', 'k7@a.dk'])).toEqual([]);
  });

  it('meet an earlier one, however far back, from the first repeat on', async () => {
    const [world, work] = await judged([...unlike(7), 'Again,k1@a.dk', 'New,n@a.dk', 'X,n@a.dk']);
    await (await preparePlan(work)).planner.toEnd();
    const outcomes = (await world.items(work.jobId)).map(({ outcome }) => outcome);
    expect(outcomes.slice(7)).toEqual(['skipped', 'created', 'skipped']);
    expect(await plannedIds(work, ['k1@a.dk', 'n@a.dk'])).toEqual(['row:2', 'row:9']);
  });

  it('that repeat within one batch meet, too', async () => {
    const [world, work] = await judged(['A,a@a.dk', 'B,a@a.dk']);
    await (await preparePlan(work)).planner.toEnd();
    const outcomes = (await world.items(work.jobId)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['created', 'skipped']);
  });
});

it('who goes on after a restart decides only the rest, and finds what the first ones make', async () => {
  const [world, work] = await judged([...unlike(5), 'Again,k0@a.dk'], {});
  const { planner } = await preparePlan(work);
  const asked = { jobId: work.jobId, nowMs: work.clock.nowMs() };
  expect(
    await planner.toEnd(() => {
      void world.store.requestPause(asked);
    }),
  ).toBe(false);
  expect(planner.isDone).toBe(false);
  expect(await world.items(work.jobId)).toHaveLength(3);
  await world.store.requestResume(asked);
  const resumed = (await resumePlan(work)).planner;
  expect(await resumed.toEnd()).toBe(true);
  const items = await world.items(work.jobId);
  expect(items.map(({ seq, state }) => [seq, state])).toEqual([
    [1, 'ready'],
    [2, 'ready'],
    [3, 'ready'],
    [4, 'ready'],
    [5, 'ready'],
    [6, 'waiting'],
  ]);
  expect(items[5]?.waitsFor).toBe(1);
});

it('a dry run tells how many requests it takes', async () => {
  const [world, work] = await judged([...unlike(4), 'Twice,k0@a.dk']);
  await (await preparePlan(work)).planner.toEnd();
  const job = await world.store.getJob({ jobId: work.jobId });
  expect(job?.result).toMatchObject({ requests: 4 });
});
