/**
 * What a seed is about. Most things happen in every seed; what harms only together with something
 * else is brought together here, so that few seeds meet it often.
 */
import type { Dice } from './dice.js';
import type { JobSpec, ResourceName } from './facts/facts.js';
import type { FaultPlan } from '../../src/sandbox/world/options.js';
import type { Moods } from './moods.js';

export const THEMES = [
  'anything',
  'a stop',
  'a rest',
  'a late rollback',
  'a stale plan',
  'an odd Billy',
  'a sleep at the wire',
  'a clock',
] as const;
export type Theme = (typeof THEMES)[number];

/** Each as often as it stands here. */
const CHOICES: readonly Theme[] = [
  'anything',
  'anything',
  'anything',
  'anything',
  'anything',
  'a stop',
  'a rest',
  'a late rollback',
  'a stale plan',
  'an odd Billy',
  'a sleep at the wire',
  'a clock',
];

export function themeFor(dice: Dice): Theme {
  return dice.pick(CHOICES);
}

/** How the jobs of a seed follow each other. */
export type Plot = 'one' | 'undone' | 'retried' | 'dry' | 'two' | 'again';

const PLOTS: readonly Plot[] = [
  'one',
  'one',
  'one',
  'undone',
  'undone',
  'retried',
  'dry',
  'two',
  'again',
];

export function plotFor(dice: Dice, theme: Theme): Plot {
  switch (theme) {
    case 'a late rollback':
      return 'again';
    case 'a stale plan':
      return 'dry';
    case 'a stop':
      return dice.pick(['one', 'one', 'retried', 'undone']);
    case 'a rest':
      return dice.pick(['one', 'one', 'undone']);
    case 'an odd Billy':
    case 'a sleep at the wire':
    case 'a clock':
    case 'anything':
      return dice.pick(PLOTS);
  }
}

/** The first job, as the theme wants it. */
export function themed(dice: Dice, theme: Theme, spec: JobSpec): JobSpec {
  const isImport = spec.operation === 'import' && spec.resource !== 'invoice';
  if (theme === 'a stop') {
    const isUndone = dice.is(0.5);
    const strategy = isImport ? 'create' : spec.strategy;
    return { ...spec, strategy, continueOnError: isUndone, rollbackOnError: isUndone };
  }
  if (theme === 'a rest' && isImport) {
    const strategy = dice.pick(['merge', 'merge', 'skip', 'update'] as const);
    const batchSize = dice.pick([2, 3]);
    return { ...spec, strategy, batchSize, continueOnError: true, rollbackOnError: false };
  }
  return spec;
}

/** What the theme needs the file to be about. */
export function isOfOperation(theme: Theme, operation: JobSpec['operation']): boolean {
  if (theme === 'a late rollback') return operation !== 'delete';
  return theme !== 'a stop' && theme !== 'a rest' ? true : operation === 'import';
}

export function resourceFor(dice: Dice, theme: Theme): ResourceName {
  const isPlain = theme === 'anything' || theme === 'an odd Billy';
  if (isPlain) return dice.pick(['customer', 'customer', 'customer', 'product', 'invoice']);
  return dice.pick(['customer', 'customer', 'product']);
}

const LATE_FAULTS = { 'reset-late': 0.15, '504-late': 0.15, 'timeout-late': 0.1 } as const;

export function themedFaults(theme: Theme, plan: FaultPlan): FaultPlan {
  if (theme === 'a late rollback') return { ...plan, rates: LATE_FAULTS, everyNthWrite: [] };
  if (theme === 'a clock') return { ...plan, rates: LOST_FAULTS };
  return plan;
}

const LOST_FAULTS = { 'reset-late': 0.1, 'timeout-late': 0.1, '502-html-after': 0.1 } as const;

const ODDITIES = ['alters', 'lags', 'repeats', 'is silent', 'counts', 'has a gateway'] as const;

/** An odd Billy has one oddity for certain. */
export function themedMoods(dice: Dice, theme: Theme, moods: Moods): Moods {
  if (theme !== 'an odd Billy') return moods;
  switch (dice.pick(ODDITIES)) {
    case 'alters':
      return { ...moods, phones: 'withoutSpaces', emails: 'lowered', prices: 'rounded' };
    case 'lags':
      return { ...moods, lagMs: 2000 };
    case 'repeats':
      return { ...moods, duplicates: 1 };
    case 'is silent':
      return { ...moods, silentDeletions: 1 };
    case 'counts':
      return { ...moods, highTotals: { collection: 'contacts', untilMs: dice.pick([3000, null]) } };
    case 'has a gateway': {
      const status = dice.pick([403, 404, 408, 409, 425, 499] as const);
      const body = dice.pick(['html', 'json', 'empty'] as const);
      return { ...moods, gateways: [{ chance: 0.2, status, body, isSaved: dice.is(0.7) }] };
    }
  }
}
