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
