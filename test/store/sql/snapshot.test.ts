import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { sqlSnapshot } from '../../../src/store/sql/snapshot.js';
import type { MatchKey, SnapshotEntry } from '../../../src/model/snapshot.js';
import { entry } from '../contract/fixtures.js';
import { openTables, type BareTables } from '../support/sqlite-files.js';

const job = { jobId: 'j1', lease: { name: 'job:j1', owner: 'one' } };
const KEY_NAMES = ['contactNo', 'ean', 'vatNo', 'email', 'phone', 'name'];
let tables: BareTables;
let snapshot: ReturnType<typeof sqlSnapshot>;
beforeEach(async () => {
  tables = await openTables();
  snapshot = sqlSnapshot(tables.db);
  tables.database.exec(
    "INSERT INTO leases (name, owner, expires_at_ms) VALUES ('job:j1', 'one', 5)",
  );
});
afterEach(() => tables.db.destroy());

const keysOf = (id: string): MatchKey[] =>
  KEY_NAMES.map((key) => ({ key, value: `${key} of ${id}` }));
const pageOf = (count: number): SnapshotEntry[] =>
  Array.from({ length: count }, (_, index) => {
    const id = `r${String(index)}`;
    return entry(id, { keys: keysOf(id) });
  });
const countOf = (table: string): unknown =>
  tables.database.prepare(`SELECT count(*) FROM ${table}`).pluck().get();

describe('a page of Billy', () => {
  it('with all its keys goes in at once', async () => {
    const entries = pageOf(LIMITS.listPageSize);
    await snapshot.putSnapshot({ ...job, layer: 'before', entries });
    expect(countOf('pool')).toBe(LIMITS.listPageSize);
    expect(countOf('pool_keys')).toBe(LIMITS.listPageSize * KEY_NAMES.length);
  });

  it('listed a second time replaces the first', async () => {
    const entries = pageOf(30);
    await snapshot.putSnapshot({ ...job, layer: 'before', entries });
    await snapshot.putSnapshot({ ...job, layer: 'before', entries: entries.slice(0, 20) });
    expect(countOf('pool')).toBe(30);
    expect(countOf('pool_keys')).toBe(30 * KEY_NAMES.length);
  });
});

describe('a batch of rows', () => {
  it('asks for all its keys and ids in one go', async () => {
    const entries = pageOf(LIMITS.storeBatchRows);
    await snapshot.putSnapshot({ ...job, layer: 'before', entries });
    const keys = entries.flatMap((one) => one.keys);
    const found = await snapshot.findInSnapshot({ jobId: 'j1', layer: 'planned', keys });
    expect(found).toHaveLength(LIMITS.storeBatchRows);
    const recordIds = entries.map(({ recordId }) => recordId);
    const got = await snapshot.getFromSnapshot({ jobId: 'j1', layer: 'planned', recordIds });
    expect(got.size).toBe(LIMITS.storeBatchRows);
  });

  it('finds a record by its key and by its id without reading the others', async () => {
    const entries = pageOf(2);
    await snapshot.putSnapshot({ ...job, layer: 'before', entries });
    const keys = keysOf('r1');
    const byId = await tables.plan(() =>
      snapshot.findInSnapshot({ jobId: 'j1', layer: 'planned', keys }),
    );
    expect(byId).toContain('record_id=?');
    const byKey = await tables.plan(() =>
      snapshot.findInSnapshot({
        jobId: 'j1',
        layer: 'planned',
        keys: [{ key: 'none', value: 'none' }],
      }),
    );
    expect(byKey).toContain('key=? AND value=?');
  });
});

describe('clearing', () => {
  it('leaves no keys behind', async () => {
    await snapshot.putSnapshot({ ...job, layer: 'before', entries: pageOf(3) });
    await snapshot.putSnapshot({ ...job, layer: 'done', entries: pageOf(2) });
    await snapshot.clearSnapshot({ ...job, layers: ['before', 'planned'] });
    expect(countOf('pool')).toBe(2);
    expect(countOf('pool_keys')).toBe(2 * KEY_NAMES.length);
  });

  it('of nothing, and putting nothing, is nothing', async () => {
    await snapshot.putSnapshot({ ...job, layer: 'before', entries: [] });
    await snapshot.clearSnapshot({ ...job, layers: ['undo'] });
    expect(countOf('pool')).toBe(0);
  });
});
