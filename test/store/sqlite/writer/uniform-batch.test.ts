/** What counts as a batch of items that say the same (src/store/sqlite/uniform-batch.ts). */
import { describe, expect, it } from 'vitest';
import {
  plainBatchOf,
  type DecidedBatch,
} from '../../../../src/store/sqlite/writer/uniform-batch.js';
import type { ItemPatch, PlannedItem } from '../../../../src/model/item.js';
import type { SnapshotEntry } from '../../../../src/model/snapshot.js';
import { newItems, NOW_MS } from '../../contract/fixtures.js';

const PLAN = { outcome: 'created', steps: [], changes: [] } as const;
const ENDED: ItemPatch = { state: 'ended', outcome: 'created', plan: PLAN };

function itemsOf(count: number, patch: ItemPatch = ENDED): PlannedItem[] {
  return newItems(count, 7).map((item) => ({
    item: { ...item, lines: [], groupKey: null },
    patch: { ...patch, key: `K${String(item.seq)}`, before: null, recordId: null },
  }));
}

function batchOf(items: readonly PlannedItem[], more: Partial<DecidedBatch> = {}): DecidedBatch {
  const lease = { name: 'lane', owner: 'one' };
  const duplicates = { inFile: 0, inBilly: 0 };
  return {
    jobId: 'j1',
    lease,
    items,
    planned: [],
    leaders: [],
    duplicates,
    nowMs: NOW_MS,
    ...more,
  };
}

/** Three items of which the second says something else. */
function withSecond(patch: ItemPatch, item: Partial<PlannedItem['item']> = {}): DecidedBatch {
  const items = itemsOf(3).map((planned, index) =>
    index === 1
      ? { item: { ...planned.item, ...item }, patch: { ...planned.patch, ...patch } }
      : planned,
  );
  return batchOf(items);
}

describe('plainBatchOf', () => {
  it('says once what all items say, and of each its row, cells and key', () => {
    expect(plainBatchOf(batchOf(itemsOf(3)))).toEqual({
      jobId: 'j1',
      lease: { name: 'lane', owner: 'one' },
      nowMs: NOW_MS,
      patch: ENDED,
      firstSeq: 7,
      rows: [8, 9, 10],
      cells: [
        ['Kunde 7', ''],
        ['Kunde 8', ''],
        ['Kunde 9', ''],
      ],
      keys: ['K7', 'K8', 'K9'],
    });
  });

  it('is none of no items, nor of items that are still to be sent', () => {
    expect(plainBatchOf(batchOf([]))).toBeNull();
    expect(plainBatchOf(batchOf(itemsOf(3, { ...ENDED, state: 'ready' })))).toBeNull();
  });

  it.each<[string, Partial<DecidedBatch>]>([
    ['records', { planned: [{ recordId: 'r' } as SnapshotEntry] }],
    ['leaders', { leaders: [3] }],
    ['duplicates in the file', { duplicates: { inFile: 1, inBilly: 0 } }],
    ['duplicates in Billy', { duplicates: { inFile: 0, inBilly: 1 } }],
  ])('is none with %s beside the items', (_what, more) => {
    expect(plainBatchOf(batchOf(itemsOf(3), more))).toBeNull();
  });

  it.each<[string, ItemPatch]>([
    ['outcome', { outcome: 'skipped' }],
    ['state', { state: 'waiting' }],
    ['plan', { plan: { outcome: 'created', steps: [], changes: [], digest: 'd' } }],
    ['step', { step: 1 }],
    ['record', { recordId: 'r1' }],
    ['image before', { before: { id: 'r', fields: {}, children: {} } }],
    ['image after', { after: { id: 'r', fields: {}, children: {} } }],
    ['write', { hasWritten: true }],
    ['row to wait for', { waitsFor: 0 }],
    ['follower', { hasFollowers: true }],
    ['plan to come', { needsPlan: true }],
    ['attempt', { attempts: 1 }],
    ['code', { code: 'ROW_INVALID' }],
    ['field', { field: 'ean' }],
    ['message', { message: 'm' }],
  ])('is none when one item has another %s', (_what, patch) => {
    expect(plainBatchOf(withSecond(patch))).toBeNull();
  });

  it.each<[string, Partial<PlannedItem['item']>]>([
    ['a problem', { problem: { code: 'CSV_MALFORMED', message: 'm', field: null } }],
    ['a group', { groupKey: 'g' }],
    ['a place of its own', { seq: 99 }],
  ])('is none when one item has %s', (_what, item) => {
    expect(plainBatchOf(withSecond({}, item))).toBeNull();
  });
});
