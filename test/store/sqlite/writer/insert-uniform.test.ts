/** Plain batches in plain SQL, beside what `addPlannedItems` makes of the same items (src/store/sqlite/insert-uniform.ts). */
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobStore } from '../../../../src/store/job-store.js';
import {
  plainBatchOf,
  type DecidedBatch,
  type PlainBatch,
} from '../../../../src/store/sqlite/writer/uniform-batch.js';
import { plainStore } from '../../../../src/store/sqlite/writer/insert-uniform.js';
import { openSqliteStore } from '../../../../src/store/sqlite/sqlite-store.js';
import type { ItemPatch } from '../../../../src/model/item.js';
import { claimedJob, newItems, NOW_MS, type Claimed } from '../../contract/fixtures.js';
import { temporaryFile, type Folder } from '../../support/sqlite-files.js';

const PLAN = { outcome: 'created', steps: [], changes: [] } as const;
const NONE = { planned: [], leaders: [], duplicates: { inFile: 0, inBilly: 0 } };

let place: Folder;
let store: JobStore;
let database: Database.Database;
beforeEach(async () => {
  place = temporaryFile();
  store = await openSqliteStore({ path: place.file });
  database = new Database(place.file);
});
afterEach(async () => {
  database.close();
  await store.close();
  place.remove();
});

function decided(
  at: Claimed,
  count: number,
  more: { from?: number; patch?: ItemPatch } = {},
): DecidedBatch {
  const { from = 1, patch = {} } = more;
  const items = newItems(count, from).map((item) => ({
    item,
    patch: {
      state: 'ended',
      outcome: 'created',
      plan: PLAN,
      ...patch,
      key: `K${String(item.seq)}`,
    } as const,
  }));
  return { ...at, ...NONE, items, nowMs: NOW_MS + 5 };
}

function plain(batch: DecidedBatch): PlainBatch {
  const found = plainBatchOf(batch);
  if (found === null) throw new Error('not plain');
  return found;
}

function everything(jobId: string): unknown {
  const items = database.prepare('SELECT * FROM items WHERE job_id = ? ORDER BY seq').all(jobId);
  const job = database.prepare('SELECT * FROM jobs WHERE id = ?').get(jobId) as object;
  return JSON.parse(
    JSON.stringify([items, { ...job, change: null }]).replaceAll(`"${jobId}"`, '"job"'),
  );
}

describe('plainStore', () => {
  it.each<[string, ItemPatch]>([
    ['records to be created', {}],
    ['rows that change nothing', { outcome: 'unchanged', plan: null }],
    ['plans that say more', { plan: { outcome: 'created', steps: [], changes: [], digest: 'd' } }],
  ])('stores %s as addPlannedItems does, counters included', async (_what, patch) => {
    const [one, other] = [await claimedJob(store, 'j1'), await claimedJob(store, 'j2')];
    await store.addPlannedItems(decided(one, 23, { patch }));
    plainStore(database)([plain(decided(other, 23, { patch }))]);
    expect(everything('j2')).toEqual(everything('j1'));
  });

  it('stores several batches in one transaction, and moves the counters by all of them', async () => {
    const at = await claimedJob(store, 'j1');
    const write = plainStore(database);
    write([plain(decided(at, 5)), plain(decided(at, 12, { from: 6 }))]);
    const job = await store.getJob({ jobId: 'j1' });
    expect([job?.outcomes.created, job?.plannedItems]).toEqual([17, 17]);
    // The second repeats a row: nothing of the first is kept either.
    const twice = [
      plain(decided(at, 2, { from: 18 })),
      plain(decided(at, 2, { from: 19 })),
    ] as const;
    expect(() => {
      write(twice);
    }).toThrow('UNIQUE');
    expect(await store.countItems({ jobId: 'j1', states: ['ended'] })).toBe(17);
    expect((await store.getJob({ jobId: 'j1' }))?.outcomes.created).toBe(17);
  });

  it('stores nothing without the lease, or without the job', async () => {
    const at = await claimedJob(store, 'j1');
    const stranger = { ...at, lease: { ...at.lease, owner: 'two' } };
    const write = plainStore(database);
    expect(() => {
      write([plain(decided(stranger, 3))]);
    }).toThrow(expect.objectContaining({ code: 'LEASE_LOST' }));
    expect(() => {
      write([plain(decided({ ...at, jobId: 'gone' }, 3))]);
    }).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
    expect(database.prepare('SELECT count(*) AS count FROM items').get()).toEqual({ count: 0 });
  });
});
