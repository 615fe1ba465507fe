import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Tables } from '../../../src/store/sql/schema.js';
import { sqlLeases } from '../../../src/store/sql/leases.js';
import { migrateAll, temporaryFile, type Folder } from '../support/sqlite-files.js';

const name = 'job:j1';
const claim = (owner: string, nowMs: number) => ({ lease: { name, owner }, nowMs, ttlMs: 10 });

let place: Folder;
let connections: Kysely<Tables>[] = [];
beforeEach(async () => {
  place = temporaryFile();
  connections = [0, 1].map(() => {
    const database = new Database(place.file);
    return new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  });
  const [first] = connections;
  if (first !== undefined) await migrateAll(first);
});
afterEach(async () => {
  for (const connection of connections) await connection.destroy();
  place.remove();
});

describe('two processes after one lease', () => {
  it('win it once per expiry, whoever asks first', async () => {
    const processes = connections.map(sqlLeases);
    for (let round = 0; round < 20; round += 1) {
      const asked = processes.map((leases, index) =>
        leases.acquireLease(claim(`${String(round)}-${String(index)}`, round * 10)),
      );
      const granted = (await Promise.all(asked)).filter((isGranted) => isGranted);
      expect(granted).toHaveLength(1);
    }
  });

  it('do not count writes of the owner before as their own', async () => {
    const [left, right] = connections;
    if (left === undefined || right === undefined) throw new Error('Two connections are open.');
    await sqlLeases(left).acquireLease(claim('one', 0));
    await left.updateTable('leases').set({ fenced: 7 }).execute();
    expect(await sqlLeases(right).acquireLease(claim('two', 9))).toBe(false);
    expect(await sqlLeases(right).acquireLease(claim('two', 10))).toBe(true);
    const renewed = sqlLeases(left).renewLease(claim('one', 11));
    await expect(renewed).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await sqlLeases(left).readLease({ name })).toEqual({ owner: 'two', expiresAtMs: 20 });
  });

  it('read nothing where nothing is', async () => {
    const [left] = connections;
    if (left === undefined) throw new Error('Two connections are open.');
    expect(await sqlLeases(left).readLease({ name: 'job:nobody' })).toBeNull();
    await sqlLeases(left).releaseLease({ lease: { name: 'job:nobody', owner: 'one' } });
  });
});
