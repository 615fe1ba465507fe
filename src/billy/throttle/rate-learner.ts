/** Learns the rate for all processes together: a refusal of one process slows all of them down. */
import type { Clock } from '../../core/clock.js';
import { learnedRateOf, slowDown, speedUp, UP_EVERY_MS, type LearnedRate } from './learned-rate.js';
import { SENDS_KEPT_MS, type RateLimit, type SendLog } from './rate-limit.js';

/** The interval between checks for a step up. */
const LOOK_EVERY_MS = 5000;

export class RateLearner {
  readonly #options: { sharedSends: SendLog; limit: RateLimit; clock: Clock };
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: { sharedSends: SendLog; limit: RateLimit; clock: Clock }) {
    this.#options = options;
  }

  /** Records a 429 for the send of this slot. Returns the new rate; null if it is unchanged. */
  async refused(slot: string): Promise<LearnedRate | null> {
    const { sharedSends, clock, limit } = this.#options;
    const sentAtMs = await sharedSends.refuse({ slot });
    // The send is too old: its stamp is gone.
    if (sentAtMs === null) return null;
    const span = { sinceMs: sentAtMs - SENDS_KEPT_MS, untilMs: sentAtMs };
    return this.#change(span, (pace, accepted) =>
      slowDown(pace, { sentAtMs, nowMs: clock.nowMs(), accepted }, limit),
    );
  }

  /** Records that Billy accepted a send at this rate. Returns the new rate if a step up was due, else null. */
  async accepted(learnedRate: LearnedRate | null): Promise<LearnedRate | null> {
    const { clock, limit } = this.#options;
    if (typeof learnedRate?.perSecond !== 'number') return null;
    if (clock.monotonicMs() - this.#lookedAtMs < LOOK_EVERY_MS) return null;
    this.#lookedAtMs = clock.monotonicMs();
    const nowMs = clock.nowMs();
    const span = { sinceMs: nowMs - UP_EVERY_MS, untilMs: nowMs };
    return this.#change(span, (current, accepted) =>
      current === null ? null : speedUp(current, { nowMs, accepted }, limit),
    );
  }

  /** Stores the decided rate. Decides again if another process has changed the rate meanwhile. */
  async #change(
    span: { sinceMs: number; untilMs: number },
    decide: (learnedRate: LearnedRate | null, accepted: readonly number[]) => LearnedRate | null,
  ): Promise<LearnedRate | null> {
    const { sharedSends } = this.#options;
    for (;;) {
      const { accepted, kept } = await sharedSends.read(span);
      const pace = learnedRateOf(kept.pace);
      const next = decide(pace, accepted);
      if (next === null || next === pace) return null;
      if (await sharedSends.keep({ version: kept.version, pace: next })) return next;
    }
  }
}
