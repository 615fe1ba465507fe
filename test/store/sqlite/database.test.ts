/** The handle on a database file (src/store/sqlite/database.ts). */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import type { Tables } from '../../../src/store/sql/schema.js';
import { checkVersion, openDatabase, relaxedOn } from '../../../src/store/sqlite/database.js';
import { temporaryFile } from '../support/sqlite-files.js';

const FULL = 2;
const NORMAL = 1;

function opened() {
  const { file, remove } = temporaryFile();
  const database = openDatabase(file);
  onTestFinished(() => {
    database.close();
    remove();
  });
  const synchronous = (): unknown => database.pragma('synchronous', { simple: true });
  return { database, file, synchronous };
}

it('is for its owner alone, and a commit on it is on the disk', () => {
  const { database, file, synchronous } = opened();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(synchronous()).toBe(FULL);
  expect(database.pragma('wal_autocheckpoint', { simple: true })).toBe(100);
});

it('is relaxed for as long as it is asked to be, whatever comes of it', async () => {
  const { database, synchronous } = opened();
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  const relaxed = relaxedOn(database, db);
  const seen: unknown[] = [];
  await relaxed(() => {
    seen.push(synchronous());
    return Promise.resolve();
  });
  expect(seen).toEqual([NORMAL]);
  expect(synchronous()).toBe(FULL);
  await expect(relaxed(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(synchronous()).toBe(FULL);
});

/** A database whose last transactions lie in the log beside it still, as a kill leaves them. */
function withLog(migration: string) {
  const { database, file } = opened();
  database.pragma('journal_mode = WAL');
  database.exec('CREATE TABLE kysely_migration (name TEXT)');
  database.prepare('INSERT INTO kysely_migration VALUES (?)').run(migration);
  return { file, bytes: () => [file, `${file}-wal`].map((name) => readFileSync(name)) };
}

it('knows a database of a later version, and leaves it and its log as they are', () => {
  const { file, bytes } = withLog('9999-later');
  const before = bytes();
  const look = (): void => {
    checkVersion(file);
  };
  expect(look).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
  expect(look).toThrow('was made by a later version');
  expect(bytes()).toEqual(before);
});

it('takes a database of this version or an earlier one, an empty file and none', () => {
  const { file } = withLog('0001-jobs');
  const { file: other } = opened();
  writeFileSync(`${other}.empty`, '');
  for (const name of [file, other, `${other}.empty`, `${other}.none`]) {
    expect(() => {
      checkVersion(name);
    }).not.toThrow();
  }
});

it('refuses a file that is damaged, and leaves it as it is', () => {
  const { file, database } = opened();
  database.exec('CREATE TABLE a (b)');
  const bytes = readFileSync(file).fill(0xa5, 100);
  writeFileSync(`${file}.bad`, bytes);
  expect(() => {
    checkVersion(`${file}.bad`);
  }).toThrow(Database.SqliteError);
  expect(readFileSync(`${file}.bad`).equals(bytes)).toBe(true);
});
