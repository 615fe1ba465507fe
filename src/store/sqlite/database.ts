/** Opens the database file, and runs the frequent statements without the query builder. */
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
 * 400 KiB of log. A checkpoint blocks the event loop while it writes to the disk. Many short checkpoints take
 * a twelfth more time in total than few long ones, but none of them delays other work noticeably.
 */
const CHECKPOINT_PAGES = 100;

const MIGRATIONS_DONE = "SELECT name FROM sqlite_master WHERE name = 'kysely_migration'";
/** The driver's error codes for a file that is not a database, or is damaged. */
const UNUSABLE = /^SQLITE_(NOTADB|CORRUPT)/;

function migrationsIn(database: Database.Database): unknown[] {
  if (database.prepare(MIGRATIONS_DONE).get() === undefined) return [];
  return database.prepare('SELECT name FROM kysely_migration').pluck().all();
}

/**
 * Checks the file through a read-only handle, so that it is not changed. Throws if the file was made by a
 * later version of this program, is damaged, or is not a database.
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
    // Other errors occur again, and are reported, when the file is opened for writing.
  } finally {
    database?.close();
  }
}

export function openDatabase(path: string): Database.Database {
  // Nothing else runs while the database is opened, so blocking delays no other work.
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

/** The size of the database on the disk, without its log. */
export function sizeBytesOf(database: Database.Database): number {
  const pages = Number(database.pragma('page_count', { simple: true }));
  return pages * Number(database.pragma('page_size', { simple: true }));
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
