/**
 * How much later than usual a request may have arrived, as its answer tells. What counts is when
 * requests arrive at Billy: one that was held up on its way arrives closer to the next ones than they
 * left. Whether the way or the work took the time cannot be told, so all of it counts as the way; but
 * only as far as a small share of the rate allows, for a server whose work takes now this long, now that.
 */
import { guardedWindowMs } from './rate-limit.js';

/** So many answers say what the fastest way is: at the beginning all are slow, and later it may change. */
const KNOWN_MIN = 5;
const KNOWN_MAX = 64;
/** What one send adds to the time that may be spent, and what is saved at most, as shares of the window. */
const EARNED_SHARE = 0.004;
const SAVED_SHARE = 1;
/** Of what the sender itself was late by. */
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
   * `tookMs`: from the first byte that left to the answer. `stalledMs`: how late it left, which tells of
   * a busy machine: then more than usual may be held up, and there is time to be lost anyway.
   */
  lateMs({ tookMs, stalledMs }: { tookMs: number; stalledMs: number }): number {
    const fastestMs = this.#tookMs.length < KNOWN_MIN ? 0 : Math.min(...this.#tookMs);
    this.#tookMs.push(tookMs);
    if (this.#tookMs.length > KNOWN_MAX) this.#tookMs.shift();
    const earnedMs = this.#earnedMs + stalledMs * STALLED_SHARE;
    this.#savedMs = Math.min(this.#savedMs + earnedMs, this.#savedMsMax);
    // What the guard absorbs costs nothing.
    const heldUpMs = tookMs - fastestMs - this.#guardMs / 2;
    const lateMs = Math.min(Math.max(0, heldUpMs), this.#savedMs);
    this.#savedMs -= lateMs;
    return lateMs;
  }
}
