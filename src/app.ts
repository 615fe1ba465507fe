/** The composition root: settings in, a running service out. */
import type { BillyClient } from './billy/types.js';
import { databaseOf, type Config } from './config.js';
import { systemClock } from './core/clock.js';
import { messageOf } from './core/errors.js';
import { createLog, type Log } from './core/log.js';
import { openAllowedFolders } from './intake/allowed-paths.js';
import { Account } from './jobs/account.js';
import { Engine } from './jobs/engine.js';
import { exportFolderOf, fileWork } from './jobs/parts.js';
import { startPurging } from './jobs/purge.js';
import { JobService } from './jobs/service.js';
import type { EngineSettings } from './jobs/work.js';
import { createInProcessQueue } from './queue/in-process-queue.js';
import type { JobStore } from './store/job-store.js';
import { openSqliteStore } from './store/sqlite-store.js';
import { createClient, learnedPerSecond, openDataDir, tokenHashOf } from './wiring.js';

export interface App {
  readonly service: JobService;
  readonly store: JobStore;
  readonly log: Log;
  readonly clock: typeof systemClock;
  /** Takes no new item, lets requests in flight finish, gives its leases back. */
  close(): Promise<void>;
}

const MS_PER_SECOND = 1000;
/** Exports side by side; they share the request rate with everything else. */
const EXPORTS_AT_ONCE = 4;

function createAccount(config: Config, parts: { store: JobStore; billy: BillyClient }): Account {
  return new Account({
    ...parts,
    tokenHash: tokenHashOf(config),
    expectedId: config.BILLY_ORGANIZATION_ID ?? null,
  });
}

const MS_PER_MINUTE = 60_000;

function perMinute(limit: Config['BILLY_RATE_LIMIT']): number | null {
  return limit === null ? null : (limit.count * MS_PER_MINUTE) / limit.windowMs;
}

function engineSettings(config: Config): EngineSettings {
  return {
    timeoutMs: config.BILLY_TIMEOUT_MS,
    settleMs: config.BILLY_SETTLE_MS,
    maxConcurrent: config.BILLY_MAX_CONCURRENT,
    rowsMax: config.BULK_MAX_ROWS,
    leaseMs: config.BULK_LEASE_SECONDS * MS_PER_SECOND,
    bulkSave: config.BILLY_BULK_SAVE === 'on',
    abroadRulesetId: config.BILLY_ABROAD_RULESET_ID ?? null,
    requestsPerMinute: perMinute(config.BILLY_RATE_LIMIT),
  };
}

/** What crash tests put around a part. */
export interface Seams {
  readonly wrapStore: (store: JobStore) => JobStore;
}

const NO_SEAMS: Seams = { wrapStore: (store) => store };

/** Opens the store, takes up unfinished jobs, and offers the service. Rejects with an AppError. */
export async function createApp(
  config: Config,
  cwd: string,
  { wrapStore } = NO_SEAMS,
): Promise<App> {
  const secrets = [config.BILLY_ACCESS_TOKEN ?? ''];
  const log = createLog({ level: config.BULK_LOG_LEVEL, secrets });
  const clock = systemClock;
  const dataDir = openDataDir(config);
  const store = wrapStore(await openSqliteStore({ path: databaseOf(dataDir) }));
  const billy = createClient(config, { store, log, clock });
  const account = createAccount(config, { store, billy });
  const engine = new Engine({
    store,
    billy,
    clock,
    log,
    settings: engineSettings(config),
    queue: createInProcessQueue({ jobsAtOnce: config.BULK_JOBS_AT_ONCE }),
    exportQueue: createInProcessQueue({ jobsAtOnce: EXPORTS_AT_ONCE }),
    organizationId: () => account.knownId(),
    exportFolder: (organizationId) => exportFolderOf(dataDir, organizationId),
  });
  const files = fileWork(openAllowedFolders(config.BULK_ALLOWED_DIRS, cwd));
  const service = new JobService({
    store,
    clock,
    account,
    billy,
    log,
    engine,
    dataDir,
    fileBytesMax: config.BULK_MAX_FILE_BYTES,
    rateLimit: config.BILLY_RATE_LIMIT,
    learnedPerSecond: () => learnedPerSecond(config, store),
    ...files,
  });
  engine.start();
  const { removeFile } = files;
  const retentionDays = config.BULK_RETENTION_DAYS;
  const purging = startPurging({ store, clock, log, dataDir, retentionDays, removeFile });
  return {
    service,
    store,
    log,
    clock,
    async close() {
      await Promise.all([engine.stop(), purging.stop()]);
      await billy.close().catch((error: unknown) => {
        log.warn({ event: 'billy.close-failed', error: messageOf(error) });
      });
      await store.close();
    },
  };
}
