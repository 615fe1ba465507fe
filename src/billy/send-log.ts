/**
 * An exact log of this process's last sends. No sliding window of `windowMs` may hold more than `count` of
 * them, so one more send must wait until the send `count` places back has left the window.
 */

export interface RateLimit {
  readonly count: number;
  readonly windowMs: number;
}

const GUARD_SHARE = 0.04;
const GUARD_MS_MAX = 500;

/**
 * The window that is kept free of an extra send. What counts is when requests arrive at Billy, and
 * one may travel a little longer than the next, so that they arrive closer together than they left:
 * 4 % of the window, at most half a second, absorbs that at the price of 4 % of the rate.
 */
export function guardedWindowMs(windowMs: number): number {
  return windowMs + Math.min(windowMs * GUARD_SHARE, GUARD_MS_MAX);
}

// Turns come slightly closer than the limit allows, so that late timers cost no rate; the send log,
// which is exact, holds back what that brings forward.
const SPACING_SHARE = 0.95;

/** How far apart sends begin: spaced, since a burst would be followed by as long a silence. */
export function spacingMsOf(limit: RateLimit): number {
  return (guardedWindowMs(limit.windowMs) / limit.count) * SPACING_SHARE;
}

/** Times are monotonic milliseconds and never decrease. */
export class SendLog {
  readonly #stamps: Float64Array;
  readonly #windowMs: number;
  #next = 0;

  constructor(limit: RateLimit) {
    // A ring: the slot that the next stamp overwrites holds the send `count` places back.
    this.#stamps = new Float64Array(limit.count).fill(Number.NEGATIVE_INFINITY);
    this.#windowMs = guardedWindowMs(limit.windowMs);
  }

  /** How long until one more send keeps every window within the limit; 0 means now. */
  waitMs(nowMs: number): number {
    const oldest = this.#stamps[this.#next] ?? Number.NEGATIVE_INFINITY;
    return Math.max(0, oldest + this.#windowMs - nowMs);
  }

  /** Notes a send at the moment of sending. */
  stamp(nowMs: number): void {
    this.#stamps[this.#next] = nowMs;
    this.#next = (this.#next + 1) % this.#stamps.length;
  }
}
