import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../../src/store/sql/migrations.js';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js';
import { OUTCOMES } from '../../../src/model/item.js';
import { newJob } from '../contract/fixtures.js';
import { migrateAll, openTables, temporaryFile } from '../support/sqlite-files.js';

/** Released once, kept for ever: a name may be added at the end, none may change or go. */
const RELEASED = ['0001-jobs', '0002-sends', '0003-journal', '0004-starts', '0005-groups'];

function columnsOf(database: Database.Database, table: string): string[] {
  return (database.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);
}

describe('migrations', () => {
  it('only ever grow at their end', () => {
    const names = Object.keys(MIGRATIONS);
    expect(names.slice(0, RELEASED.length)).toEqual(RELEASED);
    expect([...names].sort()).toEqual(names);
    expect(names.every((name) => /^\d{4}-[a-z-]+$/.test(name))).toBe(true);
  });

  it('make every table and index once; running them again does nothing', async () => {
    const { db, database } = await openTables();
    const picture = (): unknown =>
      database.prepare('SELECT type, name, sql FROM sqlite_master ORDER BY name').all();
    const before = picture();
    expect(await migrateAll(db)).toEqual([]);
    expect(picture()).toEqual(before);
    await db.destroy();
  });

  it('have a counter for each outcome', async () => {
    const { db, database } = await openTables();
    expect(columnsOf(database, 'jobs')).toEqual(expect.arrayContaining([...OUTCOMES]));
    await db.destroy();
  });

  it('keep what is in the database when the program starts again', async () => {
    const { file, remove } = temporaryFile();
    const first = await openSqliteStore({ path: file });
    const job = await first.createJob(newJob('j1'));
    await first.close();
    for (let start = 0; start < 2; start += 1) {
      const again = await openSqliteStore({ path: file });
      expect(await again.getJob({ jobId: 'j1' })).toEqual(job);
      await again.close();
    }
    remove();
  });

  it('count the sends of a token under its organization, also with two tokens', async () => {
    const { db, database } = await openTables({ before: '0010-send-scopes' });
    database.exec(`
      INSERT INTO organizations (token_hash, id, name) VALUES ('t1', 'o', 'O'), ('t2', 'o', 'O');
      INSERT INTO send_scopes (scope, paused_until_ms, next_at_ms, pace_version, pace)
        VALUES ('t1', 5, 7, 2, '{}'), ('t2', 9, 3, 0, NULL), ('t3', 1, 1, 4, '{"a":1}');
      INSERT INTO sends (slot, scope, at_ms, expires_at_ms)
        VALUES ('a', 't1', 1, 2), ('b', 't2', 3, 4), ('c', 't3', 5, 6)`);
    expect(await migrateAll(db)).toContain('0010-send-scopes');
    const rows = (query: string): unknown[] => database.prepare(query).raw().all();
    expect(rows('SELECT slot, scope FROM sends ORDER BY slot')).toEqual([
      ['a', 'o'],
      ['b', 'o'],
      ['c', 't3'],
    ]);
    const scopes = 'SELECT scope, paused_until_ms, next_at_ms, pace_version, pace FROM send_scopes';
    expect(rows(`${scopes} ORDER BY scope`)).toEqual([
      ['o', 9, 7, 0, null],
      ['t3', 1, 1, 4, '{"a":1}'],
    ]);
    await db.destroy();
  });

  it('leave nothing half done', async () => {
    const { file, remove } = temporaryFile();
    const database = new Database(file);
    // The last table of the first migration stands in its way.
    database.exec('CREATE TABLE organizations (id TEXT)');
    await expect(openSqliteStore({ path: file })).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(columnsOf(database, 'jobs')).toEqual([]);
    database.exec('DROP TABLE organizations');
    const store = await openSqliteStore({ path: file });
    await store.createJob(newJob('j1'));
    await store.close();
    database.close();
    remove();
  });
});
