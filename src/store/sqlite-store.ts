/** The store on SQLite: one file, WAL, every commit on disk before it counts. */
import { chmodSync } from 'node:fs';
import Database from 'better-sqlite3';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import { Breather } from '../core/breather.js';
import { systemClock, type Clock } from '../core/clock.js';
import { AppError, StoreError, messageOf } from '../core/errors.js';
import { BUSY_TIMEOUT_MS, PATIENCE_MS, whenFree } from './busy.js';
import type { JobStore } from './job-store.js';
import { KeptStatements } from './kept-statements.js';
import { MIGRATIONS } from './migrations.js';
import type { Tables } from './schema.js';
import { DECIDED_COLUMNS, decidedValues, PLAIN_COLUMN_COUNT } from './rows.js';
import { sqlCapabilities } from './sql-capabilities.js';
import { sqlDecided, type InsertItems, type Relaxed } from './sql-decided.js';
import { sqlGroups } from './sql-groups.js';
import { sqlItems, type UpdateItem } from './sql-items.js';
import { sqlJobs } from './sql-jobs.js';
import { sqlJournal } from './sql-journal.js';
import { sqlLeases } from './sql-leases.js';
import { sqlMappings } from './sql-mappings.js';
import { sqlPool } from './sql-pool.js';
import { sqlPurge } from './sql-purge.js';
import { sqlRequests } from './sql-requests.js';
import { sqlSends } from './sql-sends.js';

/**
 * 400 KiB of log. A checkpoint waits for the disk while nothing else has its turn, for as long as there
 * is to write: many short ones take a twelfth more time than few long ones, and nobody waits for them.
 */
const CHECKPOINT_PAGES = 100;

function openDatabase(path: string): Database.Database {
  // While it is opened nothing else runs that could be held up.
  const database = new Database(path, { timeout: PATIENCE_MS });
  if (path !== ':memory:') chmodSync(path, 0o600);
  // FULL: a commit survives a power cut, which the intent before each write relies on.
  database.pragma('synchronous = FULL');
  database.pragma(`wal_autocheckpoint = ${String(CHECKPOINT_PAGES)}`);
  return database;
}

/** Turning WAL on ignores the busy timeout, and two servers may open a new database at once. */
async function turnWalOn(database: Database.Database, clock: Clock): Promise<void> {
  await whenFree(clock, () => database.pragma('journal_mode = WAL'));
}

/**
 * Migrations of a start that is interrupted leave nothing half done: Kysely runs them on this handle,
 * inside a transaction that takes the write lock first, so that a second server waits for the first.
 */
async function migrate(database: Database.Database, db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) },
  });
  database.exec('BEGIN IMMEDIATE');
  const { error } = await migrator.migrateToLatest();
  database.exec(error === undefined ? 'COMMIT' : 'ROLLBACK');
  if (error !== undefined) throw failedWrite(error);
}

/** Rows of one statement: a run of its own costs each row a quarter more. */
const ROWS_A_STATEMENT = 10;

function insertText(columns: readonly string[], rowCount = 1): string {
  const names = ['job_id', ...columns].map((name) => `"${name}"`).join(', ');
  const places = `(${['job_id', ...columns].map(() => '?').join(', ')})`;
  const rows = Array.from({ length: rowCount }, () => places).join(', ');
  return `INSERT INTO items (${names}) VALUES ${rows}`;
}

/** What is done for every row runs on the handle that the open transaction is on, past the query builder. */
function itemInserter(statements: KeptStatements): InsertItems {
  const plainColumns = DECIDED_COLUMNS.slice(0, PLAIN_COLUMN_COUNT);
  const plain = insertText(plainColumns);
  const plainRows = insertText(plainColumns, ROWS_A_STATEMENT);
  const full = insertText(DECIDED_COLUMNS);
  const valuesAtOnce = ROWS_A_STATEMENT * (PLAIN_COLUMN_COUNT + 1);
  return (_transaction, { jobId, items }) => {
    let waiting: (string | number | null)[] = [];
    for (const item of items) {
      const values = decidedValues(item);
      if (values.length > PLAIN_COLUMN_COUNT) statements.prepare(full).run(jobId, ...values);
      else waiting.push(jobId, ...values);
      if (waiting.length < valuesAtOnce) continue;
      statements.prepare(plainRows).run(waiting);
      waiting = [];
    }
    while (waiting.length > 0) {
      statements.prepare(plain).run(waiting.splice(0, PLAIN_COLUMN_COUNT + 1));
    }
    return Promise.resolve();
  };
}

function itemUpdater(statements: KeptStatements): UpdateItem {
  return (_transaction, { jobId, seq, row }) => {
    const columns = Object.keys(row).map((name) => `"${name}" = ?`);
    const text = `UPDATE items SET ${columns.join(', ')} WHERE job_id = ? AND seq = ?`;
    statements.prepare(text).run(...Object.values(row), jobId, seq);
    return Promise.resolve();
  };
}

/** In WAL mode NORMAL commits without waiting for the disk; the next FULL commit syncs the whole log. */
function relaxedOn(database: Database.Database, db: Kysely<Tables>): Relaxed {
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

function failedWrite(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new StoreError({
    code: 'STORE_FAILED',
    message: 'The job database could not be read or written.',
    hint: 'Check that the disk of BULK_DATA_DIR has room; the job goes on from what is stored.',
    detail: messageOf(error),
    cause: error,
  });
}

/** The database works on this thread: after so long, in however many operations, others have their turn. */
const HELD_MS_MAX = 10;

/**
 * Waits while another process writes; what the driver throws then (disk full, locked, read-only) never
 * reaches a job as a bug of its own.
 */
function withPatience(store: JobStore, clock: Clock): JobStore {
  const breather = new Breather(systemClock, HELD_MS_MAX);
  const wrapped = Object.entries(store).map(([name, operation]) => {
    const call = operation as (...parameters: unknown[]) => Promise<unknown>;
    return [
      name,
      async (...parameters: unknown[]): Promise<unknown> => {
        await breather.breathe();
        try {
          return await whenFree(clock, () => call(...parameters));
        } catch (error) {
          throw failedWrite(error);
        }
      },
    ] as const;
  });
  // Every operation keeps its name and signature; only its rejections are translated.
  return Object.fromEntries(wrapped) as unknown as JobStore;
}

/**
 * Opens (and brings up to date) the database at `path`, or one in memory for `:memory:`.
 * Rejects with `STORE_FAILED` when it cannot be opened or written.
 */
export async function openSqliteStore({
  path,
  clock = systemClock,
}: {
  path: string;
  clock?: Clock;
}): Promise<JobStore> {
  try {
    const database = openDatabase(path);
    const statements = new KeptStatements(database);
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: statements }) });
    await turnWalOn(database, clock);
    await migrate(database, db);
    statements.forget();
    database.pragma(`busy_timeout = ${String(BUSY_TIMEOUT_MS)}`);
    const store: JobStore = {
      ...sqlJobs(db),
      ...sqlRequests(db),
      ...sqlLeases(db),
      ...sqlItems(db, itemUpdater(statements)),
      ...sqlDecided(relaxedOn(database, db), itemInserter(statements)),
      ...sqlGroups(db),
      ...sqlMappings(db),
      ...sqlCapabilities(db),
      ...sqlPool(db),
      ...sqlSends(db),
      ...sqlJournal(db),
      ...sqlPurge(db),
      close: () => db.destroy(),
    };
    return withPatience(store, clock);
  } catch (error) {
    throw new StoreError({
      code: 'STORE_FAILED',
      message: 'The job database cannot be opened.',
      hint: 'Check that BULK_DATA_DIR exists, has room and may be written.',
      detail: messageOf(error),
      cause: error,
    });
  }
}
