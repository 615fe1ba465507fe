/** What goes wrong in a seed: deaths, sleep, clocks, people, asks, the network and Billy's moods. */
import {
  PLAIN_FAULT_KINDS,
  type FaultKind,
  type FaultPlan,
  type SandboxUnknowns,
} from '../../src/sandbox/world/options.js';
import type { Dice } from './dice.js';
import type { ResourceName } from './facts/facts.js';
import { FREEZE_POINTS, RUN_POINTS, UNDO_POINTS } from './moments.js';
import type { GatewayMood, Moods } from './moods.js';
import type { PersonAct } from './people.js';
import type { Act, Ask, Troubles } from './acts.js';
import type { Blow, ProcessPlan } from './simulated-process.js';
import type { Theme } from './themes.js';
import { LEASE_MS } from './timing.js';
import type { Outage } from './wire.js';

const FAULT_RATES = [0.02, 0.1, 0.3];
const LIVE_MOMENTS = 160;
const FREEZES_MS = [500, 4000, 9000, 15_000, 30_000];
const HOUR_MS = 3_600_000;
const WIRE_POINTS = ['send POST', 'send PUT', 'send DELETE', 'send POST', 'send PUT'];

function timeIn(dice: Dice): number {
  return dice.count(0, dice.pick([100, 1000, 8000]));
}

function blow(dice: Dice, what: Blow['what'], points: readonly string[]): Blow {
  const isClock = what === 'clock' || what === 'machine clock';
  const ms = isClock ? dice.pick([HOUR_MS, -HOUR_MS]) : dice.pick(FREEZES_MS);
  if (dice.is(0.5)) return { point: null, nth: dice.count(1, LIVE_MOMENTS), what, ms };
  return { point: dice.pick(points), nth: dice.count(1, 5), what, ms };
}

function processPlan(dice: Dice, isMortal: boolean, points: readonly string[]): ProcessPlan {
  const blows: Blow[] = [];
  if (isMortal) blows.push(blow(dice, dice.is(0.75) ? 'die' : 'stop', points));
  if (dice.is(0.3)) blows.push(blow(dice, 'freeze', FREEZE_POINTS));
  if (dice.is(0.08)) blows.push(blow(dice, 'disk', points));
  if (dice.is(0.1)) blows.push(blow(dice, dice.pick(['clock', 'machine clock']), points));
  const storeMsMax = dice.is(0.15) ? dice.pick([20, 200, 900]) : 0;
  return { blows, storeMsMax, isNearby: dice.is(0.5) };
}

/** Stopped where others depend on it, for longer than its lease: who takes over must not suffer. */
function sleeperPlan(dice: Dice, points: readonly string[]): ProcessPlan {
  const ms = dice.pick(FREEZES_MS.filter((each) => each > LEASE_MS));
  const blows = [{ point: dice.pick(points), nth: dice.count(1, 3), what: 'freeze', ms }] as const;
  return { blows, storeMsMax: 0, isNearby: false };
}

/** A write of the whole batch stands where one of a single row does. */
function inBulk(plan: ProcessPlan, dice: Dice): ProcessPlan {
  const blows = plan.blows.map((each) => {
    const isKept = dice.is(0.2);
    return isKept ? each : { ...each, point: each.point?.replace(/POST|PUT/, 'PATCH') ?? null };
  });
  return { ...plan, blows };
}

const EDITS: readonly PersonAct['what'][] = [
  'edit phone',
  'edit phone',
  'edit street',
  'edit name',
  'edit description',
  'edit hidden',
  'archive',
  'use',
  'approve',
  'delete',
  'add child',
  'change child',
  'delete child',
];
const CREATES: readonly PersonAct['what'][] = [
  'create',
  'create as row',
  'create as row',
  'create twin',
];

/** What harms who goes on by an old picture. */
const RESTING: readonly PersonAct['what'][] = [
  'edit phone',
  'edit phone',
  'edit phone',
  'edit phone',
  'edit street',
  'create as row',
  'create as row',
  'add child',
  'delete',
];

function personAct(dice: Dice): PersonAct {
  return {
    what: dice.pick(dice.is(0.3) ? CREATES : EDITS),
    afterSaved: dice.is(0.4) ? dice.count(1, 8) : null,
    atMs: timeIn(dice),
    whom: dice.is(0.5) ? 'newest' : 'any',
    target: dice.count(0, 11),
  };
}

function asks(dice: Dice, theme: Theme): Ask[] {
  const isRest = theme === 'a rest';
  const atMs = isRest ? dice.count(1000, dice.pick([2500, 5000])) : timeIn(dice);
  if (!isRest && dice.is(0.1)) return [{ atMs, what: 'cancel' }];
  if (!isRest && !dice.is(0.12)) return [];
  const forMs = dice.pick([500, 5000, 90_000]);
  return [
    { atMs, what: 'pause' },
    { atMs: atMs + forMs, what: 'resume' },
  ];
}

/** People who come while the job rests. */
function peopleInPause(dice: Dice, asked: readonly Ask[], theme: Theme): PersonAct[] {
  const [pause, resume] = asked;
  if (pause?.what !== 'pause' || resume === undefined) return [];
  const isRest = theme === 'a rest';
  return dice.list(isRest ? dice.count(3, 6) : dice.count(0, 4), () => {
    const atMs = dice.count(pause.atMs, resume.atMs);
    const act = personAct(dice);
    const what = isRest ? dice.pick(RESTING) : act.what;
    return { ...act, what, afterSaved: null, atMs, whom: 'any' };
  });
}

export interface ActPlace {
  readonly kind: Act['kind'];
  readonly bulkSave: boolean;
  /** Nobody else is at work. */
  readonly isQuiet: boolean;
  readonly isFirst: boolean;
  readonly theme: Theme;
}

function plansFor(dice: Dice, { kind, isFirst, theme }: ActPlace): ProcessPlan[] {
  const points = kind === 'undo' ? UNDO_POINTS : RUN_POINTS;
  const deaths = dice.is(0.5) ? dice.count(1, isFirst ? 3 : 2) : 0;
  // So many deaths, and as many processes and one more: somebody must be left to finish.
  const plans = dice.list(deaths + 1, (index) => processPlan(dice, index < deaths, points));
  if (dice.is(0.12))
    plans.unshift(sleeperPlan(dice, kind === 'undo' ? UNDO_POINTS : FREEZE_POINTS));
  if (theme === 'a stop' && kind === 'start') plans.unshift(stopperPlan(dice));
  if (theme === 'a sleep at the wire') plans.unshift(sleeperPlan(dice, WIRE_POINTS));
  if (theme === 'a clock') plans.unshift(clockPlan(dice));
  return plans;
}

/** Its clock jumps while it does not know what became of a write. */
function clockPlan(dice: Dice): ProcessPlan {
  const what = dice.pick(['clock', 'machine clock'] as const);
  const point = dice.pick(['after doubt', 'before doubt', 'after look', 'send POST', 'send PUT']);
  const blows = [
    { point, nth: dice.count(1, 3), what, ms: dice.pick([HOUR_MS, -HOUR_MS]) },
    ...(dice.is(0.3) ? [blow(dice, 'die', [point])] : []),
  ];
  return { blows, storeMsMax: 0, isNearby: dice.is(0.5) };
}

/** Ends soon after a row has failed. */
function stopperPlan(dice: Dice): ProcessPlan {
  const what = dice.is(0.6) ? 'die' : 'stop';
  const point = dice.pick(['after outcome', 'after outcome', 'before outcome', 'answer POST']);
  const blows = [{ point, nth: dice.count(1, 5), what, ms: 0 }] as const;
  return { blows, storeMsMax: 0, isNearby: dice.is(0.5) };
}

function peopleFor(dice: Dice, asked: readonly Ask[], theme: Theme): PersonAct[] {
  const people = dice.is(0.45) ? dice.list(dice.count(1, 4), () => personAct(dice)) : [];
  return [...people, ...peopleInPause(dice, asked, theme)];
}

export function actTroubles(dice: Dice, place: ActPlace): Troubles {
  const { kind, bulkSave, isQuiet, theme } = place;
  const plans = plansFor(dice, place);
  const freezes = plans[0]?.blows.some(({ what }) => what === 'freeze') === true;
  // Whoever sleeps past the end of its lease must find somebody else at work.
  const hasRival = dice.is(freezes ? 0.8 : 0.25);
  const isAsked = kind !== 'undo' && !isQuiet;
  const asked = isAsked ? asks(dice, theme) : [];
  const people = peopleFor(dice, asked, theme);
  return {
    processes: bulkSave ? plans.map((plan) => inBulk(plan, dice)) : plans,
    rivalAfterMs: hasRival ? dice.pick([0, 30, 300, 3000]) : null,
    people: isQuiet ? [] : people,
    asks: asked,
  };
}

export function faultPlan(dice: Dice, seed: number): FaultPlan {
  const rates: Partial<Record<FaultKind, number>> = {};
  if (dice.is(0.75)) {
    const kinds = dice.count(1, 4);
    for (let count = 0; count < kinds; count += 1) {
      rates[dice.pick(PLAIN_FAULT_KINDS)] = dice.pick(FAULT_RATES) / kinds;
    }
  }
  const everyNthWrite = dice.is(0.45)
    ? [{ n: dice.count(2, 5), kind: dice.pick(PLAIN_FAULT_KINDS) }]
    : [];
  return { seed, rates, everyNthWrite, lateMs: 0 };
}

export function outagesFor(dice: Dice): Outage[] {
  if (!dice.is(0.12)) return [];
  const fromMs = timeIn(dice);
  const lengthMs = dice.pick([1000, 10_000, 90_000, 200_000]);
  return [{ fromMs, toMs: fromMs + lengthMs, how: dice.pick(['refused', 'reset', '503']) }];
}

function gateways(dice: Dice): GatewayMood[] {
  if (!dice.is(0.12)) return [];
  return [
    {
      chance: dice.pick([0.05, 0.2]),
      status: dice.pick([403, 404, 408, 409, 425, 499]),
      body: dice.pick(['html', 'json', 'empty']),
      isSaved: dice.is(0.6),
    },
  ];
}

const LISTED: Readonly<Record<ResourceName, string>> = {
  customer: 'contacts',
  product: 'products',
  invoice: 'invoices',
};

export function moodsFor(dice: Dice, resource: ResourceName): Moods {
  const isHigh = dice.is(0.05);
  return {
    phones: dice.is(0.25) ? 'withoutSpaces' : 'asSent',
    emails: dice.is(0.25) ? 'lowered' : 'asSent',
    prices: dice.is(0.25) ? 'rounded' : 'asSent',
    lagMs: dice.is(0.15) ? dice.pick([500, 2000]) : 0,
    silentDeletions: dice.is(0.15) ? dice.pick([0.2, 1]) : 0,
    duplicates: dice.is(0.12) ? dice.pick([0.2, 1]) : 0,
    gateways: gateways(dice),
    highTotals: isHigh ? { collection: LISTED[resource], untilMs: dice.pick([3000, null]) } : null,
  };
}

/** A Billy that answers any way to a save of many. */
export function withBulkUnknowns(dice: Dice, unknowns: SandboxUnknowns): SandboxUnknowns {
  return {
    ...unknowns,
    bulkSave: dice.is(0.9) ? 'patch' : 'none',
    bulkSaveMax: dice.pick([1000, 10]),
    bulkSaveRefused: dice.pick(['allOrNothing', 'allOrNothing', 'partial', 'silentPartial']),
    bulkOrder: dice.pick(['sent', 'shuffled']),
    bulkErrors: dice.pick(['clientId', 'omit', 'index']),
    echoClientId: dice.pick(['echo', 'omit']),
  };
}
