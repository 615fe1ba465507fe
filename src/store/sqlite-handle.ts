/** A handle on the database, and what is done on it for every row, past the query builder. */
import { chmodSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Kysely } from 'kysely';
import { PATIENCE_MS } from './busy.js';
import type { KeptStatements } from './kept-statements.js';
import type { Tables } from './schema.js';
import type { Relaxed } from './sql-decided.js';
import type { UpdateItem } from './sql-items.js';

/**
 * 400 KiB of log. A checkpoint waits for the disk while nothing else has its turn, for as long as there
 * is to write: many short ones take a twelfth more time than few long ones, and nobody waits for them.
 */
const CHECKPOINT_PAGES = 100;

export function openDatabase(path: string): Database.Database {
  // While it is opened nothing else runs that could be held up.
  const database = new Database(path, { timeout: PATIENCE_MS });
  if (path !== ':memory:') chmodSync(path, 0o600);
  // FULL: a commit survives a power cut, which the intent before each write relies on.
  database.pragma('synchronous = FULL');
  database.pragma(`wal_autocheckpoint = ${String(CHECKPOINT_PAGES)}`);
  return database;
}

export function itemUpdater(statements: KeptStatements): UpdateItem {
  return (_transaction, { jobId, seq, row }) => {
    const columns = Object.keys(row).map((name) => `"${name}" = ?`);
    const text = `UPDATE items SET ${columns.join(', ')} WHERE job_id = ? AND seq = ?`;
    statements.prepare(text).run(...Object.values(row), jobId, seq);
    return Promise.resolve();
  };
}

/** In WAL mode NORMAL commits without waiting for the disk; the next FULL commit syncs the whole log. */
export function relaxedOn(database: Database.Database, db: Kysely<Tables>): Relaxed {
  return (run) =>
    db.connection().execute(async (connection) => {
      database.pragma('synchronous = NORMAL');
      try {
        await run(connection);
      } finally {
        database.pragma('synchronous = FULL');
      }
    });
}
