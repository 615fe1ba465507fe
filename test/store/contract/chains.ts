/** Items that come in when what they wait for may have ended: one of each chain at a time. */
import { describe, expect, it } from 'vitest';
import type { JobStore } from '../../../src/store/job-store.js';
import type { ItemPatch, PlannedItem } from '../../../src/model/item.js';
import {
  change,
  changeItems,
  claimedJob,
  freshStore,
  newItems,
  NOW_MS,
  type Claimed,
  type OpenStore,
} from './fixtures.js';

type Decided = Parameters<JobStore['addPlannedItems']>[0];

const READY: ItemPatch = { state: 'ready' };
const FAILED: ItemPatch = { state: 'ended', outcome: 'failed', code: 'X', message: 'm' };
const ENDED: ItemPatch = { state: 'ended', outcome: 'created' };
const waitingFor = (waitsFor: number): ItemPatch => ({
  state: 'waiting',
  waitsFor,
  needsPlan: true,
});

function planned(startSeq: number, patches: readonly ItemPatch[]): PlannedItem[] {
  const items = newItems(patches.length, startSeq);
  return items.map((item, index) => ({ item, patch: patches[index] ?? READY }));
}

async function add(
  store: JobStore,
  claimed: Claimed,
  batch: Pick<Decided, 'items'> & Partial<Decided>,
): Promise<void> {
  const duplicates = { inFile: 0, inBilly: 0 };
  await store.addPlannedItems({
    ...claimed,
    planned: [],
    leaders: [],
    duplicates,
    nowMs: NOW_MS + 7,
    ...batch,
  });
}

async function statesOf(store: JobStore, jobId = 'j1'): Promise<string[]> {
  return (await store.listItems({ jobId, limit: 100 })).map(({ state }) => state);
}

function describeTurns(open: OpenStore): void {
  const store = freshStore(open);

  it('wait for one that has not ended, and go at once after one that has', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 3 });
    await changeItems(store(), claimed, [change(1, ENDED), change(2, { state: 'sending' })]);
    const patches = [waitingFor(1), waitingFor(2), waitingFor(3), waitingFor(0)];
    await add(store(), claimed, { items: planned(4, patches) });
    expect((await statesOf(store())).slice(3)).toEqual(['ready', 'waiting', 'waiting', 'waiting']);
    // It meets what the first one left, so it is still to be decided again.
    const item = await store().getItem({ jobId: 'j1', seq: 4 });
    expect(item).toMatchObject({ needsPlan: true, waitsFor: 1 });
  });

  it('go one after another where several wait for the same one', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 2 });
    await changeItems(store(), claimed, [change(1, FAILED), change(2, FAILED)]);
    const patches = [waitingFor(1), waitingFor(2), waitingFor(1), waitingFor(2)];
    await add(store(), claimed, { items: planned(3, patches) });
    expect((await statesOf(store())).slice(2)).toEqual(['ready', 'ready', 'waiting', 'waiting']);
  });

  it.each<[string, ItemPatch]>([
    ['is ready', { ...waitingFor(1), state: 'ready' }],
    ['is on its way', { ...waitingFor(1), state: 'sending' }],
    ['is in doubt', { ...waitingFor(1), state: 'doubt' }],
    ['waits', waitingFor(1)],
  ])('stay behind an earlier one of the same chain that %s', async (_title, patch) => {
    const claimed = await claimedJob(store(), 'j1', { items: 2 });
    await changeItems(store(), claimed, [change(1, FAILED), change(2, patch)]);
    await add(store(), claimed, { items: planned(3, [waitingFor(1)]) });
    expect(await store().getItem({ jobId: 'j1', seq: 3 })).toMatchObject({ state: 'waiting' });
  });
}

function describeChains(open: OpenStore): void {
  const store = freshStore(open);

  it('see the whole chain, up to its first row and down every branch', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 5 });
    // 2 and 3 waited for 1, 4 for 3; 5 is of another chain.
    await changeItems(store(), claimed, [
      change(1, FAILED),
      change(2, { ...ENDED, waitsFor: 1 }),
      change(3, { ...ENDED, waitsFor: 1 }),
      change(4, { ...waitingFor(3), state: 'sending' }),
      change(5, ENDED),
    ]);
    const [six, seven] = [waitingFor(2), waitingFor(5)];
    await add(store(), claimed, { items: planned(6, [six, seven]) });
    expect((await statesOf(store())).slice(5)).toEqual(['waiting', 'ready']);
    const changes = [change(4, ENDED, ['sending']), change(6, ENDED, ['waiting'])];
    await changeItems(store(), claimed, changes);
    await add(store(), claimed, { items: planned(8, [waitingFor(6), waitingFor(4)]) });
    expect((await statesOf(store())).slice(7)).toEqual(['ready', 'waiting']);
  });

  it('do not look at the rows of other jobs', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 1 });
    const other = await claimedJob(store(), 'j2', { items: 2 });
    await changeItems(store(), claimed, [change(1, ENDED)]);
    await changeItems(store(), other, [change(2, waitingFor(1))]);
    await add(store(), claimed, { items: planned(2, [waitingFor(1)]) });
    expect(await statesOf(store())).toEqual(['ended', 'ready']);
    await add(store(), other, { items: planned(3, [waitingFor(1)]) });
    expect(await statesOf(store(), 'j2')).toEqual(['read', 'waiting', 'waiting']);
  });
}

export function describeFollowing(open: OpenStore): void {
  describe('items that follow others', () => {
    describeTurns(open);
    describeChains(open);
  });
}
