/**
 * Writes of a rollback whose answer was lost. Billy may still save such a write until its own deadline
 * and the settling time have passed, so its item does not end before that, unless a look shows what
 * became of it. A rollback gives its lane back only when no such write is left.
 */
import { LIMITS } from '../../core/limits.js';
import type { ItemRecord, Step } from '../../model/item.js';
import { lostRollbackNote, PendingJournalEntries, type Finding } from '../job/journal-notes.js';
import type { RollbackVerdict } from './decide-rollback.js';
import type { EngineSettings, JobContext } from '../job/job-context.js';

export interface LostWrite {
  /** When its bytes left, monotonic. */
  readonly leftMs: number;
  /** What was sent; null: another process sent it, and nobody knows what it was. */
  readonly step: Step | null;
  /** How many answers of this item were lost in this pass. */
  readonly losses: number;
  /** The journal knows already what a look found. */
  readonly isTold: boolean;
  readonly notes: PendingJournalEntries;
}

interface Waits {
  readonly clock: JobContext['clock'];
  readonly settings: Pick<EngineSettings, 'timeoutMs' | 'settleMs'>;
}

/** The lost writes of one pass of a rollback, by item. */
export class LostWrites {
  readonly #work: Waits;
  /** Nothing that an earlier pass sent left after this, monotonic. */
  readonly beganMs: number;
  /** null: settled. */
  readonly #bySeq = new Map<number, LostWrite | null>();
  readonly #losses = new Map<number, number>();

  constructor(work: Waits) {
    this.#work = work;
    this.beganMs = work.clock.monotonicMs();
  }

  /**
   * The lost write of an item; null: it has none. What an earlier pass left under way counts as sent
   * when this pass began: whoever only slept (a closed laptop) may have sent it a moment ago.
   */
  of(item: ItemRecord): LostWrite | null {
    const known = this.#bySeq.get(item.seq);
    if (known !== undefined) return known;
    if (item.rollbackState !== 'sending') return null;
    const notes = new PendingJournalEntries(this.#work.clock, item, { isRollback: true });
    notes.add(lostRollbackNote(item));
    return this.add(item, { leftMs: this.beganMs, step: null, isTold: false, notes });
  }

  /** Notes a lost answer; `losses`: how many there are now, one more unless said. */
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

  /** Nothing of the item can be saved any more, or what can makes no difference. */
  settle({ seq }: ItemRecord): void {
    this.#bySeq.set(seq, null);
  }

  /** Milliseconds until Billy can no longer save the write; 0: it cannot any more. */
  waitMs({ leftMs }: Pick<LostWrite, 'leftMs'>): number {
    const { clock, settings } = this.#work;
    const overMs = leftMs + settings.timeoutMs + settings.settleMs;
    return Math.max(0, overMs - clock.monotonicMs());
  }

  /** What a look that led to this verdict says about the write; null: too early to tell. */
  findingOf(lost: LostWrite, verdict: RollbackVerdict): Finding | null {
    if (wasSaved(lost, verdict)) return 'saved';
    if (this.waitMs(lost) > 0) return null;
    return verdict.kind === 'keep' || lost.step === null ? 'unknown' : 'absent';
  }
}

/** The item, or this step of it, needs no request any more. */
function wasSaved({ step }: LostWrite, verdict: RollbackVerdict): boolean {
  if (verdict.kind === 'done') return true;
  if (verdict.kind !== 'restore' || step === null) return false;
  return !verdict.steps.some(
    ({ kind, collection, id }) =>
      kind === step.kind && collection === step.collection && id === step.id,
  );
}

/**
 * Whether the item may be sent again although its lost write may still be saved. Only a deletion may:
 * Billy gives no id twice, so a second deletion of it, whichever comes first, finds nothing to do.
 */
export function mayGoAgain({ step, losses }: LostWrite, verdict: RollbackVerdict): boolean {
  return verdict.kind === 'delete' && step?.kind !== 'update' && losses < LIMITS.undoAttemptsMax;
}

/** Whether so many lost answers end the item. */
export function isGivenUp({ losses }: LostWrite, verdict: RollbackVerdict): boolean {
  if (verdict.kind === 'delete') return losses >= LIMITS.undoAttemptsMax;
  return verdict.kind === 'restore' && losses >= LIMITS.writeAttemptsMax;
}
