/**
 * Tracks the unconfirmed writes of a rollback: their answers were lost. Billy may still save such a write
 * until its deadline and the settling time have passed, so the item stays open until then, unless a read
 * of the record shows the result. A rollback releases its lane only when no such write is left.
 */
import { LIMITS } from '../../core/limits.js';
import type { ItemRecord, Step } from '../../model/item.js';
import { lostRollbackNote, PendingJournalEntries, type Finding } from '../job/journal-notes.js';
import type { RollbackVerdict } from './decide-rollback.js';
import type { EngineSettings, JobContext } from '../job/job-context.js';

export interface LostWrite {
  /** Time when the request left, on the monotonic clock. */
  readonly leftMs: number;
  /** The step that was sent; null: another process sent it, so it is not known. */
  readonly step: Step | null;
  /** Number of lost answers of this item in this pass. */
  readonly losses: number;
  /** True if the finding about this write is in the journal already. */
  readonly isTold: boolean;
  readonly notes: PendingJournalEntries;
}

interface WaitDeps {
  readonly clock: JobContext['clock'];
  readonly settings: Pick<EngineSettings, 'timeoutMs' | 'settleMs'>;
}

/** The unconfirmed writes of one pass of a rollback, by item. */
export class LostWrites {
  readonly #deps: WaitDeps;
  /** Start of this pass, on the monotonic clock: requests of earlier passes left before it. */
  readonly beganMs: number;
  /** null: the write is settled. */
  readonly #bySeq = new Map<number, LostWrite | null>();
  readonly #losses = new Map<number, number>();

  constructor(deps: WaitDeps) {
    this.#deps = deps;
    this.beganMs = deps.clock.monotonicMs();
  }

  /**
   * Returns the unconfirmed write of an item; null: it has none. A request that an earlier pass left under
   * way counts as sent when this pass began: a process that only slept (a closed laptop) may have sent it
   * a moment ago.
   */
  of(item: ItemRecord): LostWrite | null {
    const known = this.#bySeq.get(item.seq);
    if (known !== undefined) return known;
    if (item.rollbackState !== 'sending') return null;
    const notes = new PendingJournalEntries(this.#deps.clock, item, { isRollback: true });
    notes.add(lostRollbackNote(item));
    return this.add(item, { leftMs: this.beganMs, step: null, isTold: false, notes });
  }

  /** Records a lost answer. `losses`: the new number of lost answers; one more by default. */
  add(
    { seq }: ItemRecord,
    lost: Omit<LostWrite, 'losses'>,
    { losses = (this.#losses.get(seq) ?? 0) + 1 }: { losses?: number } = {},
  ): LostWrite {
    this.#losses.set(seq, losses);
    const added = { ...lost, losses };
    this.#bySeq.set(seq, added);
    return added;
  }

  /** Marks the item as settled: no write of it can still be saved, or saving it would change nothing. */
  settle({ seq }: ItemRecord): void {
    this.#bySeq.set(seq, null);
  }

  /** Milliseconds until Billy can no longer save the write; 0: that time has passed. */
  waitMs({ leftMs }: Pick<LostWrite, 'leftMs'>): number {
    const { clock, settings } = this.#deps;
    const overMs = leftMs + settings.timeoutMs + settings.settleMs;
    return Math.max(0, overMs - clock.monotonicMs());
  }

  /** The finding about the write that follows from a verdict on its record; null: too early to decide. */
  findingOf(lost: LostWrite, verdict: RollbackVerdict): Finding | null {
    if (wasSaved(lost, verdict)) return 'saved';
    if (this.waitMs(lost) > 0) return null;
    return verdict.kind === 'keep' || lost.step === null ? 'unknown' : 'absent';
  }
}

/** True if the item, or this step of it, needs no further request: the lost write was saved. */
function wasSaved({ step }: LostWrite, verdict: RollbackVerdict): boolean {
  if (verdict.kind === 'done') return true;
  if (verdict.kind !== 'restore' || step === null) return false;
  return !verdict.steps.some(
    ({ kind, collection, id }) =>
      kind === step.kind && collection === step.collection && id === step.id,
  );
}

/**
 * True if the item may be sent again although its unconfirmed write may still be saved. Only a deletion may:
 * Billy never reuses an id, so whichever of two deletions arrives second changes nothing.
 */
export function mayGoAgain({ step, losses }: LostWrite, verdict: RollbackVerdict): boolean {
  return verdict.kind === 'delete' && step?.kind !== 'update' && losses < LIMITS.undoAttemptsMax;
}

/** True if the item has lost too many answers and must end as errored. */
export function isGivenUp({ losses }: LostWrite, verdict: RollbackVerdict): boolean {
  if (verdict.kind === 'delete') return losses >= LIMITS.undoAttemptsMax;
  return verdict.kind === 'restore' && losses >= LIMITS.writeAttemptsMax;
}
