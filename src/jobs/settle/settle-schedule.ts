/** Schedules the looks at unconfirmed writes during a run: one at a time, each when it is due. */
import { LIMITS } from '../../core/limits.js';
import { steadyMs } from '../../core/steady-time.js';
import { nextLook } from './settle.js';
import type { JobContext } from '../job/job-context.js';

export class SettleSchedule {
  readonly #context: JobContext;
  readonly #settle: () => Promise<void>;
  #underWay: Promise<void> | null = null;
  #hasUnconfirmed = true;
  #settledMs = -Infinity;
  /** The time of the next look, in steady time; null: not known, to be computed. */
  #dueMs: number | null = null;
  #lossCount = 0;

  /** `settle` takes one look, and never rejects. */
  constructor(context: JobContext, settle: () => Promise<void>) {
    this.#context = context;
    this.#settle = settle;
  }

  /** The look in progress; null: none. */
  get underWay(): Promise<void> | null {
    return this.#underWay;
  }

  /** Notes that an answer was lost. */
  noteUnconfirmed(): void {
    this.#hasUnconfirmed = true;
    this.#dueMs = null;
    this.#lossCount += 1;
  }

  /** Begins a look if one is due. */
  async start(): Promise<void> {
    if (!this.#hasUnconfirmed || this.#underWay !== null) return;
    const { clock } = this.#context;
    if (clock.monotonicMs() - this.#settledMs < LIMITS.settleGatherMs) return;
    const dueMs = await this.#nextLook();
    if (dueMs === null) {
      this.#hasUnconfirmed = false;
      return;
    }
    if (dueMs > steadyMs(clock)) return;
    this.#underWay = this.#settle().finally(() => {
      this.#settledMs = clock.monotonicMs();
      this.#underWay = null;
      this.#dueMs = null;
    });
  }

  /** Waits for the next look, at most `mostMs`. Returns false if no write is unconfirmed. */
  async wait(mostMs: number): Promise<boolean> {
    if (this.#underWay !== null) {
      await this.#underWay;
      return true;
    }
    const dueMs = await this.#nextLook();
    if (dueMs === null) return false;
    this.#hasUnconfirmed = true;
    const { clock, stop } = this.#context;
    const gapMs = this.#settledMs + LIMITS.settleGatherMs - clock.monotonicMs();
    const waitMs = Math.max(dueMs - steadyMs(clock), gapMs, 1);
    await clock.sleep(Math.min(waitMs, mostMs), stop);
    return true;
  }

  /** The time of the next look, cached until an answer is lost: it takes a read of all unconfirmed items. */
  async #nextLook(): Promise<number | null> {
    if (this.#dueMs !== null) return this.#dueMs;
    const lossCount = this.#lossCount;
    const dueMs = await nextLook(this.#context);
    // An answer lost meanwhile may need an earlier look.
    if (lossCount === this.#lossCount) this.#dueMs = dueMs;
    return dueMs;
  }
}
