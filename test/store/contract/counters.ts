/** A job's counters are its items, counted: whatever legal changes come in whatever order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobStore } from '../../../src/store/job-store.js';
import {
  ITEM_STATES,
  OUTCOMES,
  type ItemChange,
  type ItemPatch,
  type ItemPlan,
  type ItemRecord,
  type ItemState,
  type Step,
  type RollbackState,
} from '../../../src/model/item.js';
import type { JobRecord } from '../../../src/model/job.js';
import {
  change,
  changeItems,
  claimedJob,
  freshStore,
  NOW_MS,
  patchJob,
  type Claimed,
  type OpenStore,
} from './fixtures.js';

const STATES: readonly ItemState[] = ['read', 'ready', 'waiting', 'sending', 'doubt', 'ended'];
const UNDO_STATES: readonly RollbackState[] = ['sending', 'reversed', 'kept', 'errored'];
const ITEMS = 5;
const RUNS = 25;

const UNDO = {
  status: 'running' as const,
  reason: null,
  total: 0,
  reversed: 0,
  kept: 0,
  errored: 0,
  startedAtMs: NOW_MS,
  completedAtMs: null,
};

interface Drawn {
  readonly seq: number;
  readonly patch: ItemPatch;
  /** The change names a state that the item is not in. */
  readonly isIllegal: boolean;
}

const STEP: Step = { kind: 'create', collection: 'contacts', id: null, body: {} };

const drawnPlan: fc.Arbitrary<ItemPlan | null> = fc.option(
  fc.integer({ min: 0, max: 3 }).map((count) => ({
    outcome: 'created',
    steps: Array.from({ length: count }, () => STEP),
    changes: [],
  })),
);

const drawnPatch: fc.Arbitrary<ItemPatch> = fc.record(
  {
    state: fc.constantFrom(...STATES),
    outcome: fc.constantFrom(null, ...OUTCOMES),
    rollbackState: fc.constantFrom(null, ...UNDO_STATES),
    attempts: fc.nat(3),
    plan: drawnPlan,
    step: fc.nat(4),
  },
  { requiredKeys: [] },
);

const drawnBatch: fc.Arbitrary<Drawn[]> = fc.uniqueArray(
  fc.record({
    seq: fc.integer({ min: 1, max: ITEMS }),
    patch: fc
      .tuple(drawnPatch, fc.nat(9))
      .map(([patch, step]) => (Object.keys(patch).length === 0 ? { step } : patch)),
    isIllegal: fc.constantFrom(...Array.from({ length: 9 }, () => false), true),
  }),
  { selector: ({ seq }) => seq, minLength: 1, maxLength: ITEMS },
);

/** Changes for a batch, each from the state that its item is really in. */
function changesFor(batch: readonly Drawn[], states: ReadonlyMap<number, ItemState>): ItemChange[] {
  return batch.map(({ seq, patch, isIllegal }) => {
    const state = states.get(seq) ?? 'read';
    const from = isIllegal ? STATES.filter((other) => other !== state) : [state];
    return { seq, patch, from };
  });
}

function countsOf(items: readonly ItemRecord[]): unknown {
  const count = (is: (item: ItemRecord) => boolean): number => items.filter(is).length;
  const sum = (of: (item: ItemRecord) => number): number =>
    items.reduce((total, item) => total + of(item), 0);
  return {
    outcomes: Object.fromEntries(
      OUTCOMES.map((outcome) => [outcome, count((item) => item.outcome === outcome)]),
    ),
    reversed: count((item) => item.rollbackState === 'reversed'),
    kept: count((item) => item.rollbackState === 'kept'),
    errored: count((item) => item.rollbackState === 'errored'),
    plannedItems: count(({ state }) => state !== 'read'),
    requestsPlanned: sum(({ plan }) => plan?.steps.length ?? 0),
    requestsLeft: sum(({ state, plan, step }) =>
      state === 'ended' ? 0 : Math.max(0, (plan?.steps.length ?? 0) - step),
    ),
  };
}

function countersOf(job: JobRecord | null): unknown {
  const { outcomes, rollback, plannedItems, requestsPlanned, requestsLeft } = job ?? {};
  const { reversed, kept, errored } = rollback ?? {};
  return { outcomes, reversed, kept, errored, plannedItems, requestsPlanned, requestsLeft };
}

async function expectCounted(store: JobStore, jobId: string): Promise<ItemRecord[]> {
  const items = await store.listItems({ jobId, limit: 100 });
  expect(countersOf(await store.getJob({ jobId }))).toEqual(countsOf(items));
  return items;
}

async function applyBatch(
  store: JobStore,
  claimed: Claimed,
  batch: readonly Drawn[],
): Promise<void> {
  const before = await store.listItems({ jobId: claimed.jobId, limit: 100 });
  const states = new Map(before.map(({ seq, state }) => [seq, state]));
  const changing = changeItems(store, claimed, changesFor(batch, states));
  if (!batch.some(({ isIllegal }) => isIllegal)) {
    await changing;
    return;
  }
  await expect(changing).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect(await store.listItems({ jobId: claimed.jobId, limit: 100 })).toEqual(before);
}

function describePaceOfJobs(open: OpenStore): void {
  describe('the pace of a job', () => {
    const store = freshStore(open);

    it('is that of what was sent, not of what ended without a request', async () => {
      const claimed = await claimedJob(store(), 'j1', { items: 20 });
      const plan: ItemPlan = { outcome: 'created', steps: [STEP], changes: [] };
      const move = async (seq: number, patch: ItemPatch, atMs: number): Promise<void> => {
        await store().changeItems({
          ...claimed,
          changes: [change(seq, patch, ITEM_STATES)],
          nowMs: NOW_MS + atMs,
        });
      };
      for (let seq = 1; seq <= 10; seq += 1) await move(seq, { state: 'ready', plan }, 0);
      for (let seq = 11; seq <= 20; seq += 1) {
        await move(seq, { state: 'ended', outcome: 'skipped' }, 1);
      }
      expect(await store().getJob({ jobId: 'j1' })).toMatchObject({ speed: null });
      for (let seq = 1; seq <= 10; seq += 1) {
        await move(seq, { state: 'sending' }, seq * 1000);
        await move(seq, { state: 'ended', outcome: 'created' }, seq * 1000 + 500);
      }
      const { speed: tempo } = (await store().getJob({ jobId: 'j1' })) ?? {};
      expect(tempo).toMatchObject({
        kind: 'run',
        base: { atMs: NOW_MS + 1500, done: 0 },
        last: { atMs: NOW_MS + 10_500, done: 9 },
      });
    });
  });
}

export function describeCounters(open: OpenStore): void {
  describe('counters', () => {
    const store = freshStore(open);
    const failed: ItemPatch = { state: 'ended', outcome: 'failed', code: 'X', message: 'm' };

    it('equal a count over the items after any sequence of changes', async () => {
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(drawnBatch, { minLength: 1, maxLength: 8 }), async (batches) => {
          runs += 1;
          const claimed = await claimedJob(store(), `j${String(runs)}`, { items: ITEMS });
          await patchJob(store(), claimed, { rollback: UNDO });
          for (const batch of batches) {
            await applyBatch(store(), claimed, batch);
            await expectCounted(store(), claimed.jobId);
          }
        }),
        { numRuns: RUNS },
      );
    });

    it('add up duplicates', async () => {
      const claimed = await claimedJob(store(), 'j1', { items: 2 });
      for (const seq of [1, 2]) {
        const changes = [change(seq, { state: 'ready' })];
        const duplicates = { inFile: seq, inBilly: 10 };
        await store().changeItems({ ...claimed, changes, duplicates, nowMs: NOW_MS + seq });
      }
      expect(await store().getJob({ jobId: 'j1' })).toMatchObject({
        duplicatesInFile: 3,
        duplicatesInBilly: 20,
        updatedAtMs: NOW_MS + 2,
      });
    });

    it('stay true when one batch names an item twice, or the batch is refused', async () => {
      const claimed = await claimedJob(store(), 'j1', { items: 1 });
      await patchJob(store(), claimed, { rollback: UNDO });
      const twice = [change(1, { outcome: 'created' }), change(1, failed)];
      await changeItems(store(), claimed, twice).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'STORE_FAILED' });
      });
      await expectCounted(store(), 'j1');
    });

    it('belong to one job each', async () => {
      const claimed = await claimedJob(store(), 'j1', { items: 1 });
      await claimedJob(store(), 'j2', { items: 1 });
      await changeItems(store(), claimed, [change(1, failed)]);
      expect((await store().getJob({ jobId: 'j2' }))?.outcomes.failed).toBe(0);
    });
  });
  describePaceOfJobs(open);
}
