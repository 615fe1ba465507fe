/**
 * The place of a lane's next send in the log of sends. It is taken shortly before it is due, so that
 * the intent is on disk by then and the send leaves on time: the stamp is when the request leaves.
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
/** A stamp may be so much of the window too early. */
const EARLY_SHARE = 0.002;
/** A send that is later than this has to ask again: much may have happened. */
const RECHECK_SHARE = 0.25;
const RECHECK_MS_MAX = 1000;
/** The lead is what the last sends needed from their ask to being ready, and a little more. */
const LEAD_WEIGHT = 0.1;
const LEAD_FACTOR = 1.5;
const LEAD_MS_MIN = 2;
/** A stamp lies ahead of now by no more than this. */
const LEAD_MS_MAX = 50;

export interface SendSlotOptions {
  readonly sharedSends: SendLog;
  readonly limit: RateLimit;
  readonly clock: Clock;
}

/** A send that has its place in the log. */
export interface Stamped {
  readonly slot: string;
  /** Where its stamp lies, monotonic. */
  dueMs: number;
  /** When its first byte left; null: nobody said so. */
  leftMs: number | null;
  /** How late that was. */
  stalledMs: number;
}

/** One for a lane, which has one turn at a time before its log. */
export class SendSlot {
  readonly #options: SendSlotOptions;
  readonly #windowMs: number;
  readonly #arrivalDelay: ArrivalDelay;
  #slot: string;
  /** Monotonic: when the slot was asked for, and when it is due. */
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

  /** What was learned about the rate; null: nothing that matters now. */
  get pace(): LearnedRate | null {
    return this.#pace;
  }

  /**
   * `waitedMs`: how long there has been work without a break. A slot that was taken and not used is
   * given back by taking the next.
   */
  take(waitedMs: number): Promise<Exclude<SendDecision, { kind: 'stale' }>> {
    return this.#ask(waitedMs);
  }

  /**
   * To be called when only the send itself is left to do; resolves when it is due. Rejects, nothing
   * sent, when it has become so late that the slot had to be taken again and could not be.
   */
  async due(signal: AbortSignal): Promise<void> {
    const { clock, limit } = this.#options;
    const readyMs = clock.monotonicMs();
    this.#readyMs += (readyMs - this.#askedAtMs - this.#readyMs) * LEAD_WEIGHT;
    const lateMsMax = Math.min(limit.windowMs * RECHECK_SHARE, RECHECK_MS_MAX);
    if (readyMs - this.#dueAtMs > lateMsMax) {
      const verdict = await this.#ask(null);
      if (verdict.kind !== 'taken') throw pausedFailure(verdict.waitMs);
    }
    for (;;) {
      const leftMs = this.#dueAtMs - clock.monotonicMs();
      if (leftMs <= 0 || signal.aborted) return;
      await clock.sleep(leftMs, signal);
    }
  }

  /** The send leaves now: its stamp stays, and the next one needs a slot. */
  used(): Stamped {
    const stamped = { slot: this.#slot, dueMs: this.#dueAtMs, leftMs: null, stalledMs: 0 };
    this.#slot = this.#options.clock.randomHex(SLOT_BYTES);
    this.#dueAtMs = Number.NEGATIVE_INFINITY;
    return stamped;
  }

  /** The first byte of the send leaves now. */
  async left(stamped: Stamped): Promise<void> {
    stamped.leftMs = this.#options.clock.monotonicMs();
    stamped.stalledMs = Math.max(0, stamped.leftMs - stamped.dueMs);
    await this.#moveTo(stamped, stamped.leftMs);
  }

  /** The answer is here, and tells whether the send may have been held up. */
  async answered(stamped: Stamped): Promise<void> {
    const { leftMs } = stamped;
    if (leftMs === null) return;
    const tookMs = this.#options.clock.monotonicMs() - leftMs;
    const lateMs = this.#arrivalDelay.lateMs({ tookMs, stalledMs: stamped.stalledMs });
    await this.#moveTo(stamped, leftMs + lateMs);
  }

  /**
   * Who depends on a stamp comes a whole window later, so one that is too early may be moved afterwards.
   */
  async #moveTo(stamped: Stamped, arrivesMs: number): Promise<void> {
    const { clock, limit, sharedSends } = this.#options;
    if (arrivesMs - stamped.dueMs <= limit.windowMs * EARLY_SHARE) return;
    stamped.dueMs = arrivesMs;
    const atMs = clock.nowMs() - (clock.monotonicMs() - arrivesMs);
    await sharedSends.move({ slot: stamped.slot, atMs: Math.ceil(atMs) });
  }

  /** Keeps every process away from Billy for so long. */
  pause(ms: number): Promise<void> {
    const { clock, sharedSends } = this.#options;
    return sharedSends.pause({ nowMs: clock.nowMs(), ms: Math.ceil(ms) });
  }

  /** null: whatever the spacing. */
  async #ask(waitedMs: number | null): Promise<Exclude<SendDecision, { kind: 'stale' }>> {
    const { clock, limit, sharedSends } = this.#options;
    for (;;) {
      const spacingMs = spacedMsOf(this.#pace, limit);
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
