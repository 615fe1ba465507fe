/** The store on SQLite: one file in WAL mode, with every commit synced to disk before it returns. */
import type Database from 'better-sqlite3';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import { EventLoopYielder } from '../../core/event-loop.js';
import { systemClock, type Clock } from '../../core/clock.js';
import { BUSY_TIMEOUT_MS, whenFree } from './busy-retry.js';
import { DecidedQueue } from './writer/batch-order.js';
import { itemInserter } from './insert-items.js';
import type { JobStore } from '../job-store.js';
import { StatementCache } from './statement-cache.js';
import { MIGRATIONS } from '../sql/migrations.js';
import { hasWriterThread, PlainWriter } from './writer/writer.js';
import type { Tables } from '../sql/schema.js';
import { sqlAccess } from '../sql/access.js';
import { sqlJobChanges } from '../sql/changes/changed-jobs.js';
import { sqlPlannedItems } from '../sql/planned-items.js';
import { sqlGroups } from '../sql/item-groups.js';
import { sqlItems } from '../sql/items.js';
import { sqlJobs } from '../sql/jobs.js';
import { sqlJournal } from '../sql/journal/journal.js';
import { sqlLeases } from '../sql/leases.js';
import { sqlMetrics } from '../sql/metrics.js';
import { sqlOutbox } from '../sql/notices/outbox.js';
import { sqlWebhooks } from '../sql/notices/webhooks.js';
import { sqlOrganizations } from '../sql/organizations.js';
import { sqlSettings } from '../sql/settings.js';
import { sqlUploads } from '../sql/files/uploads.js';
import { sqlSnapshot } from '../sql/snapshot.js';
import { sqlPurge } from '../sql/purge.js';
import { sqlKeptAnswers } from '../sql/requests/kept-answers.js';
import { sqlRequests } from '../sql/job-requests.js';
import { sqlSends } from '../sql/send-log.js';
import { checkVersion, itemUpdater, openDatabase, relaxedOn, sizeBytesOf } from './database.js';
import { openingFailure, runningFailure } from './store-failure.js';

interface OpenOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Number of a job's rows after which a separate thread stores the decided items. */
  readonly threadAfterRows: number;
}

/** Turning WAL on ignores the busy timeout, and two servers may open a new database at once. */
async function turnWalOn(database: Database.Database, clock: Clock): Promise<void> {
  await whenFree(clock, () => database.pragma('journal_mode = WAL'));
}

/**
 * Runs the migrations in one transaction on this handle, so that an interrupted start leaves none half done.
 * The transaction takes the write lock first, so a second server waits for the first.
 */
async function migrate(
  database: Database.Database,
  db: Kysely<Tables>,
  path: string,
): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) },
  });
  database.exec('BEGIN IMMEDIATE');
  const { error } = await migrator.migrateToLatest();
  database.exec(error === undefined ? 'COMMIT' : 'ROLLBACK');
  if (error !== undefined) throw openingFailure(error, path);
}

/** The database runs on this thread. After this time, over all operations, the event loop gets a turn. */
const HELD_MS_MAX = 10;

const LOOKS: ReadonlySet<string> = new Set<keyof JobStore>([
  'getJob',
  'findJob',
  'lastJobChange',
  'listChangedJobs',
  'findOrganization',
  'findKey',
  'listTokens',
  'listItems',
  'listCauses',
  'jobAhead',
  'jobAtWork',
  'appendJournal',
]);
const LOOK_ROWS_MAX = 50;

/** True for short reads, as for a status. They skip the event-loop yield, so that status calls stay fast. */
function isLook(name: string, [parameters]: readonly unknown[]): boolean {
  const { limit = 0 } = (parameters ?? {}) as { limit?: number };
  return LOOKS.has(name) && limit <= LOOK_ROWS_MAX;
}

/**
 * Waits while another process writes. Translates the driver's errors (disk full, locked, read-only) into
 * store errors, so that they do not count as bugs of the job.
 */
function withBusyRetry(store: JobStore, path: string, clock: Clock): JobStore {
  const yielder = new EventLoopYielder(clock, HELD_MS_MAX);
  const wrapped = Object.entries(store).map(([name, operation]) => {
    const call = operation as (...parameters: unknown[]) => Promise<unknown>;
    return [
      name,
      async (...parameters: unknown[]): Promise<unknown> => {
        // In both cases operations run in the order of their calls.
        await (isLook(name, parameters) ? null : yielder.yieldIfDue());
        try {
          return await whenFree(clock, () => call(...parameters));
        } catch (error) {
          throw runningFailure(error, path);
        }
      },
    ] as const;
  });
  // Every operation keeps its name and signature; only its rejections are translated.
  return Object.fromEntries(wrapped) as unknown as JobStore;
}

/** In smaller jobs the start of the thread takes longer than the thread saves. */
const THREAD_AFTER_ROWS = 5000;

/** Stores decided items in their order, on a separate thread if the job is large. */
function withQueue(store: JobStore, writer: PlainWriter | null, options: OpenOptions): JobStore {
  const asStoreFails = (error: unknown): never => {
    throw runningFailure(error, options.path);
  };
  const queue = new DecidedQueue({
    direct: (batch) => store.addPlannedItems(batch),
    write: writer === null ? null : (batch) => writer.write(batch).catch(asStoreFails),
    afterRows: options.threadAfterRows,
  });
  return {
    ...store,
    addPlannedItems: (batch) => queue.add(batch),
    async close() {
      await writer?.close();
      await store.close();
    },
  };
}

/** Migrates the open database and returns the store on it. */
async function storeOn(database: Database.Database, options: OpenOptions): Promise<JobStore> {
  const { path, clock } = options;
  const statements = new StatementCache(database);
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: statements }) });
  await turnWalOn(database, clock);
  await migrate(database, db, path);
  statements.forget();
  database.pragma(`busy_timeout = ${String(BUSY_TIMEOUT_MS)}`);
  const store: JobStore = {
    ...sqlOrganizations(db),
    ...sqlAccess(db),
    ...sqlJobs(db),
    ...sqlJobChanges(db),
    ...sqlRequests(db),
    ...sqlLeases(db),
    ...sqlItems(db, itemUpdater(statements)),
    ...sqlPlannedItems(relaxedOn(database, db), itemInserter(statements)),
    ...sqlGroups(db),
    ...sqlSettings(db),
    ...sqlSnapshot(db),
    ...sqlSends(db),
    ...sqlUploads(db),
    ...sqlJournal(db),
    ...sqlPurge(db),
    ...sqlKeptAnswers(db),
    ...sqlWebhooks(db),
    ...sqlOutbox(db),
    ...sqlMetrics(db, () => sizeBytesOf(database)),
    close: () => db.destroy(),
  };
  const isThreaded = path !== ':memory:' && hasWriterThread();
  const writer = isThreaded ? new PlainWriter({ path, clock }) : null;
  return withQueue(withBusyRetry(store, path, clock), writer, options);
}

async function openAll(options: OpenOptions): Promise<JobStore> {
  const { path } = options;
  if (path !== ':memory:') checkVersion(path);
  const database = openDatabase(path);
  try {
    return await storeOn(database, options);
  } catch (error) {
    // Closes the file, so that it can be repaired or replaced.
    database.close();
    throw error;
  }
}

/**
 * Opens and migrates the database at `path`, or one in memory for `:memory:`. Rejects with `STORE_FAILED`,
 * with the cause and the path, if the file cannot be opened or written. A file that is damaged, not a
 * database, or of a later version is not changed.
 */
export async function openSqliteStore({
  path,
  clock = systemClock,
  threadAfterRows = THREAD_AFTER_ROWS,
}: Partial<OpenOptions> & Pick<OpenOptions, 'path'>): Promise<JobStore> {
  try {
    return await openAll({ path, clock, threadAfterRows });
  } catch (error) {
    throw openingFailure(error, path);
  }
}
