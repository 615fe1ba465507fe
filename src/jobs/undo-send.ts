/**
 * The requests of one item's rollback. Each may be repeated without harm, so a lost answer costs a look or the
 * same request again. An outage rejects; what Billy refuses is a result.
 */
import type { WriteOptions } from '../billy/types.js';
import { AppError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import type { ItemRecord, RecordImage, Step, UndoState } from '../store/types.js';
import { settledNote, type Write, type WriteNotes } from './journal.js';
import { refusalText, targetOf, type Target } from './send.js';
import { listUses } from './uses.js';
import { changeItems, checkJustNow, jobRead, type Work } from './work.js';

export interface UndoResult {
  readonly state: UndoState;
  readonly message: string | null;
  /** The record as this undo left it; null: gone. */
  readonly image: RecordImage | null;
  /** An answer was lost on the way: until then that request may still be saved, wall time. */
  readonly lateUntilMs?: number;
}

/** Codes that concern all that is left, not one record. */
const STOPPING: readonly string[] = ['LEASE_LOST', 'STORE_FAILED', 'BILLY_AUTH'];

const GONE: UndoResult = { state: 'reversed', message: null, image: null };

function isLost(error: unknown): boolean {
  return error instanceof AppError && error.retry === 'reconcile';
}

/** The store is gone or somebody else's: whoever goes on finds the intent. */
function isOutOfOurHands(error: unknown): boolean {
  return error instanceof AppError && ['LEASE_LOST', 'STORE_FAILED'].includes(error.code);
}

export class UndoSender {
  readonly #work: Work;
  readonly #item: ItemRecord;
  readonly #notes: WriteNotes;
  #hasIntent = false;

  constructor(work: Work, item: ItemRecord, notes: WriteNotes) {
    this.#work = work;
    this.#item = item;
    this.#notes = notes;
  }

  /** The item says that a request is under way before its bytes leave: a kill leaves a trace. */
  readonly #beforeSend = async (): Promise<void> => {
    await checkJustNow(this.#work, async () => {
      this.#work.stop.throwIfAborted();
      await this.#mark('sending');
    });
    this.#hasIntent = true;
    this.#notes.leaves();
  };

  async #mark(undoState: UndoState | null): Promise<void> {
    const { seq, state } = this.#item;
    const journal = this.#notes.take();
    await changeItems(this.#work, [{ seq, from: [state], patch: { undoState } }], { journal });
  }

  /** Sends one request and notes it; `write` says what it is. */
  async #send<T>(write: Write, request: (options: WriteOptions) => Promise<T>): Promise<T> {
    const { stop: signal } = this.#work;
    try {
      const options = { patienceMs: LIMITS.outageMs, signal, beforeSend: this.#beforeSend };
      const answer = await request(options);
      this.#notes.saved(write, write.id);
      return answer;
    } catch (error) {
      this.#notes.failed(write, error);
      throw error;
    }
  }

  /** What ends the whole rollback leaves the item as it was met, with what was sent written down. */
  async #giveBack(error: unknown): Promise<UndoResult> {
    if (this.#hasIntent && !isOutOfOurHands(error)) {
      const { undoState } = this.#item;
      await this.#mark(undoState === 'sending' ? null : undoState);
    }
    throw error;
  }

  /** What Billy refused is this record's end; everything else rejects. */
  async #endOf(error: unknown): Promise<UndoResult> {
    const isRefusal =
      error instanceof AppError && error.retry !== 'wait' && !STOPPING.includes(error.code);
    if (!isRefusal) return this.#giveBack(error);
    return { state: 'errored', message: refusalText(error), image: null };
  }

  /** Deletes the record; one that Billy refuses to delete, without a use to be found, is archived. */
  async delete(now: RecordImage): Promise<UndoResult> {
    const { resource } = this.#work;
    const target = { collection: resource.collection, id: now.id };
    try {
      for (let attempt = 1; attempt <= LIMITS.undoAttemptsMax; attempt += 1) {
        if (await this.#deleteOnce(target)) return GONE;
      }
      return {
        state: 'errored',
        message: 'Billy did not delete it, and did not refuse',
        image: null,
      };
    } catch (error) {
      const isRefused = error instanceof AppError && error.code === 'BILLY_VALIDATION';
      return isRefused ? await this.#archive(target, now) : await this.#endOf(error);
    }
  }

  /** True when the record is gone. A lost answer, like a 200 that lists nothing, says: look. */
  async #deleteOnce(target: Target): Promise<boolean> {
    const { billy } = this.#work;
    try {
      const write = { kind: 'remove', ...target, body: {} } as const;
      const { deleted } = await this.#send(write, (options) => billy.remove(target, options));
      if (deleted[target.collection]?.includes(target.id) === true) return true;
    } catch (error) {
      if (!isLost(error)) throw error;
    }
    const found = await billy.get(target.collection, target.id, jobRead(this.#work));
    const finding = found === null ? 'saved' : 'absent';
    this.#notes.add(settledNote(this.#item, finding, target.id));
    return found === null;
  }

  /** Refused: used since the picture was taken, or for a reason of Billy's own; then out of the way. */
  async #archive(target: Target, now: RecordImage): Promise<UndoResult> {
    try {
      const usedIds = await listUses(this.#work);
      if (usedIds.has(target.id)) {
        return { state: 'kept', message: 'an invoice or bill uses it', image: now };
      }
      await this.#persist({ kind: 'update', ...target, body: { isArchived: true } });
      const image = { ...now, fields: { ...now.fields, isArchived: true } };
      return { state: 'reversed', message: 'archived, since Billy refused to delete it', image };
    } catch (error) {
      return await this.#endOf(error);
    }
  }

  /** Gives the record its earlier values back, step by step; `image` is what it is then. */
  async restore(steps: readonly Step[], image: RecordImage): Promise<UndoResult> {
    let lateUntilMs = 0;
    try {
      for (const step of steps) lateUntilMs = Math.max(lateUntilMs, await this.#persist(step));
      return { state: 'reversed', message: null, image, lateUntilMs };
    } catch (error) {
      return await this.#endOf(error);
    }
  }

  /**
   * Sends a request that may be repeated: after a lost answer the same one goes again, once Billy is
   * known to be there (an outage rejects). Returns until when a lost one may still be saved, or 0.
   */
  async #persist(step: Step): Promise<number> {
    const { billy, clock, settings } = this.#work;
    const target = targetOf(step);
    let lateUntilMs = 0;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#send<unknown>(step, (options) =>
          step.kind === 'remove'
            ? billy.remove(target, options)
            : billy.update(target, step.body, options),
        );
        return lateUntilMs;
      } catch (error) {
        if (!isLost(error) || attempt >= LIMITS.undoAttemptsMax) throw error;
        lateUntilMs = clock.nowMs() + settings.timeoutMs + settings.settleMs;
        await billy.organization(jobRead(this.#work));
      }
    }
  }
}
