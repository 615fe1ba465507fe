/** A handle on the database, and what is done on it for every row, past the query builder. */
import { chmodSync, existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Kysely } from 'kysely';
import { AppError } from '../../core/errors.js';
import { PATIENCE_MS } from './busy-retry.js';
import type { StatementCache } from './statement-cache.js';
import { MIGRATIONS } from '../sql/migrations.js';
import type { Tables } from '../sql/schema.js';
import type { Relaxed } from '../sql/planned-items.js';
import type { UpdateItem } from '../sql/items.js';
import { laterVersion } from './store-failure.js';

/**
 * 400 KiB of log. A checkpoint waits for the disk while nothing else has its turn, for as long as there
 * is to write: many short ones take a twelfth more time than few long ones, and nobody waits for them.
 */
const CHECKPOINT_PAGES = 100;

const MIGRATIONS_DONE = "SELECT name FROM sqlite_master WHERE name = 'kysely_migration'";
/** A file that is none of ours, or not sound any more. */
const UNUSABLE = /^SQLITE_(NOTADB|CORRUPT)/;

function migrationsIn(database: Database.Database): unknown[] {
  if (database.prepare(MIGRATIONS_DONE).get() === undefined) return [];
  return database.prepare('SELECT name FROM kysely_migration').pluck().all();
}

/**
 * Looks at the file without the right to write it: throws where it is of a later version of this
 * program, damaged or no database, and has changed nothing by then.
 */
export function checkVersion(path: string): void {
  if (!existsSync(path)) return;
  let database: Database.Database | null = null;
  try {
    database = new Database(path, { readonly: true, timeout: PATIENCE_MS });
    const isKnown = (name: unknown): boolean => Object.hasOwn(MIGRATIONS, String(name));
    if (!migrationsIn(database).every(isKnown)) throw laterVersion(path);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (error instanceof AppError || UNUSABLE.test(String(code))) throw error;
    // Whatever else stands in the way is met again, and told, when the file is opened for writing.
  } finally {
    database?.close();
  }
}

export function openDatabase(path: string): Database.Database {
  // While it is opened nothing else runs that could be held up.
  const database = new Database(path, { timeout: PATIENCE_MS });
  try {
    return prepared(database, path);
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepared(database: Database.Database, path: string): Database.Database {
  if (path !== ':memory:') chmodSync(path, 0o600);
  // FULL: a commit survives a power cut, which the intent before each write relies on.
  database.pragma('synchronous = FULL');
  database.pragma(`wal_autocheckpoint = ${String(CHECKPOINT_PAGES)}`);
  return database;
}

export function itemUpdater(statements: StatementCache): UpdateItem {
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
