/**
 * Reserves the next send of a request queue in the send log. The slot is taken shortly before it is due,
 * so that the intent is on disk by then and the send leaves on time. Its stamp is the time of leaving.
 */
import type { Clock } from '../../core/clock.js';
import type { SendDecision } from '../../model/send-log.js';
import { pausedFailure } from '../failure.js';
import { learnedRateOf, spacedMsOf, type LearnedRate } from './learned-rate.js';
import {
  catchUpMsOf,
  guardedWindowMs,
  SENDS_KEPT_MS,
  type RateLimit,
  type SendLog,
} from './rate-limit.js';
import { ArrivalDelay } from './arrival-delay.js';

const SLOT_BYTES = 8;
/** A stamp may be early by this share of the window. */
const EARLY_SHARE = 0.002;
/** A send that is later than this has to take a slot again. */
const RECHECK_SHARE = 0.25;
const RECHECK_MS_MAX = 1000;
/** The lead is the time that the last sends needed from taking the slot to being ready, and a little more. */
const LEAD_WEIGHT = 0.1;
const LEAD_FACTOR = 1.5;
const LEAD_MS_MIN = 2;
/** The largest lead: a stamp is at most this far in the future. */
const LEAD_MS_MAX = 50;

export interface SendSlotOptions {
  readonly sharedSends: SendLog;
  readonly limit: RateLimit;
  readonly clock: Clock;
}

/** What became of a request for a slot. */
type Verdict = Exclude<SendDecision, { kind: 'stale' }>;

/** A send with a stamp in the log. */
export interface Stamped {
  readonly slot: string;
  /** The time of its stamp, monotonic. */
  dueMs: number;
  /** The time when its first byte left; null if that was not reported. */
  leftMs: number | null;
  /** The delay of the first byte. */
  stalledMs: number;
}

/** The slot of one request queue, which takes one turn at a time. */
export class SendSlot {
  readonly #options: SendSlotOptions;
  readonly #windowMs: number;
  readonly #arrivalDelay: ArrivalDelay;
  #slot: string;
  /** Monotonic times: when the slot was requested, and when it is due. */
  #askedAtMs = 0;
  #dueAtMs = Number.NEGATIVE_INFINITY;
  #readyMs = LEAD_MS_MIN;
  #pace: LearnedRate | null = null;
  #version = 0;

  constructor(options: SendSlotOptions) {
    this.#options = options;
    this.#windowMs = guardedWindowMs(options.limit.windowMs);
    this.#arrivalDelay = new ArrivalDelay(options.limit.windowMs);
    this.#slot = options.clock.randomHex(SLOT_BYTES);
  }

  /** The learned rate; null if nothing was learned. */
  get pace(): LearnedRate | null {
    return this.#pace;
  }

  /** The time between sends, by the setting and the learned rate, milliseconds. */
  get spacingMs(): number {
    return spacedMsOf(this.#pace, this.#options.limit);
  }

  /**
   * Takes the next slot. `waitedMs` is how long there has been work without a break. A slot that was taken and
   * not used is kept for the next send, unless that comes so late that a new slot has to replace it.
   */
  take(waitedMs: number): Promise<Verdict> {
    const nowMs = this.#options.clock.monotonicMs();
    if (this.#isLost(nowMs)) return this.#ask(waitedMs);
    this.#askedAtMs = nowMs;
    return Promise.resolve({ kind: 'taken', inMs: Math.max(0, this.#dueAtMs - nowMs) });
  }

  /**
   * Called when only the send itself is left to do; resolves when it is due. Rejects, with nothing sent, if it
   * is so late that the slot had to be taken again, and that failed.
   */
  async due(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const readyMs = clock.monotonicMs();
    this.#readyMs += (readyMs - this.#askedAtMs - this.#readyMs) * LEAD_WEIGHT;
    if (this.#isLost(readyMs)) {
      const verdict = await this.#ask(null);
      if (verdict.kind !== 'taken') throw pausedFailure(verdict.waitMs);
    }
    for (;;) {
      const leftMs = this.#dueAtMs - clock.monotonicMs();
      if (leftMs <= 0 || signal.aborted) return;
      await clock.sleep(leftMs, signal);
    }
  }

  /** Marks the slot as used: its stamp stays, and the next send needs another slot. */
  used(): Stamped {
    const stamped = { slot: this.#slot, dueMs: this.#dueAtMs, leftMs: null, stalledMs: 0 };
    this.#slot = this.#options.clock.randomHex(SLOT_BYTES);
    this.#dueAtMs = Number.NEGATIVE_INFINITY;
    return stamped;
  }

  /** Records that the first byte of the send leaves now. */
  async left(stamped: Stamped): Promise<void> {
    stamped.leftMs = this.#options.clock.monotonicMs();
    stamped.stalledMs = Math.max(0, stamped.leftMs - stamped.dueMs);
    await this.#moveTo(stamped, stamped.leftMs);
  }

  /** Records that the answer has arrived; its delay shows if the send may have arrived late at Billy. */
  async answered(stamped: Stamped): Promise<void> {
    const { leftMs } = stamped;
    if (leftMs === null) return;
    const tookMs = this.#options.clock.monotonicMs() - leftMs;
    const lateMs = this.#arrivalDelay.lateMs({ tookMs, stalledMs: stamped.stalledMs });
    await this.#moveTo(stamped, leftMs + lateMs);
  }

  /**
   * Moves a stamp that is too early. This may happen afterwards, because the sends that depend on the stamp
   * come a whole window later.
   */
  async #moveTo(stamped: Stamped, arrivesMs: number): Promise<void> {
    const { clock, limit, sharedSends } = this.#options;
    if (arrivesMs - stamped.dueMs <= limit.windowMs * EARLY_SHARE) return;
    stamped.dueMs = arrivesMs;
    const atMs = clock.nowMs() - (clock.monotonicMs() - arrivesMs);
    await sharedSends.move({ slot: stamped.slot, atMs: Math.ceil(atMs) });
  }

  /** Stops the sends of every process for `ms`. */
  pause(ms: number): Promise<void> {
    const { clock, sharedSends } = this.#options;
    return sharedSends.pause({ nowMs: clock.nowMs(), ms: Math.ceil(ms) });
  }

  /** True if no slot is held, or if it is so late that other processes may have sent meanwhile. */
  #isLost(nowMs: number): boolean {
    const { windowMs } = this.#options.limit;
    return nowMs - this.#dueAtMs > Math.min(windowMs * RECHECK_SHARE, RECHECK_MS_MAX);
  }

  /** Takes a slot; with null the spacing is ignored. */
  async #ask(waitedMs: number | null): Promise<Verdict> {
    const { clock, limit, sharedSends } = this.#options;
    for (;;) {
      const { spacingMs } = this;
      const verdict = await sharedSends.take({
        slot: this.#slot,
        count: limit.count,
        windowMs: this.#windowMs,
        spacingMs: waitedMs === null ? 0 : spacingMs,
        catchUpMs: catchUpMsOf(limit, spacingMs, waitedMs ?? 0),
        leadMs: Math.min(LEAD_MS_MIN + this.#readyMs * LEAD_FACTOR, LEAD_MS_MAX),
        keepMs: Math.max(this.#windowMs, SENDS_KEPT_MS),
        paceVersion: this.#version,
        now: () => {
          this.#askedAtMs = clock.monotonicMs();
          return clock.nowMs();
        },
      });
      if (verdict.kind === 'taken') this.#dueAtMs = this.#askedAtMs + verdict.inMs;
      if (verdict.kind !== 'stale') return verdict;
      this.#version = verdict.kept.version;
      this.#pace = learnedRateOf(verdict.kept.pace);
    }
  }
}
