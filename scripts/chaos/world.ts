/** Opens the world of one seed: Billy and its account, the network, the store, and who writes down what happens. */
import type { RateLimit } from '../../src/billy/throttle/rate-limit.js';
import type { Clock } from '../../src/core/clock.js';
import { createBilly } from '../../src/sandbox/account/made-up-account.js';
import { answer } from '../../src/sandbox/api/api.js';
import { dumpState, type StateDump } from '../../src/sandbox/api/dump.js';
import { FaultPicker } from '../../src/sandbox/faults/faults.js';
import type { SandboxOptions } from '../../src/sandbox/world/options.js';
import { seededRandom } from '../../src/sandbox/world/seeded-random.js';
import { RENEWALS_PER_LIFE } from '../../src/jobs/job/job-context.js';
import type { JobStore } from '../../src/store/job-store.js';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import { bodyOfRow } from './account.js';
import { Met } from './events.js';
import type { Row } from './facts/facts.js';
import { Recorder } from './facts/recorder.js';
import { watchWorld, type WorldChange } from './facts/watch-world.js';
import { lagBehind } from './lagging.js';
import { memoryFileStore, memoryFolder, type MemoryFolder } from './memory-files.js';
import { alteredBody, alterOf } from './moods.js';
import { tamperingFor, type Safeguard } from './safeguards.js';
import type { Scenario, StoryKind } from './scenario.js';
import type { Ground, Tampering } from './simulated-process.js';
import { LEASE_MS, SETTLE_MS, TIMEOUT_MS } from './timing.js';
import { virtualClock } from '../../test/support/simulation/virtual-clock.js';
import { VirtualTime } from '../../test/support/simulation/virtual-time.js';
import { apiRequest, type Net, type Trace } from './wire.js';

export const START_MS = Date.UTC(2026, 0, 5, 8);

export interface WorldOptions {
  readonly without?: Safeguard | null;
  readonly trace?: Trace;
  readonly kind?: StoryKind;
  /** In place of the limit of the seed. */
  readonly rateLimit?: RateLimit | null;
}

export interface SimulatedWorld {
  readonly scenario: Scenario;
  readonly time: VirtualTime;
  readonly net: Net;
  /** As the story itself sees it: nothing befalls it. */
  readonly store: JobStore;
  readonly ground: Ground;
  /** The sources of its jobs. */
  readonly folder: MemoryFolder;
  /** Ids of the planted records of the resource, by position. */
  readonly plantedIds: readonly string[];
  readonly dump: () => StateDump;
}

function slowestStoreMs({ acts }: Scenario): number {
  const plans = acts.flatMap(({ troubles }) => troubles.processes);
  return Math.max(0, ...plans.map(({ storeMsMax }) => storeMsMax));
}

/** Counted from the intent, which a slow disk may leave behind by a turn of the lease. */
export function lateMsMaxOf(scenario: Scenario): number {
  return TIMEOUT_MS + SETTLE_MS - slowestStoreMs(scenario) - LEASE_MS / RENEWALS_PER_LIFE;
}

function addRecord(net: Net, path: string, body: object): string {
  const text = alteredBody(JSON.stringify(body), net.alter);
  const reply = answer(net.billy, apiRequest(net.billy, { method: 'POST', path, body: text }));
  if (reply.status !== 200) throw new Error(`not planted: ${reply.body}`);
  const saved = JSON.parse(reply.body) as Record<string, { id: string }[]>;
  return saved[path.slice(1)]?.[0]?.id ?? '';
}

function plantRows(net: Net, collection: 'contacts' | 'products', rows: readonly Row[]): string[] {
  const root = collection === 'contacts' ? 'contact' : 'product';
  return rows.map((row) =>
    addRecord(net, `/${collection}`, { [root]: bodyOfRow(row, collection) }),
  );
}

function plantInvoice(net: Net, uses: { contactId: string; productId: string }): string {
  const { contactId, productId } = uses;
  const lines = [{ productId, unitPrice: 100 }];
  const invoice = { contactId, entryDate: '2026-01-02', lines };
  return addRecord(net, '/invoices', { invoice });
}

function plantAccount(net: Net, { account, resource }: Scenario): string[] {
  const contacts = plantRows(net, 'contacts', account.contacts);
  const products = plantRows(net, 'products', account.products);
  const [contactId = '', productId = ''] = [contacts[0], products[0]];
  const invoices = Array.from({ length: account.invoices }, () =>
    plantInvoice(net, { contactId, productId }),
  );
  const own = { customer: contacts, product: products, invoice: invoices }[resource];
  for (const index of account.used) {
    const id = own[index] ?? '';
    const other = resource === 'customer' ? 'products' : 'contacts';
    const [otherId = ''] = plantRows(net, other, [{ name: 'Til bilag' }]);
    plantInvoice(
      net,
      resource === 'customer'
        ? { contactId: id, productId: otherId }
        : { contactId: otherId, productId: id },
    );
  }
  return own;
}

function watch(net: Net, organizationId: string, note: (changes: readonly WorldChange[]) => void) {
  watchWorld(net.billy.world, (changes) => {
    note(changes);
    net.recorder.noteChanges(
      changes.map(({ collection, before, after }) => ({
        collection,
        id: (after ?? before)?.id ?? '',
        before: before?.fields ?? null,
        after: after?.fields ?? null,
        isOwn: (after ?? before)?.organizationId === organizationId,
      })),
    );
  });
}

function openNet(
  scenario: Scenario,
  { time, trace, tampering }: { time: VirtualTime; trace: Trace; tampering: Tampering },
): Net {
  const { seed, unknowns, moods, faults, outages, latencyMsMax, throttledMs } = scenario;
  const clock = virtualClock({ time, startMs: START_MS, random: seededRandom(seed + 2_000_003) });
  const none = { port: 0, rateLimit: null, latencyMs: null, faults: null };
  const options: SandboxOptions = {
    ...none,
    ...{ seed, unknowns, contacts: 0, products: 0, token: 'simulated', clock },
  };
  const { billy } = createBilly(options);
  const lagging = moods.lagMs === 0 ? null : lagBehind(options, time, moods.lagMs);
  const net: Net = {
    ...{ time, billy, trace, moods, outages, latencyMsMax, throttledMs },
    listBilly: lagging?.billy ?? billy,
    readsLag: tampering.readsLag === true,
    random: seededRandom(seed + 1_000_003),
    recorder: new Recorder(() => time.ms),
    met: new Met(),
    faultPicker: new FaultPicker(faults),
    alter: alterOf(moods),
    timeoutMs: TIMEOUT_MS,
    lateMsMax: lateMsMaxOf(scenario),
    onSaved: () => undefined,
  };
  watch(net, billy.organizationId, lagging?.note ?? (() => undefined));
  return net;
}

/** The database waits for nobody here, and may not measure real time either. */
function openClock(time: VirtualTime, seed: number): Clock {
  return virtualClock({ time, startMs: START_MS, random: seededRandom(seed + 4_000_037) });
}

export async function openWorld(
  scenario: Scenario,
  options: WorldOptions,
): Promise<SimulatedWorld> {
  const { seed, maxConcurrent, bulkSave, moods } = scenario;
  const time = new VirtualTime();
  const listen = options.trace ?? (() => undefined);
  const trace: Trace = (line) => {
    listen(() => `${String(time.ms).padStart(7)} ${line()}`);
  };
  const tampering = tamperingFor(options.without ?? null);
  const net = openNet(scenario, { time, trace, tampering });
  const { billy } = net;
  const plantedIds = plantAccount(net, scenario);
  // What is planted reaches the lists before anything begins.
  await time.run(moods.lagMs);
  const store = await openSqliteStore({ path: ':memory:', clock: openClock(time, seed) });
  const { organizationId } = billy;
  const folder = memoryFolder(String(seed));
  const ground: Ground = {
    ...{ time, startMs: START_MS, net, trace, organizationId },
    random: seededRandom(seed + 3_000_017),
    store,
    files: memoryFileStore(folder),
    tampering,
    settings: {
      ...{ timeoutMs: TIMEOUT_MS, settleMs: SETTLE_MS, leaseMs: LEASE_MS, maxConcurrent },
      ...{ abroadRulesetId: null, requestsPerMinute: null, bulkSave, rowsMax: 1000 },
    },
    rateLimit: options.rateLimit === undefined ? scenario.rateLimit : options.rateLimit,
    deadOwners: new Set(),
    machine: { clockOffMs: 0 },
  };
  const dump = (): StateDump => dumpState(billy.world, organizationId);
  return { scenario, time, net, store, ground, folder, plantedIds, dump };
}
