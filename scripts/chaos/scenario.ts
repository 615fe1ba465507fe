/** What a seed means: an account, a story of jobs, and everything that goes wrong meanwhile. */
import {
  ALTERNATE_UNKNOWNS,
  DEFAULT_UNKNOWNS,
  type FaultPlan,
  type SandboxUnknowns,
} from '../../src/sandbox/world/options.js';
import type { RateLimit } from '../../src/billy/throttle/rate-limit.js';
import type { Act } from './acts.js';
import { Dice } from './dice.js';
import type { JobSpec, ResourceName } from './facts/facts.js';
import type { Moods } from './moods.js';
import { raiseAccountFor, raiseFaults, raiseJobFor, raisePeople } from './raises.js';
import { accountFor, jobFor, secondJobFor, type Account } from './scenario-files.js';
import {
  plotFor,
  resourceFor,
  themed,
  themedFaults,
  themedMoods,
  themeFor,
  type Theme,
} from './themes.js';
import {
  actTroubles,
  faultPlan,
  moodsFor,
  outagesFor,
  withBulkUnknowns,
} from './scenario-troubles.js';
import type { Outage } from './wire.js';

export interface Scenario {
  readonly seed: number;
  readonly theme: Theme;
  readonly unknowns: SandboxUnknowns;
  readonly resource: ResourceName;
  readonly account: Account;
  readonly moods: Moods;
  readonly faults: FaultPlan;
  readonly outages: readonly Outage[];
  readonly latencyMsMax: number;
  /** What a 429 asks for. */
  readonly throttledMs: number;
  readonly maxConcurrent: number;
  /** The limit of the client; null: unlimited. */
  readonly rateLimit: RateLimit | null;
  /** Rows go many at a time. */
  readonly bulkSave: boolean;
  readonly respawnMs: number;
  readonly acts: readonly Act[];
}

/** BILLY_RATE_LIMIT: `unlimited`, `20/s` and `100/min`. */
const RATE_LIMITS = [null, { count: 20, windowMs: 1000 }, { count: 100, windowMs: 60_000 }];

const GAPS_MS = [0, 0, 200, 3000, 70_000];

/** An act before its troubles are known. */
type Plot = Pick<Act, 'kind' | 'job' | 'spec' | 'foretoldBy' | 'isOfPlan' | 'isForetold'>;

function start(job: number, spec: JobSpec, of: Partial<Plot> = {}): Plot {
  const none = { foretoldBy: null, isOfPlan: false, isForetold: false };
  return { kind: 'start', job, spec, ...none, ...of };
}

function later(kind: 'retry' | 'undo', job: number, isForetold = false): Plot {
  return { kind, job, spec: null, foretoldBy: null, isOfPlan: false, isForetold };
}

/**
 * What the seeds are about. Seeds of `raise` are a series of their own, so that those of `any` mean what they meant
 * before there were filters.
 */
export type StoryKind = 'any' | 'raise';

/** A raise, and what becomes of it: a second one raises once more. */
function raisePlotsFor(dice: Dice, account: Account): Plot[] {
  const spec = raiseJobFor(dice, account);
  const retry = later('retry', 0);
  switch (dice.pick(['one', 'retried', 'retried', 'twice', 'dry', 'undone'] as const)) {
    case 'one':
      return [start(0, spec)];
    case 'retried':
      return [start(0, spec), retry, ...(dice.is(0.4) ? [later('retry', 0)] : [])];
    case 'twice':
      return [start(0, spec), retry, start(1, spec)];
    case 'dry':
      return [
        start(0, { ...spec, dryRun: true }),
        start(1, spec, { foretoldBy: 0, isOfPlan: true }),
      ];
    case 'undone':
      return [start(0, spec), later('undo', 0, dice.is(0.3))];
  }
}

/** Which jobs, and what becomes of them. */
function plotsFor(
  dice: Dice,
  place: { theme: Theme; resource: ResourceName; account: Account },
): Plot[] {
  const { theme } = place;
  const spec = themed(dice, theme, jobFor(dice, place));
  const second = (): JobSpec => secondJobFor(dice, { ...place, first: spec });
  const undo = (job: number): Plot => later('undo', job, dice.is(0.15));
  switch (plotFor(dice, theme)) {
    case 'one':
      return [start(0, spec)];
    case 'undone':
      return [start(0, spec), undo(0)];
    case 'retried':
      return [start(0, spec), later('retry', 0), ...(dice.is(0.4) ? [undo(0)] : [])];
    case 'dry': {
      const dry = start(0, { ...spec, dryRun: true });
      const real = start(1, spec, { foretoldBy: 0, isOfPlan: dice.is(0.6) });
      return [dry, real, ...(dice.is(0.3) ? [undo(1)] : [])];
    }
    case 'two':
      return [
        start(0, spec),
        start(1, second()),
        ...(dice.is(0.6) ? [undo(dice.count(0, 1))] : []),
      ];
    case 'again':
      return [start(0, spec), undo(0), start(1, second())];
  }
}

function gapFor(dice: Dice, theme: Theme): number {
  return theme === 'a late rollback' ? 0 : dice.pick(GAPS_MS);
}

type Subject = Pick<Scenario, 'theme' | 'resource' | 'account'> & {
  readonly profile: 'default' | 'alternate';
  readonly plots: readonly Plot[];
};

const PROFILES = ['default', 'alternate'] as const;

function subjectFor(dice: Dice, kind: StoryKind): Subject {
  if (kind === 'raise') {
    const profile = dice.pick(PROFILES);
    const account = raiseAccountFor(dice);
    const plots = raisePlotsFor(dice, account);
    return { theme: 'anything', profile, resource: 'product', account, plots };
  }
  const theme = themeFor(dice);
  const profile = dice.pick(PROFILES);
  const resource = resourceFor(dice, theme);
  const account = accountFor(dice, resource, theme);
  return { theme, profile, resource, account, plots: plotsFor(dice, { theme, resource, account }) };
}

function faultsFor(
  dice: Dice,
  { seed, theme, kind }: { seed: number; theme: Theme; kind: StoryKind },
): FaultPlan {
  const plan = faultPlan(dice, seed);
  return kind === 'raise' ? raiseFaults(plan) : themedFaults(theme, plan);
}

/** Everything about one seed; the same seed is the same scenario for ever. */
export function scenarioOf(seed: number, kind: StoryKind = 'any'): Scenario {
  const dice = new Dice(seed);
  const { theme, profile, resource, account, plots } = subjectFor(dice, kind);
  const bulkSave = dice.is(0.5);
  const isDry = plots.some(({ foretoldBy }) => foretoldBy !== null);
  const isQuiet = isDry && theme !== 'a stale plan' && dice.is(0.6);
  const acts = plots.map((plot): Act => {
    const isFirst = plot.job === 0 && plot.kind === 'start';
    const troubles = actTroubles(dice, { kind: plot.kind, bulkSave, isQuiet, isFirst, theme });
    const isRaise = kind === 'raise' && plot.kind === 'start' && !isQuiet;
    const people = [...troubles.people, ...(isRaise ? raisePeople(dice) : [])];
    const gapMs = isFirst ? 0 : gapFor(dice, theme);
    return { ...plot, gapMs, troubles: { ...troubles, people } };
  });
  const plain = profile === 'default' ? DEFAULT_UNKNOWNS : ALTERNATE_UNKNOWNS;
  const isUnique = theme === 'a stop' || dice.is(0.3);
  const unknowns = { ...plain, uniqueNumbers: isUnique ? 'enforce' : 'none' } as const;
  return {
    seed,
    theme,
    unknowns: bulkSave ? withBulkUnknowns(dice, unknowns) : unknowns,
    resource,
    account,
    moods: themedMoods(dice, theme, moodsFor(dice, resource)),
    faults: faultsFor(dice, { seed, theme, kind }),
    outages: outagesFor(dice),
    // A job that is to rest must not be over before it is asked to.
    latencyMsMax: dice.pick(theme === 'a rest' ? [400, 1500] : [0, 20, 400, 1500]),
    throttledMs: dice.pick([1000, 1000, 1000, 25_000]),
    maxConcurrent: dice.pick(theme === 'a rest' ? [1] : [1, 2, 4]),
    bulkSave,
    respawnMs: dice.pick([0, 200, 3000]),
    acts,
    // The last choice, so that the seeds of earlier versions still mean the same apart from it.
    rateLimit: dice.pick(RATE_LIMITS),
  };
}
