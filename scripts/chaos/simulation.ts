/** One seed from its account to its verdict, all in this process and on virtual time. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answer, type Billy } from '../../src/sandbox/api.js';
import { createBilly } from '../../src/sandbox/billy.js';
import { dumpState, type StateDump } from '../../src/sandbox/dump.js';
import { FaultDealer } from '../../src/sandbox/faults.js';
import { seededRandom } from '../../src/sandbox/seeded.js';
import { actAsThirdParty } from '../../src/sandbox/third-party.js';
import type { JobStore } from '../../src/store/job-store.js';
import { RENEWALS_PER_LIFE } from '../../src/jobs/work.js';
import { openSqliteStore } from '../../src/store/sqlite-store.js';
import type { ItemRecord, JobPatch, JobRecord } from '../../src/store/types.js';
import { plantedBody } from './account.js';
import { judgeRun, judgeUndone, type Finding } from './judge.js';
import { without, type Safeguard } from './safeguards.js';
import {
  LEASE_MS,
  scenarioOf,
  SETTLE_MS,
  TIMEOUT_MS,
  type Row,
  type Scenario,
} from './scenario.js';
import {
  SimulatedProcess,
  virtualClock,
  type Ground,
  type ProcessPlan,
} from './simulated-process.js';
import { gated } from './store-gate.js';
import { VirtualTime } from './virtual-time.js';
import { apiRequest, type Net, type Trace } from './wire.js';

export interface SeedResult {
  readonly seed: number;
  readonly findings: readonly Finding[];
  /** Simulated deaths, by the moment at which they came. */
  readonly deaths: readonly string[];
  readonly rows: number;
}

export interface SeedOptions {
  readonly without?: Safeguard | null;
  readonly trace?: Trace;
}

const START_MS = Date.UTC(2026, 0, 5, 8);
/** A job that has not ended by then never will. */
const PATIENCE_MS = 3_600_000;
/** After the end: what is still on its way arrives, whoever is frozen thaws. */
const AFTERMATH_MS = 45_000;
const JOB_ID = 'simulated-job';
const CALM: readonly ProcessPlan[] = [{ blows: [], storeMsMax: 0, isNearby: true }];

interface Scene {
  readonly scenario: Scenario;
  readonly ground: Ground;
  readonly net: Net;
  readonly store: JobStore;
  readonly collection: 'contacts' | 'products';
  readonly processes: SimulatedProcess[];
  readonly strangers: string[];
  isDone: boolean;
}

function collectionOf({ resource }: Pick<Scenario, 'resource'>): 'contacts' | 'products' {
  return resource === 'customer' ? 'contacts' : 'products';
}

function csvOf({ columns, rows }: Scenario): string {
  const lines = rows.map((row) => columns.map((column) => row[column] ?? '').join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

function plant(billy: Billy, row: Row, collection: 'contacts' | 'products'): void {
  const body = JSON.stringify({ [collection.slice(0, -1)]: plantedBody(row, collection) });
  const reply = answer(billy, apiRequest(billy, { method: 'POST', path: `/${collection}`, body }));
  if (reply.status !== 200) throw new Error(`not planted: ${reply.body}`);
}

/** Notes when a job's work is done, so that nobody need ask after every tick. */
function watched(store: JobStore, onDone: () => void): JobStore {
  return gated(store, async (name, parameter, call) => {
    const result = await call(parameter);
    if (name !== 'updateJob') return result;
    const { patch } = parameter as { patch: JobPatch };
    if (patch.phase === 'done') onDone();
    return result;
  });
}

function openNet(scenario: Scenario, parts: Pick<Net, 'time' | 'billy' | 'random' | 'trace'>): Net {
  const slowest = Math.max(...scenario.processes.map(({ storeMsMax }) => storeMsMax));
  return {
    ...parts,
    dealer: new FaultDealer(scenario.faults),
    outages: scenario.outages,
    latencyMsMax: scenario.latencyMsMax,
    timeoutMs: TIMEOUT_MS,
    // Counted from the intent, which a slow disk may leave behind by a turn of the lease.
    lateMsMax: TIMEOUT_MS + SETTLE_MS - slowest - LEASE_MS / RENEWALS_PER_LIFE,
  };
}

async function openScene(scenario: Scenario, options: SeedOptions): Promise<Scene> {
  const { seed, unknowns, maxConcurrent } = scenario;
  const time = new VirtualTime();
  const random = seededRandom(seed + 1_000_003);
  const trace = options.trace ?? (() => undefined);
  const clock = virtualClock({ time, startMs: START_MS, random });
  const none = { port: 0, rateLimit: null, latencyMs: null, faults: null };
  const seeding = { seed, unknowns, contacts: 0, products: 0, token: 'simulated' };
  const { billy } = createBilly({ ...none, ...seeding, clock });
  const collection = collectionOf(scenario);
  for (const row of scenario.planted) plant(billy, row, collection);
  const plainStore = await openSqliteStore({ path: ':memory:' });
  const stamped: Trace = (line) => {
    trace(() => `${String(time.ms).padStart(7)} ${line()}`);
  };
  const net = openNet(scenario, { time, billy, random, trace: stamped });
  const scene: Scene = {
    scenario,
    net,
    store: plainStore,
    collection,
    processes: [],
    strangers: [],
    isDone: false,
    ground: {
      ...{ time, startMs: START_MS, random, net, trace: stamped },
      store: without(
        options.without ?? null,
        watched(plainStore, () => {
          scene.isDone = true;
        }),
      ),
      settings: {
        ...{ timeoutMs: TIMEOUT_MS, settleMs: SETTLE_MS, leaseMs: LEASE_MS, maxConcurrent },
        abroadRulesetId: null,
        requestsPerMinute: null,
        bulkSave: scenario.bulkSave,
        rowsMax: 1000,
      },
      organizationId: billy.organizationId,
      deadOwners: new Set(),
    },
  };
  return scene;
}

function dump({ net }: Scene): StateDump {
  return dumpState(net.billy.world, net.billy.organizationId);
}

async function createJob(scene: Scene, path: string): Promise<void> {
  const { store, scenario, ground } = scene;
  const { organizationId } = ground;
  await store.createJob({
    id: JOB_ID,
    organizationId,
    operation: 'import',
    resourceType: scenario.resource,
    lane: `${organizationId}:${scenario.resource}`,
    dryRun: false,
    label: null,
    options: { ...scenario.options } as Record<string, string | boolean>,
    source: null,
    reading: { path, fileName: 'rows.csv', columnMapping: {} },
    planOfJobId: null,
    createdBy: 'chaos',
    warnings: [],
    createdAtMs: START_MS,
  });
}

/** Lives through the plans: one process, perhaps a rival, then a new one for each that dies. */
function populate(
  scene: Scene,
  plans: readonly ProcessPlan[],
  rivalAfterMs: number | null,
): () => void {
  const { ground, processes, scenario } = scene;
  const waiting = [...plans];
  const living: SimulatedProcess[] = [];
  const spawn = (): void => {
    const plan = waiting.shift();
    if (plan === undefined) return;
    const born = new SimulatedProcess(ground, plan);
    ground.trace(() => 'process starts');
    living.push(born);
    processes.push(born);
  };
  spawn();
  if (rivalAfterMs !== null) ground.time.at(ground.time.ms + rivalAfterMs, spawn);
  const mourned = new Set<SimulatedProcess>();
  return () => {
    for (const dead of living.filter((each) => each.isDead && !mourned.has(each))) {
      mourned.add(dead);
      ground.time.at(ground.time.ms + scenario.respawnMs, spawn);
    }
  };
}

async function live(
  scene: Scene,
  plans: readonly ProcessPlan[],
  rivalAfterMs: number | null,
): Promise<boolean> {
  const { ground } = scene;
  const { time } = ground;
  scene.isDone = false;
  const mourn = populate(scene, plans, rivalAfterMs);
  await time.run(time.ms + PATIENCE_MS, () => {
    mourn();
    return scene.isDone;
  });
  const isEnded = scene.isDone;
  await time.run(time.ms + AFTERMATH_MS, () => {
    mourn();
    return false;
  });
  return isEnded;
}

function end(scene: Scene): void {
  for (const process of scene.processes) process.die(null);
}

function scheduleOthers(scene: Scene): void {
  const { scenario, ground, net, store, strangers } = scene;
  const { time } = ground;
  for (const [index, atMs] of scenario.strangersAtMs.entries()) {
    time.at(atMs, () => {
      const changes = { name: `Fremmed ${String(index)}` };
      strangers.push(actAsThirdParty(net.billy, { action: 'create-contact', changes }).id);
    });
  }
  const { cancelAtMs } = scenario;
  if (cancelAtMs === null) return;
  time.at(cancelAtMs, () => {
    const nowMs = START_MS + time.ms;
    const asked = store.requestCancel({ jobId: JOB_ID, by: 'chaos', nowMs });
    // A job that nobody has begun ends with that.
    void asked.then(async () => {
      scene.isDone ||= (await jobOf(store)).phase === 'done';
    });
  });
}

async function itemsOf(store: JobStore): Promise<ItemRecord[]> {
  return store.listItems({ jobId: JOB_ID, limit: 1000 });
}

async function jobOf(store: JobStore): Promise<JobRecord> {
  const job = await store.getJob({ jobId: JOB_ID });
  if (job === null) throw new Error('the job is gone');
  return job;
}

/** Somebody else's hand on one record of the job; its id, or null when there is none to touch. */
function touchRecord(scene: Scene, items: readonly ItemRecord[]): string | null {
  const { scenario, net, collection } = scene;
  const id = items.find(({ outcome }) => outcome === 'created')?.recordId ?? null;
  const how = scenario.undo?.touched ?? null;
  if (id === null || how === null) return null;
  if (how === 'invoice') actAsThirdParty(net.billy, { action: 'add-invoice', collection, id });
  else {
    const changes = { name: 'Rettet af en anden' };
    actAsThirdParty(net.billy, { action: 'edit', collection, id, changes });
  }
  return id;
}

async function runAndJudge(scene: Scene): Promise<Finding[]> {
  const { scenario, store, net, collection, strangers } = scene;
  const before = dump(scene);
  scheduleOthers(scene);
  const isEnded = await live(scene, scenario.processes, scenario.rivalAfterMs);
  const job = await jobOf(store);
  if (!isEnded) return [{ kind: 'stuck', text: `still ${job.status} (${job.phase})` }];
  const items = await itemsOf(store);
  const seen = { scenario, collection, before, strangers };
  const run = { ...seen, job, items, after: dump(scene) };
  // Taken back at its first failure.
  if (job.undo !== null) return judgeUndone({ ...run, touchedId: null });
  const findings = judgeRun(run);
  if (findings.length > 0 || scenario.undo === null) return findings;
  end(scene);
  const { touched: touch } = scenario.undo;
  const touchedId = touchRecord(scene, items);
  const touched = dump(scene);
  net.dealer = new FaultDealer({ ...scenario.faults, seed: scenario.seed + 1 });
  let isUndone = await takeBack(scene, job, scenario.undo.processes);
  let undone = await jobOf(store);
  if (isUndone && undone.undo !== null && undone.undo.errored > 0) {
    // Billy failed too often in a row: the rollback is asked for again, in better weather.
    net.dealer = null;
    end(scene);
    isUndone = await takeBack(scene, undone, CALM);
    undone = await jobOf(store);
  }
  if (!isUndone) return [{ kind: 'stuck', text: `still ${undone.status} (${undone.phase})` }];
  const facts = { ...seen, job: undone, items: await itemsOf(store), after: dump(scene) };
  return judgeUndone({ ...facts, touchedId, touched, touch });
}

/** Asks for the rollback and lives until its end. */
async function takeBack(
  scene: Scene,
  job: JobRecord,
  plans: readonly ProcessPlan[],
): Promise<boolean> {
  const { store, ground } = scene;
  const nowMs = START_MS + ground.time.ms;
  await store.requestUndo({ jobId: JOB_ID, from: [job.status], reason: null, nowMs });
  return live(scene, plans, null);
}

/** Runs one seed to its end and judges it. */
export async function simulate(seed: number, options: SeedOptions = {}): Promise<SeedResult> {
  const scenario = scenarioOf(seed);
  const folder = mkdtempSync(join(tmpdir(), 'chaos-'));
  const scene = await openScene(scenario, options);
  try {
    const path = join(folder, 'rows.csv');
    writeFileSync(path, csvOf(scenario));
    await createJob(scene, path);
    const findings = await runAndJudge(scene);
    const deaths = scene.processes.flatMap(({ diedAt }) => diedAt ?? []);
    return { seed, findings, deaths, rows: scenario.rows.length };
  } finally {
    end(scene);
    await scene.store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
