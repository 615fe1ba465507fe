/** The store on SQLite: one file, WAL, every commit on disk before it counts. */
import type Database from 'better-sqlite3';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import { Breather } from '../core/breather.js';
import { systemClock, type Clock } from '../core/clock.js';
import { AppError, StoreError, messageOf } from '../core/errors.js';
import { BUSY_TIMEOUT_MS, whenFree } from './busy.js';
import { DecidedQueue } from './decided-queue.js';
import { itemInserter } from './insert-items.js';
import type { JobStore } from './job-store.js';
import { KeptStatements } from './kept-statements.js';
import { MIGRATIONS } from './migrations.js';
import { hasWriterThread, PlainWriter } from './plain-writer.js';
import type { Tables } from './schema.js';
import { sqlAlteredFields } from './sql-altered-fields.js';
import { sqlCapabilities } from './sql-capabilities.js';
import { sqlDecided } from './sql-decided.js';
import { sqlGroups } from './sql-groups.js';
import { sqlItems } from './sql-items.js';
import { sqlJobs } from './sql-jobs.js';
import { sqlJournal } from './sql-journal.js';
import { sqlLeases } from './sql-leases.js';
import { sqlMappings } from './sql-mappings.js';
import { sqlPool } from './sql-pool.js';
import { sqlPurge } from './sql-purge.js';
import { sqlRequests } from './sql-requests.js';
import { sqlSends } from './sql-sends.js';
import { itemUpdater, openDatabase, relaxedOn } from './sqlite-handle.js';

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

const LOOKS: ReadonlySet<string> = new Set<keyof JobStore>([
  'getJob',
  'findOrganization',
  'listItems',
  'listCauses',
  'jobAhead',
  'appendJournal',
]);
const LOOK_ROWS_MAX = 50;

/** What a status takes. Whoever asks for it has just had his turn, and held nobody up. */
function isLook(name: string, [parameters]: readonly unknown[]): boolean {
  const { limit = 0 } = (parameters ?? {}) as { limit?: number };
  return LOOKS.has(name) && limit <= LOOK_ROWS_MAX;
}

/**
 * Waits while another process writes; what the driver throws then (disk full, locked, read-only) never
 * reaches a job as a bug of its own.
 */
function withPatience(store: JobStore, clock: Clock): JobStore {
  const breather = new Breather(clock, HELD_MS_MAX);
  const wrapped = Object.entries(store).map(([name, operation]) => {
    const call = operation as (...parameters: unknown[]) => Promise<unknown>;
    return [
      name,
      async (...parameters: unknown[]): Promise<unknown> => {
        // Either way in the order in which they were asked for.
        await (isLook(name, parameters) ? null : breather.breathe());
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

/** In a smaller job a thread would take longer to start than it saves. */
const THREAD_AFTER_ROWS = 5000;

/** Has what is decided stored in its order, and by a thread where a job is large. */
function withQueue(store: JobStore, writer: PlainWriter | null, afterRows: number): JobStore {
  const asStoreFails = (error: unknown): never => {
    throw failedWrite(error);
  };
  const queue = new DecidedQueue({
    direct: (batch) => store.addDecided(batch),
    write: writer === null ? null : (batch) => writer.write(batch).catch(asStoreFails),
    afterRows,
  });
  return {
    ...store,
    addDecided: (batch) => queue.add(batch),
    async close() {
      await writer?.close();
      await store.close();
    },
  };
}

/**
 * Opens (and brings up to date) the database at `path`, or one in memory for `:memory:`.
 * Rejects with `STORE_FAILED` when it cannot be opened or written.
 */
export async function openSqliteStore({
  path,
  clock = systemClock,
  threadAfterRows = THREAD_AFTER_ROWS,
}: {
  path: string;
  clock?: Clock;
  threadAfterRows?: number;
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
      ...sqlAlteredFields(db),
      ...sqlPool(db),
      ...sqlSends(db),
      ...sqlJournal(db),
      ...sqlPurge(db),
      close: () => db.destroy(),
    };
    const isThreaded = path !== ':memory:' && hasWriterThread();
    const writer = isThreaded ? new PlainWriter({ path, clock }) : null;
    return withQueue(withPatience(store, clock), writer, threadAfterRows);
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
