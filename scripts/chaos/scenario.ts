/** What a seed means: an account, a file, a job, and everything that goes wrong meanwhile. */
import type { StartOptions } from '../../src/jobs/options.js';
import {
  ALTERNATE_UNKNOWNS,
  DEFAULT_UNKNOWNS,
  PLAIN_FAULT_KINDS,
  type FaultKind,
  type FaultPlan,
  type SandboxUnknowns,
} from '../../src/sandbox/options.js';
import { pick, seededRandom, type Random } from '../../src/sandbox/seeded.js';
import { FREEZE_POINTS, RUN_POINTS, UNDO_POINTS } from './moments.js';
import type { Blow, ProcessPlan } from './simulated-process.js';
import type { Outage } from './wire.js';

/** A row of the file by column; '' is a blank cell. */
export type Row = Readonly<Record<string, string>>;

export interface Scenario {
  readonly seed: number;
  readonly profile: 'default' | 'alternate';
  readonly unknowns: SandboxUnknowns;
  readonly resource: 'customer' | 'product';
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly options: StartOptions;
  /** In Billy before the job: the same columns as rows. */
  readonly planted: readonly Row[];
  readonly faults: FaultPlan;
  readonly outages: readonly Outage[];
  readonly latencyMsMax: number;
  readonly maxConcurrent: number;
  /** Rows go many at a time. */
  readonly bulkSave: boolean;
  /** Processes in the order in which they come: one first, then one for each death. */
  readonly processes: readonly ProcessPlan[];
  /** When the second one comes although the first still lives; null: it waits for its death. */
  readonly rivalAfterMs: number | null;
  readonly respawnMs: number;
  /** When somebody else makes a record of their own. */
  readonly strangersAtMs: readonly number[];
  readonly cancelAtMs: number | null;
  /** What happens to the job afterwards; null: nothing. */
  readonly undo: {
    readonly processes: readonly ProcessPlan[];
    readonly touched: 'edit' | 'invoice' | null;
  } | null;
}

export const TIMEOUT_MS = 2000;
export const SETTLE_MS = 3000;
export const LEASE_MS = 6000;

const FAULT_RATES = [0.02, 0.1, 0.3];
const LIVE_MOMENTS = 160;
const FREEZES_MS = [500, 4000, 9000, 15_000, 30_000];

class Dice {
  readonly random: Random;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  is(chance: number): boolean {
    return this.random() < chance;
  }

  /** From `least` to `most`, both included. */
  count(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  pick<T>(list: readonly T[]): T {
    return pick(this.random, list);
  }

  list<T>(count: number, make: (index: number) => T): T[] {
    return Array.from({ length: count }, (_, index) => make(index));
  }
}

function customerRow(dice: Dice, index: number, hasNumbers: boolean): Row {
  // Few numbers and few names, so that rows repeat each other and meet what is there.
  const isTwin = dice.is(0.3);
  const who = isTwin ? 'Tvilling ApS' : `Kunde ${String(index + 1)}`;
  const email = dice.is(0.3) ? `kontakt${String(dice.count(1, 9))}@firma.example` : '';
  const phone = isTwin ? '11223344' : dice.is(0.5) ? `7000${String(dice.count(1000, 9999))}` : '';
  const contactNo = hasNumbers ? `K${String(dice.is(0.3) ? dice.count(1, 4) : index + 5)}` : '';
  return { contactNo, name: who, phone, email: isTwin && dice.is(0.7) ? '' : email };
}

function productRow(dice: Dice, index: number, hasNumbers: boolean): Row {
  const isTwin = dice.is(0.3);
  return {
    productNo: hasNumbers ? `V${String(dice.is(0.3) ? dice.count(1, 4) : index + 5)}` : '',
    name: isTwin ? 'Tvillingevare' : `Vare ${String(index + 1)}`,
    unitPrice: isTwin ? '10.00' : `${String(dice.count(1, 900))}.50`,
  };
}

function blow(dice: Dice, what: Blow['what'], points: readonly string[]): Blow {
  const ms = dice.pick(FREEZES_MS);
  if (dice.is(0.5)) return { point: null, nth: dice.count(1, LIVE_MOMENTS), what, ms };
  return { point: dice.pick(points), nth: dice.count(1, 5), what, ms };
}

function processPlan(dice: Dice, isMortal: boolean, points: readonly string[]): ProcessPlan {
  const blows: Blow[] = [];
  if (isMortal) blows.push(blow(dice, 'die', points));
  if (dice.is(0.3)) blows.push(blow(dice, 'freeze', FREEZE_POINTS));
  if (dice.is(0.1)) blows.push(blow(dice, 'disk', points));
  const storeMsMax = dice.is(0.2) ? dice.pick([20, 200, 900]) : 0;
  return { blows, storeMsMax, isNearby: dice.is(0.5) };
}

/** So many deaths, and as many processes and one more: somebody must be left to finish. */
function processPlans(dice: Dice, deaths: number, points: readonly string[]): ProcessPlan[] {
  return dice.list(deaths + 1, (index) => processPlan(dice, index < deaths, points));
}

/** Stopped where others depend on it, for longer than its lease: who takes over must not suffer. */
function sleeperPlan(dice: Dice): ProcessPlan {
  const point = dice.pick(['before scan', 'before plan', 'before listing', 'after intent']);
  const ms = dice.pick(FREEZES_MS.filter((each) => each > LEASE_MS));
  const blows = [{ point, nth: dice.count(1, 2), what: 'freeze', ms }] as const;
  return { blows, storeMsMax: 0, isNearby: false };
}

function faultPlan(dice: Dice, seed: number): FaultPlan {
  const rates: Partial<Record<FaultKind, number>> = {};
  if (dice.is(0.85)) {
    const kinds = dice.count(1, 4);
    for (let count = 0; count < kinds; count += 1) {
      rates[dice.pick(PLAIN_FAULT_KINDS)] = dice.pick(FAULT_RATES) / kinds;
    }
  }
  const everyNthWrite = dice.is(0.5)
    ? [{ n: dice.count(2, 5), kind: dice.pick(PLAIN_FAULT_KINDS) }]
    : [];
  return { seed, rates, everyNthWrite, lateMs: 0 };
}

function outages(dice: Dice): Outage[] {
  if (!dice.is(0.15)) return [];
  const fromMs = dice.count(0, 5000);
  const lengthMs = dice.pick([1000, 10_000, 90_000, 200_000]);
  return [{ fromMs, toMs: fromMs + lengthMs, how: dice.pick(['refused', 'reset', '503']) }];
}

function jobOptions(dice: Dice): StartOptions {
  return {
    duplicateStrategy: dice.pick(['create', 'create', 'skip', 'update', 'update']),
    ...(dice.is(0.1) ? { continueOnError: false } : {}),
    ...(dice.is(0.1) ? { rollbackOnError: true } : {}),
  };
}

/** A write of the whole batch stands where one of a single row does. */
function inBulk(plan: ProcessPlan, dice: Dice): ProcessPlan {
  const blows = plan.blows.map((blow) => {
    const isKept = dice.is(0.2);
    return isKept ? blow : { ...blow, point: blow.point?.replace(/POST|PUT/, 'PATCH') ?? null };
  });
  return { ...plan, blows };
}

/** Half of the seeds save many at a time, at a Billy that answers any way to that. */
function withBulkSave(scenario: Scenario, dice: Dice): Scenario {
  if (dice.is(0.5)) return scenario;
  return {
    ...scenario,
    bulkSave: true,
    options: { ...scenario.options, batchSize: dice.pick([2, 3, 5, 100]) },
    processes: scenario.processes.map((plan) => inBulk(plan, dice)),
    unknowns: {
      ...scenario.unknowns,
      bulkSave: dice.is(0.9) ? 'patch' : 'none',
      bulkSaveMax: dice.pick([1000, 10]),
      bulkSaveRefused: dice.pick(['allOrNothing', 'allOrNothing', 'partial', 'silentPartial']),
      bulkOrder: dice.pick(['sent', 'shuffled']),
      bulkErrors: dice.pick(['clientId', 'omit', 'index']),
      echoClientId: dice.pick(['echo', 'omit']),
      // So that requests are refused for some of their rows.
      uniqueNumbers: dice.pick(['none', 'enforce', 'enforce']),
    },
  };
}

/** Everything about one seed; the same seed is the same scenario for ever. */
export function scenarioOf(seed: number): Scenario {
  const dice = new Dice(seed);
  return withBulkSave(singleScenario(seed, dice), dice);
}

function singleScenario(seed: number, dice: Dice): Scenario {
  const profile = dice.pick(['default', 'alternate'] as const);
  const resource = dice.is(0.75) ? 'customer' : 'product';
  const hasNumbers = dice.is(0.6);
  const makeRow = resource === 'customer' ? customerRow : productRow;
  const rows = dice.list(dice.count(1, 12), (index) => makeRow(dice, index, hasNumbers));
  const processes = processPlans(dice, dice.count(0, 3), RUN_POINTS);
  if (dice.is(0.1)) processes.unshift(sleeperPlan(dice));
  const plantedCount = dice.pick([0, 0, 2, 4]);
  // Whoever sleeps past the end of its lease must find somebody else at work.
  const isSleeper = processes[0]?.blows.some(({ what }) => what === 'freeze') === true;
  const hasRival = dice.is(isSleeper ? 0.8 : 0.3);
  return {
    seed,
    profile,
    unknowns: profile === 'default' ? DEFAULT_UNKNOWNS : ALTERNATE_UNKNOWNS,
    resource,
    columns: Object.keys(rows[0] ?? {}),
    rows,
    options: jobOptions(dice),
    // Numbers as the rows may have them; names of their own.
    planted: dice.list(plantedCount, (index) => ({
      ...makeRow(dice, index + 90, false),
      ...(resource === 'customer'
        ? { contactNo: `K${String(index + 1)}`, name: `Gammel ${String(index + 1)}` }
        : { productNo: `V${String(index + 1)}`, name: `Gammel vare ${String(index + 1)}` }),
    })),
    faults: faultPlan(dice, seed),
    outages: outages(dice),
    latencyMsMax: dice.pick([0, 20, 400, 1500]),
    maxConcurrent: dice.pick([1, 2, 4]),
    bulkSave: false,
    processes,
    rivalAfterMs: hasRival ? dice.pick([0, 30, 300, 3000]) : null,
    respawnMs: dice.pick([0, 200, 3000]),
    strangersAtMs: dice.list(dice.count(0, 3), () => dice.count(0, 6000)),
    cancelAtMs: dice.is(0.12) ? dice.count(0, 6000) : null,
    undo: dice.is(0.45)
      ? {
          processes: processPlans(dice, dice.count(0, 2), UNDO_POINTS),
          touched: dice.pick(['edit', 'invoice', null, null]),
        }
      : null,
  };
}
