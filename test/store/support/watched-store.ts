/** A store on a file whose triggers note each table that is written, in the order of the statements. */
import Database from 'better-sqlite3';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js';
import type { WatchedStore } from '../contract/journal-order.js';
import { temporaryFile } from './sqlite-files.js';

const TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";

function watch(database: Database.Database): void {
  const tables = database.prepare<[], string>(TABLES).pluck().all();
  database.exec('CREATE TABLE write_log (id INTEGER PRIMARY KEY, name TEXT NOT NULL)');
  for (const table of tables) {
    for (const operation of ['INSERT', 'UPDATE', 'DELETE']) {
      database.exec(
        `CREATE TRIGGER watch_${operation}_${table} AFTER ${operation} ON ${table}
         BEGIN INSERT INTO write_log (name) VALUES ('${table}'); END`,
      );
    }
  }
}

export async function openWatchedStore(): Promise<WatchedStore> {
  const { file, remove } = temporaryFile();
  const store = await openSqliteStore({ path: file });
  const database = new Database(file);
  watch(database);
  const take = database.prepare<[], string>('DELETE FROM write_log RETURNING name').pluck();
  const cleanup = async (): Promise<void> => {
    database.close();
    await store.close();
    remove();
  };
  return { store, cleanup, takeWrites: () => take.all() };
}
