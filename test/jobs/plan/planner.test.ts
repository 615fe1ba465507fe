// The planner: batch after batch, of new rows and stored ones; what earlier rows make is looked up only once keys repeat.
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import type { StartOptions } from '../../../src/jobs/job/job-options.js';
import { preparePlan, resumePlan } from '../../../src/jobs/plan/plan.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import type { JobContext } from '../../../src/jobs/job/job-context.js';
import type { JobStore } from '../../../src/store/job-store.js';
import { calmWorld, openWork, type World } from '../../support/engine-world.js';
import { useSmallBatches } from '../support/slow-planning.js';

useSmallBatches(3);

const DRY: StartOptions = { dryRun: true };

async function judged(rows: readonly string[], options = DRY): Promise<[World, JobContext]> {
  const world = await calmWorld({ isHeld: true });
  const csv = ['name,email', ...rows].join('\n');
  const context = await openWork(world, await world.startImport(csv, options));
  await scan(context);
  return [world, context];
}

const unlike = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `K${String(index)},k${String(index)}@a.dk`);

async function plannedIds(
  { store, jobId }: JobContext,
  emails: readonly string[],
): Promise<string[]> {
  const keys = emails.map((value) => ({ key: 'email', value }));
  const found = await store.findInSnapshot({ jobId, layer: 'planned', keys });
  return found.map(({ recordId }) => recordId).sort();
}

describe('rows of a file', () => {
  it('of which none repeats a key leave nothing in the pool', async () => {
    const [world, context] = await judged(unlike(8));
    const { planner } = await preparePlan(context);
    let batches = 0;
    const isWhole = await planner.toEnd(() => {
      batches += 1;
    });
    expect([isWhole, planner.isDone, batches]).toEqual([true, true, 3]);
    expect((await world.items(context.jobId)).map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 8 }, () => 'created'),
    );
    expect(await plannedIds(context, ['k0@a.dk', 'k7@a.dk'])).toEqual([]);
  });

  it('meet an earlier one, however far back, from the first repeat on', async () => {
    const [world, context] = await judged([...unlike(7), 'K1,k1@a.dk', 'New,n@a.dk', 'NEW,n@a.dk']);
    await (await preparePlan(context)).planner.toEnd();
    const outcomes = (await world.items(context.jobId)).map(({ outcome }) => outcome);
    expect(outcomes.slice(7)).toEqual(['skipped', 'created', 'skipped']);
    expect(await plannedIds(context, ['k1@a.dk', 'n@a.dk'])).toEqual(['row:2', 'row:9']);
  });

  it('that repeat within one batch meet, too', async () => {
    const [world, context] = await judged(['A,a@a.dk', 'A,a@a.dk']);
    await (await preparePlan(context)).planner.toEnd();
    const outcomes = (await world.items(context.jobId)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['created', 'skipped']);
  });
});

it('who goes on after a restart decides only the rest, and finds what the first ones make', async () => {
  const [world, context] = await judged([...unlike(5), 'Again,k0@a.dk'], {});
  const { planner } = await preparePlan(context);
  const asked = { jobId: context.jobId, nowMs: context.clock.nowMs() };
  expect(
    await planner.toEnd(() => {
      void world.store.requestPause(asked);
    }),
  ).toBe(false);
  expect(planner.isDone).toBe(false);
  expect(await world.items(context.jobId)).toHaveLength(3);
  await world.store.requestResume(asked);
  const resumed = (await resumePlan(context)).planner;
  expect(await resumed.toEnd()).toBe(true);
  const items = await world.items(context.jobId);
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
  const [world, context] = await judged([...unlike(4), 'Twice,k0@a.dk']);
  await (await preparePlan(context)).planner.toEnd();
  const job = await world.store.getJob({ jobId: context.jobId });
  expect(job?.result).toMatchObject({ requests: 4 });
});

/** The same work with a store that waits with batches of decided rows until it is told what becomes of them. */
function holding(context: JobContext): {
  context: JobContext;
  held: { seq: number; end: (error?: Error) => void }[];
} {
  const held: { seq: number; end: (error?: Error) => void }[] = [];
  const addPlannedItems: JobStore['addPlannedItems'] = async (batch) => {
    const seq = batch.items[0]?.item.seq ?? 0;
    await new Promise<void>((resolve, reject) => {
      held.push({ seq, end: (error) => (error === undefined ? resolve() : reject(error)) });
    });
    await context.store.addPlannedItems(batch);
  };
  return {
    context: { ...context, store: { ...context.store, addPlannedItems } },
    held,
  };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

/** So long that whatever could go on would have. */
async function aWhile(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('what a dry run has decided', () => {
  it('is stored while the next rows are decided, a few batches at a time', async () => {
    const [world, judgedWork] = await judged(unlike(20));
    const { context, held } = holding(judgedWork);
    const planning = (await preparePlan(context)).planner.toEnd();
    await until(() => held.length === 4);
    await aWhile();
    expect(held.map(({ seq }) => seq)).toEqual([1, 4, 7, 10]);
    held[0]?.end();
    await until(() => held.length === 5);
    for (let index = 1; index < 7; index += 1) {
      await until(() => held.length > index);
      held[index]?.end();
    }
    expect(await planning).toBe(true);
    expect(await world.items(context.jobId)).toHaveLength(20);
  });

  it('and cannot be stored ends the plan with what the store says', async () => {
    const { context, held } = holding((await judged(unlike(20)))[1]);
    const planning = (await preparePlan(context)).planner.toEnd();
    const ended = expect(planning).rejects.toThrow('disk full');
    await until(() => held.length === 4);
    for (const { end } of held) end(new Error('disk full'));
    await ended;
    await aWhile();
    expect(held).toHaveLength(4);
  });

  it('is stored before the rows that may meet it are decided', async () => {
    const [world, judgedWork] = await judged([...unlike(6), 'K1,k1@a.dk']);
    const { context, held } = holding(judgedWork);
    const planning = (await preparePlan(context)).planner.toEnd();
    await until(() => held.length === 2);
    await aWhile();
    expect(held.map(({ seq }) => seq)).toEqual([1, 4]);
    held[0]?.end();
    held[1]?.end();
    await until(() => held.length === 3);
    held[2]?.end();
    expect(await planning).toBe(true);
    expect((await world.items(context.jobId))[6]?.outcome).toBe('skipped');
  });
});

it('what a run has decided is stored before anything else is', async () => {
  const { context, held } = holding((await judged(unlike(9), {}))[1]);
  const planning = (await preparePlan(context)).planner.toEnd();
  for (let count = 1; count <= 3; count += 1) {
    await until(() => held.length === count);
    await aWhile();
    expect(held).toHaveLength(count);
    held.at(-1)?.end();
  }
  expect(await planning).toBe(true);
});

describe('the first rows', () => {
  async function firstBatches(options: StartOptions): Promise<number[]> {
    Object.assign(LIMITS, { storeBatchRows: 40 });
    const [, context] = await judged(unlike(60), options);
    const sizes: number[] = [];
    const addPlannedItems: JobStore['addPlannedItems'] = (batch) => {
      sizes.push(batch.items.length);
      return context.store.addPlannedItems(batch);
    };
    const watched = { ...context, store: { ...context.store, addPlannedItems } };
    await (await preparePlan(watched)).planner.toEnd();
    return sizes;
  }

  it('of a dry run go few at a time, since they are slow', async () => {
    expect(await firstBatches(DRY)).toEqual([25, 15, 20]);
  });

  it('of a run come together, since they may be sent so', async () => {
    expect(await firstBatches({})).toEqual([40, 20]);
  });
});
