/** The composition root: builds a running service from the settings. */
import { dataDirOf, type Config } from './config.js';
import { systemClock } from './core/clock.js';
import { AppError, messageOf } from './core/errors.js';
import type { Log } from './core/log.js';
import { once } from './core/memo.js';
import type { Redact } from './core/outgoing.js';
import type { Caller } from './organizations/caller.js';
import { SignedTargets } from './organizations/signed-targets.js';
import { Organizations } from './organizations/organizations.js';
import { readFigures, type ServerFigures } from './jobs/admin/read-figures.js';
import type { SharedAdminDeps } from './jobs/admin/admin-deps.js';
import { Administration } from './jobs/admin/administration.js';
import { KeptAnswers } from './jobs/admin/kept-answers.js';
import { checkRole, guardedService } from './jobs/front/guarded-service.js';
import { callerFolders, type CallerFolders, type Reach } from './wiring/caller-files.js';
import { closedService } from './jobs/front/closed-service.js';
import { Engine, type EngineOptions } from './jobs/engine/engine.js';
import { jobChanges, type JobChanges } from './jobs/service/job-changes.js';
import { startPurging } from './jobs/service/purge.js';
import { JobService, type Service } from './jobs/service/service.js';
import type { MailRule } from './jobs/job/mail-rule.js';
import type { EngineSettings } from './jobs/job/job-context.js';
import type { Resolve } from './notices/address-guard.js';
import type { Courier } from './notices/courier.js';
import { openNotices } from './notices/open-notices.js';
import type { WebhookBook } from './notices/webhook-book.js';
import { closedStore } from './store/closed-store.js';
import type { JobStore } from './store/job-store.js';
import type { OnRequest } from './wiring/late-clients.js';
import { learnedPerSecond } from './wiring/learned-rate.js';
import { fileWork, type CallerFiles } from './jobs/job/job-files.js';
import type { ServiceDeps } from './jobs/service/service-deps.js';
import { openDataDir } from './wiring/state-folder.js';
import { openFileStore } from './wiring/open-file-store.js';
import { openLog, type OpenedLog } from './wiring/open-log.js';
import { openAccounts } from './wiring/open-accounts.js';
import { openKeyRing } from './wiring/secret-key.js';
import { openQueue } from './wiring/open-queue.js';
import { openStore } from './wiring/open-store.js';
import { storingOf } from './wiring/storing.js';

export interface App {
  /** The service of one caller. */
  readonly serviceFor: (caller: Caller) => Service;
  /** The use-cases of an admin. Throws `FORBIDDEN` for another role. */
  readonly adminFor: (caller: Caller) => Administration;
  /** The answers to requests that may be repeated. */
  readonly answers: KeptAnswers;
  readonly organizations: Organizations;
  /** Signs the addresses of downloads. */
  readonly downloads: SignedTargets;
  /** The webhooks of the organizations; each call names its caller. */
  readonly webhooks: WebhookBook;
  /** For operators; over all organizations. */
  readonly figures: () => Promise<ServerFigures>;
  /** Over all organizations; a service names those that its caller may see. */
  readonly changes: JobChanges;
  readonly store: JobStore;
  readonly log: Log;
  readonly clock: typeof systemClock;
  /** Redacts the token in a text. */
  readonly redact: Redact;
  /**
   * Starts no new item, lets requests in flight finish, and releases its leases. The store stays open until `serving`,
   * the end of those who use it, has resolved.
   */
  close(serving?: Promise<void>): Promise<void>;
}

const MS_PER_SECOND = 1000;
/** Exports that run at once; they share the request rate with everything else. */
const EXPORTS_AT_ONCE = 4;

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
    planRequiredRows: config.BULK_PLAN_REQUIRED_ROWS,
  };
}

function mailRuleOf({ SMTP_URL, MAIL_FROM, MAIL_ALLOWED = [] }: Config): MailRule {
  return { canSend: SMTP_URL !== undefined && MAIL_FROM !== undefined, allowed: MAIL_ALLOWED };
}

/** Additions of this program to the settings. */
export interface Seams {
  /** A wrapper that crash tests put around the store. */
  readonly wrapStore?: (store: JobStore) => JobStore;
  /** The access tokens of further organizations. */
  readonly furtherTokens?: readonly string[];
  /** Where the callers are; absent: on this machine. */
  readonly reach?: Reach;
  /** Called for every request to Billy that has left. */
  readonly onBillyRequest?: OnRequest;
  /** Looks the hosts of webhooks up; absent: the system does. */
  readonly resolve?: Resolve;
}

async function closeAll(parts: {
  background: Background;
  organizations: Organizations;
  store: JobStore;
  log: Log;
  serving: Promise<void> | undefined;
}): Promise<void> {
  await Promise.all([parts.background.stop(), parts.serving]);
  await parts.organizations.close().catch((error: unknown) => {
    parts.log.warn({ event: 'billy.close-failed', error: messageOf(error) });
  });
  await parts.store.close();
}

function logClosed(log: Log, { code, message, hint, detail }: AppError): void {
  log.error({ event: 'store.cannot-be-opened', code, message, hint, detail });
}

/** A store, and the failure if it could not be opened; then every operation fails with it. */
interface OpenedStore {
  readonly store: JobStore;
  readonly failure: AppError | null;
}

/** A failure is in the log as well, since a client may never call. */
async function openJobStore(config: Config, log: Log): Promise<OpenedStore> {
  try {
    return { store: await openStore(openDataDir(config)), failure: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    logClosed(log, error);
    return { store: closedStore(error), failure: error };
  }
}

/** Work that runs in the background, without calls. */
interface Background {
  stop(): Promise<void>;
}

interface Workers {
  readonly engine: Engine;
  readonly organizations: Organizations;
  readonly courier: Courier;
}

function startBackground(
  { engine, organizations, courier }: Workers,
  purging: Parameters<typeof startPurging>[0],
): Background {
  engine.start();
  courier.start();
  const purger = startPurging(purging);
  const stopClosing = organizations.closeIdle();
  return {
    async stop() {
      stopClosing();
      await Promise.all([engine.stop(), purger.stop(), courier.stop()]);
    },
  };
}

type EngineParts = Omit<EngineOptions, 'settings' | 'queue' | 'exportQueue'>;

function openEngine(config: Config, parts: EngineParts): Engine {
  return new Engine({
    ...parts,
    settings: engineSettings(config),
    queue: openQueue(config.BULK_JOBS_AT_ONCE),
    exportQueue: openQueue(EXPORTS_AT_ONCE),
  });
}

interface AdminParts {
  readonly config: Config;
  readonly secrets: OpenedLog['secrets'];
  readonly log: Log;
  readonly shared: Pick<SharedAdminDeps, 'store' | 'clock' | 'files' | 'organizations'>;
  readonly serviceFor: App['serviceFor'];
}

function administrationFor({
  config,
  secrets,
  log,
  shared,
  serviceFor,
}: AdminParts): App['adminFor'] {
  const isFixed = config.BILLY_ACCESS_TOKEN !== undefined;
  const { store, clock } = shared;
  const storing = isFixed ? null : once(() => storingOf(config, { store, clock, log }));
  const addSecret = (secret: string): void => {
    secrets.add(secret);
  };
  return (caller) => {
    checkRole(caller, 'admin');
    const service = serviceFor(caller);
    return new Administration({ ...shared, storing, addSecret, caller, service });
  };
}

/** The values of the settings that the services of all callers share. */
function sharedSettings(config: Config) {
  return {
    fileBytesMax: config.BULK_MAX_FILE_BYTES,
    isReadOnly: config.BULK_READ_ONLY === 'on',
    planRequiredRows: config.BULK_PLAN_REQUIRED_ROWS,
    openJobsMax: config.BULK_JOBS_MAX_OPEN,
    rateLimit: config.BILLY_RATE_LIMIT,
    mailRule: mailRuleOf(config),
  };
}

/** The files that the caller may name. */
function filesOf(
  { of, within }: CallerFolders,
  caller: Caller,
): Pick<ServiceDeps, keyof CallerFiles | 'filesWithin'> {
  const filesWithin = within && ((id: string) => fileWork(within(caller, id)));
  return { ...fileWork(of(caller)), filesWithin };
}

/** The secret key is read, or made, with the first address. */
function signerOf(config: Config): SignedTargets {
  const keys = once(() => openKeyRing(config, systemClock));
  return new SignedTargets(keys, systemClock);
}

/** Used if the store cannot be read: there is no work then. */
const NO_BACKGROUND: Background = { stop: () => Promise.resolve() };

/** Reads the token's file, and then does the same as `buildApp`. */
export async function createApp(settings: Config, cwd: string, seams: Seams = {}): Promise<App> {
  return await buildApp(openLog(settings, seams.furtherTokens), cwd, seams);
}

/**
 * Opens the store, continues unfinished jobs, and returns the service. If the store cannot be opened, the
 * service answers every call with the failure, so that the client sees the cause.
 */
export async function buildApp(
  { config, log, redact, secrets }: OpenedLog,
  cwd: string,
  { wrapStore = (store) => store, furtherTokens = [], reach = 'machine', ...seams }: Seams = {},
): Promise<App> {
  const clock = systemClock;
  const { failure, ...opened } = await openJobStore(config, log);
  const store = wrapStore(opened.store);
  const sending = { store, log, clock, onRequest: seams.onBillyRequest };
  const organizations = new Organizations({
    source: openAccounts({ config, secrets, furtherTokens }, sending),
    clock,
    log,
  });
  const files = openFileStore(dataDirOf(config), { jobs: store, clock });
  const folders = callerFolders(config, cwd, reach);
  const parts = { store, clock, log, organizations };
  const engine = openEngine(config, {
    ...parts,
    files,
    writeTarget: fileWork(folders.whole).writeTarget,
  });
  const { courier, webhooks } = openNotices(config, {
    ...parts,
    redact,
    openKeyRing: () => openKeyRing(config, clock),
    resolve: seams.resolve,
  });
  const shared = {
    ...parts,
    engine,
    files,
    takesUploads: reach === 'network',
    ...sharedSettings(config),
    learnedPerSecond: (organizationId: string) =>
      learnedPerSecond(config, { store, organizationId }),
  };
  const purging = { store, clock, log, files, retentionDays: config.BULK_RETENTION_DAYS };
  const background =
    failure === null ? startBackground({ engine, organizations, courier }, purging) : NO_BACKGROUND;
  const serviceFor = (caller: Caller): Service => {
    const jobs = new JobService({ ...shared, ...filesOf(folders, caller), caller });
    return guardedService(failure === null ? jobs : closedService(failure, jobs), caller);
  };
  return {
    serviceFor,
    adminFor: administrationFor({ config, secrets, log, shared, serviceFor }),
    answers: new KeptAnswers({ store, clock, log }),
    organizations,
    changes: jobChanges(shared),
    downloads: signerOf(config),
    webhooks,
    figures: () => readFigures({ store, clock, rateLimit: config.BILLY_RATE_LIMIT }),
    store,
    log,
    clock,
    redact,
    close: (serving) => closeAll({ background, organizations, store, log, serving }),
  };
}
