// Everything a job meets, for real and in one process: a sandbox, the client, the store, the engine
// and the service, in temporary folders.
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createBillyClient } from '../../src/billy/http/client.js';
import { createTransport } from '../../src/billy/http/transport.js';
import type { RateLimit } from '../../src/billy/throttle/rate-limit.js';
import type { BillyClient } from '../../src/billy/types.js';
import { systemClock, type Clock } from '../../src/core/clock.js';
import { sha256 } from '../../src/core/hash.js';
import { createLog, type Log } from '../../src/core/log.js';
import { openAllowedFolders } from '../../src/files/disk/allowed-paths.js';
import { Account } from '../../src/organizations/account.js';
import type { Caller } from '../../src/organizations/caller.js';
import { Connection } from '../../src/organizations/connection.js';
import { fixedAccounts } from '../../src/organizations/account-source.js';
import { Organizations } from '../../src/organizations/organizations.js';
import { Engine } from '../../src/jobs/engine/engine.js';
import type { StartOptions } from '../../src/jobs/job/job-options.js';
import { type ServiceDeps } from '../../src/jobs/service/service-deps.js';
import { JobService } from '../../src/jobs/service/service.js';
import type { SourceInput } from '../../src/jobs/service/take-source.js';
import type { StartRequest } from '../../src/jobs/service/start-job.js';
import { isEnded } from '../../src/model/job-status.js';
import type { JobView } from '../../src/jobs/service/job-view.js';
import type { EngineSettings, JobContext } from '../../src/jobs/job/job-context.js';
import { createInProcessQueue } from '../../src/queue/in-process-queue.js';
import type { JobQueue } from '../../src/queue/job-queue.js';
import { resourceNamed } from '../../src/resources/registry.js';
import type { WritingOperation } from '../../src/resources/definition/resource.js';
import type { DumpedRecord, StateDump } from '../../src/sandbox/api/dump.js';
import {
  DEFAULT_UNKNOWNS,
  type SandboxOptions,
  type SandboxUnknowns,
} from '../../src/sandbox/world/options.js';
import type { LoggedRequest } from '../../src/sandbox/account/request-log.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import type { JobStore } from '../../src/store/job-store.js';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import type { ItemRecord } from '../../src/model/item.js';
import type { JobRecord, Lease } from '../../src/model/job.js';
import { advanceWhileAwaited, VirtualTime } from './simulation/virtual-time.js';
import { lookUntil } from './look-until.js';
import { plantRecord } from './plant-record.js';
import { allItems, serviceSettingsOf } from './world-parts.js';
import { connectorTo } from './simulation/memory-connector.js';
import { clockOn, isVirtualWorld, realClockOf } from './simulation/world-clock.js';
import { fileWork } from '../../src/jobs/job/job-files.js';
import { openFileStore } from '../../src/wiring/open-file-store.js';

export interface WorldOptions extends Partial<EngineSettings> {
  readonly unknowns?: Partial<SandboxUnknowns>;
  readonly sandbox?: Partial<Omit<SandboxOptions, 'unknowns' | 'token'>>;
  /** The client's own limit; null is none. By default a high one in virtual time, and none in real time. */
  readonly rateLimit?: { count: number; windowMs: number } | null;
  /** What the client sends; null: the server was started without one. The sandbox's own by default. */
  readonly token?: string | null;
  readonly expectedOrganizationId?: string;
  /** Where Billy is thought to be; the sandbox by default. */
  readonly baseUrl?: string;
  readonly fileBytesMax?: number;
  /** BULK_ALLOWED_DIRS; the world's folder by default. */
  readonly allowed?: string;
  readonly jobsAtOnce?: number;
  /** BULK_READ_ONLY. */
  readonly isReadOnly?: boolean;
  readonly clock?: Clock;
  /**
   * Virtual time, and no socket to the sandbox: an hour of waiting costs nothing. This is the default. `true`
   * asks for a clock twenty times as fast where another address needs sockets. `false` is real time and sockets.
   */
  readonly isVirtual?: boolean;
  /** A database file in the temporary folder instead of one in memory. */
  readonly isStoreOnFile?: boolean;
  /** Jobs are stored and never worked on: for single stages with `openWork`. */
  readonly isHeld?: boolean;
}

export interface StartMore {
  /** The name of a resource. */
  readonly resource?: string;
  readonly operation?: WritingOperation;
  readonly organizationId?: string;
}

type Rows = NonNullable<SourceInput['rows']>;

export interface World {
  readonly sandbox: Sandbox;
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: Log;
  /** As it was opened. */
  readonly options: WorldOptions;
  /** What the log has written so far. */
  readonly logLines: readonly string[];
  readonly settings: EngineSettings;
  readonly tokenHash: string | null;
  readonly dataDir: string;
  /** The one allowed folder. */
  readonly folder: string;
  /** These four are made anew by `restart`. */
  readonly billy: BillyClient;
  readonly account: Account;
  readonly engine: Engine;
  readonly service: JobService;
  /** What the service is made of. */
  readonly parts: ServiceDeps;
  /** Any start; customers are imported unless said. */
  start(input: SourceInput, options?: StartOptions, more?: StartMore): Promise<JobRecord>;
  /** An import from CSV text or from rows. */
  startImport(content: string | Rows, options?: StartOptions, more?: StartMore): Promise<JobRecord>;
  /** Waits for the end of the job; fails after 25 seconds, or an hour of virtual time. */
  ended(jobId: string): Promise<JobView>;
  /** Waits until the job's view is as wanted; fails as `ended` does. */
  until(jobId: string, isAsWanted: (view: JobView) => boolean): Promise<JobView>;
  /** `startImport`, then `ended`. */
  imported(content: string | Rows, options?: StartOptions, more?: StartMore): Promise<JobView>;
  /** All items of the job in order. */
  items(jobId: string): Promise<ItemRecord[]>;
  sandboxState(): StateDump;
  /** The sandbox's records of one collection. */
  held(collection: string): readonly DumpedRecord[];
  /** Saves a record at the sandbox as an API client does; its id. */
  plant(collection: string, record: Readonly<Record<string, unknown>>): Promise<string>;
  /** Requests that reached the sandbox from an index on. */
  requests(from?: number): readonly LoggedRequest[];
  /** Those among them that were no reads. */
  writes(from?: number): readonly LoggedRequest[];
  /** Stops the engine and opens a second one on the same store. */
  restart(
    changes?: Pick<
      WorldOptions,
      | 'isHeld'
      | 'isReadOnly'
      | 'token'
      | 'allowed'
      | 'expectedOrganizationId'
      | keyof EngineSettings
    >,
  ): Promise<void>;
  close(): Promise<void>;
}

/** High enough to change no test, and kept by the throttle that a server has. */
const HIGH_LIMIT = { count: 1000, windowMs: 1000 };
const VIRTUAL_LATENCY = { min: 3, max: 6, tailChance: 0, tailMs: 0 };
/** How long a test waits, on the clock of its world. */
const [DEADLINE_MS, VIRTUAL_DEADLINE_MS] = [25_000, 3_600_000];
export const TESTER: Caller = { actor: 'tester (vitest)', organizations: 'all', role: 'admin' };
/** How long `openWork` waits for a lane, how often it asks, and how long it then holds the lane. */
const [LANE_MS_MAX, LANE_POLL_MS, LEASE_MS] = [5000, 5, 3_600_000];
const EXPORTS_AT_ONCE = 4;

/** Takes jobs and never runs them. */
const HELD_QUEUE: JobQueue = {
  add: () => new Promise(() => undefined),
  idle: () => Promise.resolve(),
};

/** What stays over a restart. */
interface Ground {
  readonly options: WorldOptions;
  readonly sandbox: Sandbox;
  readonly store: JobStore;
  readonly clock: Clock;
  /** null: real time and real sockets. */
  readonly time: VirtualTime | null;
  readonly log: Log;
  readonly logLines: string[];
  readonly root: string;
  readonly dataDir: string;
  readonly folder: string;
}

/** What a process makes at its start. */
type Process = Pick<
  World,
  'billy' | 'account' | 'engine' | 'service' | 'parts' | 'settings' | 'tokenHash'
>;

function settingsOf(options: WorldOptions): EngineSettings {
  return {
    timeoutMs: options.timeoutMs ?? 300,
    settleMs: options.settleMs ?? 200,
    maxConcurrent: options.maxConcurrent ?? 4,
    rowsMax: options.rowsMax ?? 100_000,
    leaseMs: options.leaseMs ?? 15_000,
    bulkSave: options.bulkSave ?? false,
    abroadRulesetId: options.abroadRulesetId ?? null,
    requestsPerMinute: options.requestsPerMinute ?? null,
    planRequiredRows: options.planRequiredRows ?? null,
  };
}

async function openGround(options: WorldOptions): Promise<Ground> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'engine-world-')));
  const [dataDir, folder] = [join(root, 'data'), join(root, 'files')];
  for (const path of [dataDir, folder]) mkdirSync(path);
  const time = isVirtualWorld(options) ? new VirtualTime() : null;
  const clock = time === null ? realClockOf(options) : clockOn(time);
  const sandbox = await startSandbox({
    port: 0,
    seed: 7,
    rateLimit: null,
    // In virtual time a request that takes none would leave no moment between two.
    latencyMs: time === null ? null : VIRTUAL_LATENCY,
    faults: null,
    contacts: 0,
    products: 0,
    clock: time === null ? systemClock : clock,
    ...options.sandbox,
    unknowns: { ...DEFAULT_UNKNOWNS, ...options.unknowns },
  });
  const path = options.isStoreOnFile === true ? join(dataDir, 'jobs.sqlite') : ':memory:';
  const logLines: string[] = [];
  const log = createLog({ level: 'debug', destination: { write: (line) => logLines.push(line) } });
  const store = await openSqliteStore({ path, clock });
  return { options, sandbox, store, clock, time, log, logLines, root, dataDir, folder };
}

function clientLimitOf({ time }: Ground, { rateLimit }: WorldOptions): RateLimit | null {
  return rateLimit === undefined && time !== null ? HIGH_LIMIT : (rateLimit ?? null);
}

function startProcess(ground: Ground, changes: WorldOptions): Process {
  const { sandbox, store, clock, log, dataDir, folder } = ground;
  const options = { ...ground.options, ...changes };
  const settings = settingsOf(options);
  const { baseUrl = sandbox.url, rateLimit = null } = options;
  const token = options.token === undefined ? sandbox.token : options.token;
  const { timeoutMs, maxConcurrent } = settings;
  const sending = {
    ...{ baseUrl, token: token ?? '', maxConcurrent, timeoutMs },
    rateLimit: clientLimitOf(ground, options),
  };
  const reached = { baseUrl, token: token ?? '', maxConcurrent, timeoutMs, clock };
  const connect = ground.time === null ? {} : { connect: connectorTo(sandbox) };
  const transport = createTransport({ ...reached, ...connect });
  const billy = createBillyClient({ ...sending, clock, log, transport });
  const tokenHash = token === null ? null : sha256(`${baseUrl} ${token}`);
  const expectedId = options.expectedOrganizationId ?? null;
  const connection = new Connection({ open: () => Promise.resolve(billy), clock });
  const account = new Account({ store, connection, tokenHash, expectedId });
  const organizations = new Organizations({ source: fixedAccounts([account]), clock, log });
  const isHeld = options.isHeld === true;
  const queueOf = (jobsAtOnce: number): JobQueue =>
    isHeld ? HELD_QUEUE : createInProcessQueue({ jobsAtOnce });
  const { allowed = folder } = options;
  const callerFiles = fileWork(
    openAllowedFolders({ setting: allowed, cwd: folder, own: [dataDir] }),
  );
  const files = openFileStore(dataDir, { jobs: store, clock });
  const engine = new Engine({
    store,
    clock,
    log,
    settings,
    queue: queueOf(options.jobsAtOnce ?? 3),
    exportQueue: queueOf(EXPORTS_AT_ONCE),
    organizations,
    files,
    writeTarget: callerFiles.writeTarget,
  });
  const parts: ServiceDeps = {
    caller: TESTER,
    store,
    clock,
    organizations,
    log,
    engine,
    files,
    rateLimit,
    ...serviceSettingsOf(options),
    learnedPerSecond: () => Promise.resolve(null),
    ...callerFiles,
  };
  engine.start();
  return { billy, account, engine, settings, tokenHash, parts, service: new JobService(parts) };
}

type Actions = Omit<World, keyof Process | keyof Ground | 'restart' | 'close'>;

/** What tests do; through `now`, so that it meets the process that runs then. */
function actionsOf(ground: Ground, now: () => Process): Actions {
  const { sandbox, store, time } = ground;
  // A test waits in its own time, however fast the clock of its world goes.
  const clock = time === null ? systemClock : ground.clock;
  const deadlineMs = time === null ? DEADLINE_MS : VIRTUAL_DEADLINE_MS;
  const start: World['start'] = async (input, options = {}, more = {}) => {
    const request: StartRequest = {
      resource: resourceNamed(more.resource ?? 'customer'),
      operation: more.operation ?? 'import',
      input,
      organizationId: more.organizationId,
      options,
    };
    return (await now().service.start(request)).job;
  };
  const startImport: World['startImport'] = (content, options, more) =>
    start(typeof content === 'string' ? { csvContent: content } : { rows: content }, options, more);
  const until: World['until'] = (jobId, isAsWanted) =>
    lookUntil({ service: now().service, clock }, jobId, { isAsWanted, deadlineMs });
  const ended: World['ended'] = (jobId) => until(jobId, ({ status }) => isEnded(status));
  const requests: World['requests'] = (from) => sandbox.control.requests(from).requests;
  return {
    start,
    startImport,
    until,
    ended,
    imported: async (content, options, more) =>
      ended((await startImport(content, options, more)).id),
    items: (jobId) => allItems(store, jobId),
    sandboxState: () => sandbox.control.state(),
    held: (collection) => sandbox.control.state().records[collection] ?? [],
    plant: (collection, record) =>
      plantRecord({ sandbox, isVirtual: time !== null }, collection, record),
    requests,
    writes: (from) => requests(from).filter(({ method }) => method !== 'GET'),
  };
}

/** To be closed by the caller; `testWorld` closes with the test. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const ground = await openGround(options);
  let current = startProcess(ground, {});
  const stopTime = ground.time === null ? () => undefined : advanceWhileAwaited(ground.time);
  const stop = async (): Promise<void> => {
    await current.engine.stop();
    await current.billy.close();
  };
  const world = {
    ...ground,
    ...actionsOf(ground, () => current),
    ...current,
    restart: async (changes: WorldOptions = {}) => {
      await stop();
      current = startProcess(ground, changes);
      Object.assign(world, current);
    },
    close: async () => {
      await stop();
      await ground.store.close();
      await ground.sandbox.close();
      stopTime();
      rmSync(ground.root, { recursive: true, force: true });
    },
  };
  return world;
}

/** A world that ends with the test. */
export async function testWorld(options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  onTestFinished(() => world.close());
  return world;
}

/** A world where nothing is lost by a machine that is busy: for tests that are not about timeouts. */
export function calmWorld(options: WorldOptions = {}): Promise<World> {
  return testWorld({ timeoutMs: 5000, ...options });
}

/** Takes the lease. The engine gives it back after the job has ended. */
async function takeLane({ store, clock }: World, lease: Lease): Promise<void> {
  const endMs = clock.monotonicMs() + LANE_MS_MAX;
  while (!(await store.acquireLease({ lease, nowMs: clock.nowMs(), ttlMs: LEASE_MS }))) {
    if (clock.monotonicMs() > endMs) throw new Error(`the lane ${lease.name} is taken`);
    await clock.sleep(LANE_POLL_MS);
  }
}

/** The job in our hands, its lease held: for calling single stages. The world should be `isHeld`. */
export async function openWork(
  world: World,
  job: Pick<JobRecord, 'id' | 'lane' | 'resourceType'>,
  changes: Partial<JobContext> = {},
): Promise<JobContext> {
  const { store, billy, clock, log, settings } = world;
  const lease = { name: job.lane, owner: `test-${clock.randomHex(4)}` };
  await takeLane(world, lease);
  return {
    ...{ store, billy, clock, log, settings },
    files: world.parts.files,
    jobId: job.id,
    resource: resourceNamed(job.resourceType),
    lease,
    stop: new AbortController().signal,
    ...changes,
  };
}
