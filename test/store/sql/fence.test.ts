import type Database from 'better-sqlite3';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/core/errors.js';
import { leaseLost } from '../../../src/store/refused-writes.js';
import { fenced } from '../../../src/store/sql/fence.js';
import type { Tables } from '../../../src/store/sql/schema.js';
import { openTables } from '../support/sqlite-files.js';

const lease = { name: 'job:j1', owner: 'one' };
let db: Kysely<Tables>;
let database: Database.Database;
beforeEach(async () => {
  ({ db, database } = await openTables());
  database.exec("INSERT INTO leases (name, owner, expires_at_ms) VALUES ('job:j1', 'one', 5)");
});
afterEach(() => db.destroy());

const fencedCount = (): unknown => database.prepare('SELECT fenced FROM leases').pluck().get();

async function remember(id: string): Promise<string> {
  return fenced(db, lease, async (transaction) => {
    const row = { token_hash: id, id, name: id };
    await transaction.insertInto('organizations').values(row).execute();
    return id;
  });
}

const remembered = (): unknown =>
  database.prepare('SELECT id FROM organizations ORDER BY id').pluck().all();

describe('fenced', () => {
  it('writes first of all on the lease row, and returns what the write returns', async () => {
    expect(await remember('a')).toBe('a');
    expect(await remember('b')).toBe('b');
    expect(fencedCount()).toBe(2);
    expect(remembered()).toEqual(['a', 'b']);
  });

  it.each([
    ["UPDATE leases SET owner = 'two'", 'taken over'],
    ['DELETE FROM leases', 'given back'],
    ["UPDATE leases SET name = 'job:j2'", 'that of another job'],
  ])('does not even begin the write after %s', async (statement) => {
    database.exec(statement);
    let hasBegun = false;
    const late = fenced(db, lease, () => {
      hasBegun = true;
      return Promise.resolve();
    });
    await expect(late).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(hasBegun).toBe(false);
  });

  it('takes back everything, its own mark too, when the write fails', async () => {
    await remember('a');
    const broken = fenced(db, lease, async (transaction) => {
      await transaction.deleteFrom('organizations').execute();
      throw new Error('broken');
    });
    await expect(broken).rejects.toThrow('broken');
    expect(remembered()).toEqual(['a']);
    expect(fencedCount()).toBe(1);
  });

  it('lets writes that meet wait for one another', async () => {
    const ids = Array.from({ length: 9 }, (_, index) => `o${String(index)}`);
    await Promise.all(ids.map(remember));
    expect(remembered()).toEqual(ids);
    expect(fencedCount()).toBe(ids.length);
  });
});

describe('leaseLost', () => {
  it('names the lease, asks for nothing and is never retried', () => {
    const error = leaseLost(lease);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ code: 'LEASE_LOST', retry: 'never' });
    expect(error.message).toContain('job:j1');
    expect(error.message).not.toContain('one ');
  });
});
