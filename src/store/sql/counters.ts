/** Updates the counters of a job, in the transaction that changes its items. */
import type { Transaction } from 'kysely';
import { missingJob } from '../refused-writes.js';
import { requestsOf } from './rows.js';
import type { Tables } from './schema.js';
import { updateSpeed, type JobSpeed } from '../../model/job-pace.js';
import type { ItemPatch, Outcome, RollbackState } from '../../model/item.js';

/** The values of an item before a change that the counters depend on. */
export interface CountedState {
  seq: number;
  row: number;
  state: string;
  outcome: string | null;
  code: string | null;
  message: string | null;
  undo_state: string | null;
  requests: number;
  step: number;
}

const UNDO_COUNTER = {
  reversed: 'undo_reversed',
  kept: 'undo_kept',
  errored: 'undo_errored',
} as const;

type CounterColumn =
  | Outcome
  | (typeof UNDO_COUNTER)[keyof typeof UNDO_COUNTER]
  | 'duplicates_in_file'
  | 'duplicates_in_billy'
  | 'planned_items'
  | 'requests_planned'
  | 'requests_left';

export class Counters {
  readonly #deltas = new Map<CounterColumn, number>();
  /** Number of requests of the run, or of items of the rollback, that were done by sending. */
  readonly done: Record<JobSpeed['kind'], number> = { run: 0, undo: 0 };

  add(column: CounterColumn, delta: number): void {
    this.#deltas.set(column, (this.#deltas.get(column) ?? 0) + delta);
  }

  moveUndo(state: string | null | undefined, delta: number): void {
    const column = UNDO_COUNTER[state as Exclude<RollbackState, 'sending'>] as
      CounterColumn | undefined;
    if (column !== undefined) this.add(column, delta);
  }

  moves(): [CounterColumn, number][] {
    return [...this.#deltas].filter(([, delta]) => delta !== 0);
  }
}

/** Adds the changes of the counters that follow from one item's change. */
export function countMoves(
  counters: Counters,
  patch: ItemPatch,
  before: Omit<CountedState, 'seq' | 'row'>,
): void {
  const { outcome, rollbackState } = patch;
  if (outcome !== undefined) {
    if (before.outcome !== null) counters.add(before.outcome as Outcome, -1);
    if (outcome !== null) counters.add(outcome, 1);
  }
  if (rollbackState !== undefined) {
    counters.moveUndo(before.undo_state, -1);
    counters.moveUndo(rollbackState, 1);
    if (before.undo_state === 'sending' && rollbackState !== 'sending') counters.done.undo += 1;
  }
  moveRequests(counters, patch, before);
}

/** The number of requests that the item still sends. */
function leftOf({
  state,
  requests,
  step,
}: Pick<CountedState, 'state' | 'requests' | 'step'>): number {
  return state === 'ended' ? 0 : Math.max(0, requests - step);
}

function moveRequests(
  counters: Counters,
  patch: ItemPatch,
  before: Omit<CountedState, 'seq' | 'row'>,
): void {
  const { plan, state = before.state, step = before.step } = patch;
  const requests = plan === undefined ? before.requests : requestsOf(plan);
  const wentOut = leftOf(before) - leftOf({ state, requests, step });
  counters.add('planned_items', Number(state !== 'read') - Number(before.state !== 'read'));
  counters.add('requests_planned', requests - before.requests);
  counters.add('requests_left', -wentOut);
  // An item that ends without sending takes no time, so it does not count for the speed.
  const wasSent = before.state === 'sending' || before.state === 'doubt';
  if (wasSent && wentOut > 0) counters.done.run += wentOut;
}

/** The counted values of an item that is not stored yet. */
const NOT_STORED = {
  state: 'read',
  outcome: null,
  code: null,
  message: null,
  undo_state: null,
  requests: 0,
  step: 0,
} as const;

/** Adds the counts of an item that is stored together with its decision. */
export function countPlanned(counters: Counters, patch: ItemPatch): void {
  countMoves(counters, patch, NOT_STORED);
}

async function updatedSpeed(
  transaction: Transaction<Tables>,
  { jobId, nowMs }: { jobId: string; nowMs: number },
  { done }: Counters,
): Promise<JobSpeed | null> {
  const kind = done.undo > 0 ? 'undo' : 'run';
  if (done[kind] === 0) return null;
  const { tempo } = await transaction
    .selectFrom('jobs')
    .select('tempo')
    .where('id', '=', jobId)
    .executeTakeFirstOrThrow(missingJob);
  const known = tempo === null ? null : (JSON.parse(tempo) as JobSpeed);
  return updateSpeed(known, { kind, nowMs, done: done[kind] });
}

export async function updateCounters(
  transaction: Transaction<Tables>,
  job: { jobId: string; nowMs: number },
  counters: Counters,
): Promise<void> {
  let update = transaction
    .updateTable('jobs')
    .set({ updated_at_ms: job.nowMs })
    .where('id', '=', job.jobId);
  for (const [column, delta] of counters.moves()) {
    update = update.set((row) => ({ [column]: row(column, '+', delta) }));
  }
  const tempo = await updatedSpeed(transaction, job, counters);
  if (tempo !== null) update = update.set({ tempo: JSON.stringify(tempo) });
  const moved = await update.executeTakeFirst();
  if (moved.numUpdatedRows !== 1n) throw missingJob();
}
