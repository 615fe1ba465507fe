/** Items that are stored as they were decided: with their counters, causes and records, or not at all. */
import { describe, expect, it } from 'vitest';
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

const NONE = { planned: [], leaders: [], duplicates: { inFile: 0, inBilly: 0 }, nowMs: NOW_MS };
const READY: ItemPatch = { state: 'ready', key: 'A' };

function planned(patches: readonly ItemPatch[], startSeq = 1): PlannedItem[] {
  return newItems(patches.length, startSeq).flatMap((item, index) => {
    const patch = patches[index];
    return patch === undefined ? [] : [{ item, patch }];
  });
}

export function describeDecided(open: OpenStore): void {
  describe('items stored as decided', () => {
    const store = freshStore(open);
    const claimed = (): Promise<Claimed> => claimedJob(store(), 'j1');

    it('keep everything that was decided about them, and move the counters', async () => {
      const at = await claimed();
      const plan = { outcome: 'updated', steps: [], changes: [] } as const;
      const before = { id: 'r1', fields: { name: 'A' }, children: {} };
      const items = planned([
        { ...READY, plan, before, recordId: 'r1' },
        { state: 'ended', key: 'B', outcome: 'skipped', recordId: 'r2' },
        {
          state: 'ended',
          key: 'C',
          outcome: 'failed',
          code: 'ROW_INVALID',
          field: 'ean',
          message: 'm',
        },
      ]);
      await store().addPlannedItems({
        ...at,
        ...NONE,
        items,
        duplicates: { inFile: 1, inBilly: 2 },
      });
      const stored = await store().listItems({ jobId: 'j1', limit: 9 });
      expect(stored.map(({ seq, state, outcome }) => [seq, state, outcome])).toEqual([
        [1, 'ready', null],
        [2, 'ended', 'skipped'],
        [3, 'ended', 'failed'],
      ]);
      expect(stored[0]).toMatchObject({ plan, before, recordId: 'r1', cells: ['Kunde 1', ''] });
      expect(stored[2]).toMatchObject({ code: 'ROW_INVALID', field: 'ean', message: 'm', row: 4 });
      const job = await store().getJob({ jobId: 'j1' });
      expect(job).toMatchObject({ duplicatesInFile: 1, duplicatesInBilly: 2 });
      expect(job?.outcomes).toMatchObject({ skipped: 1, failed: 1, created: 0 });
      expect(await store().listCauses({ jobId: 'j1', limit: 5 })).toEqual([
        { code: 'ROW_INVALID', message: 'm', count: 1, rows: [4] },
      ]);
    });
  });
  describeLate(open);
  describeWhole(open);
}

function describeLate(open: OpenStore): void {
  describe('items stored as decided', () => {
    const store = freshStore(open);
    const claimed = (): Promise<Claimed> => claimedJob(store(), 'j1');

    it('are ready at once where the item that they wait for has ended before', async () => {
      const at = await claimed();
      await store().addPlannedItems({ ...at, ...NONE, items: planned([READY, READY]) });
      await changeItems(store(), at, [
        change(1, { state: 'ended', outcome: 'created' }, ['ready']),
      ]);
      const waiting = (waitsFor: number): ItemPatch => ({
        state: 'waiting',
        needsPlan: true,
        waitsFor,
      });
      const items = planned([waiting(1), waiting(2)], 3);
      await store().addPlannedItems({ ...at, ...NONE, items, leaders: [1, 2] });
      const [one, two, three, four] = await store().listItems({ jobId: 'j1', limit: 9 });
      expect([three?.state, three?.needsPlan]).toEqual(['ready', true]);
      expect([four?.state, four?.waitsFor]).toEqual(['waiting', 2]);
      expect([one?.hasFollowers, two?.hasFollowers]).toEqual([true, true]);
    });
  });
}

function describeWhole(open: OpenStore): void {
  describe('items stored as decided, with what belongs to them or not at all,', () => {
    const store = freshStore(open);
    const claimed = (): Promise<Claimed> => claimedJob(store(), 'j1');

    it('bring what the plan will leave of the records into its layer', async () => {
      const at = await claimed();
      const image = { id: 'row:1', fields: { name: 'A' }, children: {} };
      const keys = [{ key: 'name', value: 'A' }];
      const entry = { recordId: 'row:1', image, keys, changedByRow: 1 };
      await store().addPlannedItems({ ...at, ...NONE, items: planned([READY]), planned: [entry] });
      expect(await store().findInSnapshot({ jobId: 'j1', layer: 'planned', keys })).toEqual([
        entry,
      ]);
    });

    it('are not stored by who has lost the lease, nor is anything beside them', async () => {
      const at = await claimed();
      const lease = { ...at.lease, owner: 'another' };
      const items = planned([{ state: 'ended', outcome: 'skipped' }]);
      const refused = store().addPlannedItems({ ...at, ...NONE, lease, items });
      await expect(refused).rejects.toMatchObject({ code: 'LEASE_LOST' });
      expect(await store().listItems({ jobId: 'j1', limit: 9 })).toEqual([]);
      expect((await store().getJob({ jobId: 'j1' }))?.outcomes.skipped).toBe(0);
    });

    it('that stand in the store already are refused as a whole', async () => {
      const at = await claimed();
      await store().addPlannedItems({ ...at, ...NONE, items: planned([READY]) });
      const again = store().addPlannedItems({ ...at, ...NONE, items: planned([READY], 1) });
      await expect(again).rejects.toMatchObject({ code: 'STORE_FAILED' });
      expect(await store().countItems({ jobId: 'j1', states: ['ready'] })).toBe(1);
    });
  });
}
