/** The moments of a process's life at which something may befall it, by names that people understand. */
import type { ItemChange } from '../../src/model/item.js';
import type { Operation } from './store-gate.js';

const NAMES: Partial<Record<Operation, string>> = {
  clearItems: 'scan',
  addItems: 'scan',
  putSnapshot: 'listing',
};

function momentOfChange({ patch }: ItemChange): string {
  if (patch.rollbackState !== undefined) return 'reversal';
  if (patch.state === 'sending') return 'intent';
  if (patch.plan !== undefined) return 'plan';
  if (patch.state === 'doubt') return 'doubt';
  if (patch.lookedAtMs !== undefined) return 'look';
  return patch.state === 'ended' ? 'outcome' : 'change';
}

/** What an operation of the store means to the job. */
export function momentOf(name: Operation, parameter: unknown): string {
  if (name !== 'changeItems') return NAMES[name] ?? name;
  const [first] = (parameter as { changes: readonly ItemChange[] }).changes;
  return first === undefined ? 'change' : momentOfChange(first);
}

/** Named crash points of a run; the wire's are passed by what sends, saves and answers. */
export const RUN_POINTS = [
  'before scan',
  'after scan',
  'before listing',
  'before plan',
  'after plan',
  'before intent',
  'after intent',
  'send POST',
  'saved POST',
  'answer POST',
  'send PUT',
  'saved PUT',
  'answer PUT',
  'before outcome',
  'after outcome',
  'before doubt',
  'after doubt',
  'after look',
] as const;

export const UNDO_POINTS = [
  'before listing',
  'after listing',
  'send DELETE',
  'saved DELETE',
  'answer DELETE',
  'send PUT',
  'saved PUT',
  'before reversal',
  'after reversal',
] as const;

/** Where it hurts to sleep while somebody else takes over. */
export const FREEZE_POINTS = [
  'before scan',
  'before scan',
  'before plan',
  'before listing',
  'before intent',
  'after intent',
  'after intent',
  'send POST',
  'send PUT',
  'send DELETE',
  'answer POST',
  'before outcome',
  'before reversal',
] as const;
