/** The handle on a database file (src/store/sqlite-handle.ts). */
import { statSync } from 'node:fs';
import { Kysely, SqliteDialect } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import type { Tables } from '../../src/store/schema.js';
import { openDatabase, relaxedOn } from '../../src/store/sqlite-handle.js';
import { temporaryFile } from './support/sqlite-files.js';

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
