/**
 * Estimates from the answer how much later than usual a request arrived at Billy. Billy counts arrivals: a
 * request that was delayed on its way arrives closer to the next ones than they left. The answer does not show
 * whether the way or Billy's work took the time, so all of it counts as the way. A budget, a small share of the
 * rate, limits the total, since the work of some servers takes very different times.
 */
import { guardedWindowMs } from './rate-limit.js';

/** The least and most answers that give the fastest way: the first are slow, and it may change later. */
const KNOWN_MIN = 5;
const KNOWN_MAX = 64;
/** The time that one send adds to the budget, and the largest budget, as shares of the window. */
const EARNED_SHARE = 0.004;
const SAVED_SHARE = 1;
/** The share of the sender's own lateness that is added to the budget. */
const STALLED_SHARE = 0.5;

export class ArrivalDelay {
  readonly #guardMs: number;
  readonly #earnedMs: number;
  readonly #savedMsMax: number;
  readonly #tookMs: number[] = [];
  #savedMs: number;

  constructor(windowMs: number) {
    this.#guardMs = guardedWindowMs(windowMs) - windowMs;
    this.#earnedMs = windowMs * EARNED_SHARE;
    this.#savedMsMax = windowMs * SAVED_SHARE;
    this.#savedMs = this.#savedMsMax;
  }

  /**
   * `tookMs` is the time from the first byte that left to the answer. `stalledMs` is how late it left. A large
   * value means a busy machine: then longer delays on the way are likely, and time is lost anyway.
   */
  lateMs({ tookMs, stalledMs }: { tookMs: number; stalledMs: number }): number {
    const fastestMs = this.#tookMs.length < KNOWN_MIN ? 0 : Math.min(...this.#tookMs);
    this.#tookMs.push(tookMs);
    if (this.#tookMs.length > KNOWN_MAX) this.#tookMs.shift();
    const earnedMs = this.#earnedMs + stalledMs * STALLED_SHARE;
    this.#savedMs = Math.min(this.#savedMs + earnedMs, this.#savedMsMax);
    // The guard absorbs the first part of a delay at no cost.
    const heldUpMs = tookMs - fastestMs - this.#guardMs / 2;
    const lateMs = Math.min(Math.max(0, heldUpMs), this.#savedMs);
    this.#savedMs -= lateMs;
    return lateMs;
  }
}
