/** What is in doubt while a run goes on: one look at a time, each when it is due. */
import { LIMITS } from '../../core/limits.js';
import { steadyMs } from '../../core/steady-time.js';
import { nextLook } from './settle.js';
import type { JobContext } from '../job/job-context.js';

export class SettleSchedule {
  readonly #context: JobContext;
  readonly #settle: () => Promise<void>;
  #underWay: Promise<void> | null = null;
  #hasDoubts = true;
  #settledMs = -Infinity;
  /** When the next look is due, steady time; null: to be asked for. */
  #dueMs: number | null = null;
  #doubts = 0;

  /** `settle` is one look, and never rejects. */
  constructor(context: JobContext, settle: () => Promise<void>) {
    this.#context = context;
    this.#settle = settle;
  }

  /** The look that is being taken. */
  get underWay(): Promise<void> | null {
    return this.#underWay;
  }

  /** An answer was lost. */
  noteDoubt(): void {
    this.#hasDoubts = true;
    this.#dueMs = null;
    this.#doubts += 1;
  }

  /** Begins a look if one is due. */
  async start(): Promise<void> {
    if (!this.#hasDoubts || this.#underWay !== null) return;
    const { clock } = this.#context;
    if (clock.monotonicMs() - this.#settledMs < LIMITS.settleGatherMs) return;
    const dueMs = await this.#nextLook();
    if (dueMs === null) {
      this.#hasDoubts = false;
      return;
    }
    if (dueMs > steadyMs(clock)) return;
    this.#underWay = this.#settle().finally(() => {
      this.#settledMs = clock.monotonicMs();
      this.#underWay = null;
      this.#dueMs = null;
    });
  }

  /** Nothing to send: waits for the next look, at most so long. False: nothing is in doubt. */
  async wait(mostMs: number): Promise<boolean> {
    if (this.#underWay !== null) {
      await this.#underWay;
      return true;
    }
    const dueMs = await this.#nextLook();
    if (dueMs === null) return false;
    this.#hasDoubts = true;
    const { clock, stop } = this.#context;
    const gapMs = this.#settledMs + LIMITS.settleGatherMs - clock.monotonicMs();
    const waitMs = Math.max(dueMs - steadyMs(clock), gapMs, 1);
    await clock.sleep(Math.min(waitMs, mostMs), stop);
    return true;
  }

  /** Kept until something changes, for all that is in doubt is read for it. */
  async #nextLook(): Promise<number | null> {
    if (this.#dueMs !== null) return this.#dueMs;
    const doubts = this.#doubts;
    const dueMs = await nextLook(this.#context);
    // What has come into doubt meanwhile may want its look sooner.
    if (doubts === this.#doubts) this.#dueMs = dueMs;
    return dueMs;
  }
}
