/**
 * The requests of a rollback. Each may be repeated without harm, so a lost answer costs a look or the
 * same request again. An outage rejects; what Billy refuses is a result.
 */
import { AppError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import type { RecordImage, Step, UndoState } from '../store/types.js';
import { refusalText, targetOf, type Target } from './send.js';
import { listUses } from './undo-picture.js';
import { checkJustNow, jobRead, type Work } from './work.js';

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

/** What Billy refused is this record's end; everything else rejects. */
function endOf(error: unknown): UndoResult {
  const isRefusal =
    error instanceof AppError && error.retry !== 'wait' && !STOPPING.includes(error.code);
  if (!isRefusal) throw error;
  return { state: 'errored', message: refusalText(error), image: null };
}

const GONE: UndoResult = { state: 'reversed', message: null, image: null };

function isLost(error: unknown): boolean {
  return error instanceof AppError && error.retry === 'reconcile';
}

export class UndoSender {
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
  }

  readonly #beforeSend = (): Promise<void> => {
    const { store, lease, clock, settings, stop } = this.#work;
    return checkJustNow(this.#work, async () => {
      stop.throwIfAborted();
      await store.renewLease({ lease, nowMs: clock.nowMs(), ttlMs: settings.leaseMs });
    });
  };

  #options() {
    return {
      patienceMs: LIMITS.outageMs,
      signal: this.#work.stop,
      beforeSend: this.#beforeSend,
    };
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
      return isRefused ? this.#archive(target, now) : endOf(error);
    }
  }

  /** True when the record is gone. A lost answer, like a 200 that lists nothing, says: look. */
  async #deleteOnce(target: Target): Promise<boolean> {
    const { billy } = this.#work;
    try {
      const { deleted } = await billy.remove(target, this.#options());
      if (deleted[target.collection]?.includes(target.id) === true) return true;
    } catch (error) {
      if (!isLost(error)) throw error;
    }
    return (await billy.get(target.collection, target.id, jobRead(this.#work))) === null;
  }

  /** Refused: used since the picture was taken, or for a reason of Billy's own; then out of the way. */
  async #archive(target: Target, now: RecordImage): Promise<UndoResult> {
    const { billy } = this.#work;
    const usedIds = await listUses(this.#work);
    if (usedIds.has(target.id)) {
      return { state: 'kept', message: 'an invoice or bill uses it', image: now };
    }
    try {
      await this.#persist(() => billy.update(target, { isArchived: true }, this.#options()));
      const image = { ...now, fields: { ...now.fields, isArchived: true } };
      return { state: 'reversed', message: 'archived, since Billy refused to delete it', image };
    } catch (error) {
      return endOf(error);
    }
  }

  /** Gives the record its earlier values back, step by step; `image` is what it is then. */
  async restore(steps: readonly Step[], image: RecordImage): Promise<UndoResult> {
    const { billy } = this.#work;
    let lateUntilMs = 0;
    try {
      for (const step of steps) {
        const target = targetOf(step);
        const untilMs = await this.#persist(() =>
          step.kind === 'remove'
            ? billy.remove(target, this.#options())
            : billy.update(target, step.body, this.#options()),
        );
        lateUntilMs = Math.max(lateUntilMs, untilMs);
      }
      return { state: 'reversed', message: null, image, lateUntilMs };
    } catch (error) {
      return endOf(error);
    }
  }

  /**
   * Sends a request that may be repeated: after a lost answer the same one goes again, once Billy is
   * known to be there (an outage rejects). Returns until when a lost one may still be saved, or 0.
   */
  async #persist(send: () => Promise<unknown>): Promise<number> {
    const { billy, clock, settings } = this.#work;
    let lateUntilMs = 0;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await send();
        return lateUntilMs;
      } catch (error) {
        if (!isLost(error) || attempt >= LIMITS.undoAttemptsMax) throw error;
        lateUntilMs = clock.nowMs() + settings.timeoutMs + settings.settleMs;
        await billy.organization(jobRead(this.#work));
      }
    }
  }
}
