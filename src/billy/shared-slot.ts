/**
 * The place of a lane's next send in the log that all processes on one database keep together. The
 * slot is taken before the intent is written, so that no intent waits; and stamped anew right before
 * sending when the intent took long, so that the stamp is when the request left.
 */
import type { Clock } from '../core/clock.js';
import { pausedFailure } from './failure.js';
import { guardedWindowMs, spacingMsOf, type RateLimit } from './send-log.js';

export interface SlotAsk {
  /** Names the send; an earlier stamp under this name gives way to the new one. */
  readonly slot: string;
  readonly count: number;
  readonly windowMs: number;
  /** About this long after the last send, whoever's it was; 0: as soon as the window has room. */
  readonly spacingMs: number;
  /** Wall time, read while nobody else can stamp: asking may have waited for another process. */
  readonly now: () => number;
}

export type SlotVerdict =
  { readonly kind: 'taken' } | { readonly kind: 'full' | 'paused'; readonly waitMs: number };

/** What the processes share; whatever holds it decides each ask whole, one after another. */
export interface SharedSends {
  /** Stamps a send now if every sliding window stays within the count, else says how long to wait. */
  take(ask: SlotAsk): Promise<SlotVerdict>;
  /** Nobody is granted a slot for `ms` from `nowMs`, wall time. */
  pause(pause: { nowMs: number; ms: number }): Promise<void>;
}

const SLOT_BYTES = 8;
/** A stamp may be this much of the guard too early: less costs a write more often than it is worth. */
const LATE_SHARE = 0.25;

export interface SharedSlotOptions {
  readonly sharedSends: SharedSends;
  readonly limit: RateLimit;
  readonly clock: Clock;
}

/** One for a lane, which has one turn at a time before its log. */
export class SharedSlot {
  readonly #options: SharedSlotOptions;
  readonly #windowMs: number;
  readonly #lateMsMax: number;
  #slot: string;
  /** Monotonic; when the slot was stamped last. */
  #stampedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: SharedSlotOptions) {
    const { windowMs } = options.limit;
    this.#options = options;
    this.#windowMs = guardedWindowMs(windowMs);
    this.#lateMsMax = (this.#windowMs - windowMs) * LATE_SHARE;
    this.#slot = options.clock.randomHex(SLOT_BYTES);
  }

  /** A slot that was taken and not used is given back by taking the next. */
  take(): Promise<SlotVerdict> {
    return this.#ask(spacingMsOf(this.#options.limit));
  }

  /**
   * To be called when only the send itself is left to do. Rejects, nothing sent, when the slot has
   * left the window meanwhile, or a pause has begun.
   */
  async confirm(): Promise<void> {
    const lateMs = this.#options.clock.monotonicMs() - this.#stampedAtMs;
    if (lateMs <= this.#lateMsMax) return;
    // Moving a stamp that is still in the window keeps every window within the count, so a slot
    // that is held is never refused for being late.
    const verdict = await this.#ask(0);
    if (verdict.kind !== 'taken') throw pausedFailure(verdict.waitMs);
  }

  /** The send has left: its stamp stays, and the next one needs a slot. Answers its time, monotonic. */
  used(): number {
    const atMs = this.#stampedAtMs;
    this.#slot = this.#options.clock.randomHex(SLOT_BYTES);
    this.#stampedAtMs = Number.NEGATIVE_INFINITY;
    return atMs;
  }

  /** Keeps every process away from Billy for so long. */
  pause(ms: number): Promise<void> {
    const { clock, sharedSends } = this.#options;
    return sharedSends.pause({ nowMs: clock.nowMs(), ms: Math.ceil(ms) });
  }

  #ask(spacingMs: number): Promise<SlotVerdict> {
    const { clock, limit, sharedSends } = this.#options;
    return sharedSends.take({
      slot: this.#slot,
      count: limit.count,
      windowMs: this.#windowMs,
      spacingMs,
      now: () => {
        this.#stampedAtMs = clock.monotonicMs();
        return clock.nowMs();
      },
    });
  }
}
