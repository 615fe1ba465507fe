/** Learns the rate together with all processes: what one is refused slows all of them down. */
import type { Clock } from '../../core/clock.js';
import { DESCENT_MS, learnedRateOf, slowDown, speedUp, type LearnedRate } from './learned-rate.js';
import type { RateLimit, SendLog } from './rate-limit.js';

/** How often a step up is thought of. */
const LOOK_EVERY_MS = 5000;

export class RateLearner {
  readonly #options: { sharedSends: SendLog; limit: RateLimit; clock: Clock };
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: { sharedSends: SendLog; limit: RateLimit; clock: Clock }) {
    this.#options = options;
  }

  /** Billy answered 429 to the send of that slot. Answers the new pace; null: it is what it was. */
  async refused(slot: string): Promise<LearnedRate | null> {
    const { sharedSends, clock, limit } = this.#options;
    const sentAtMs = await sharedSends.refuse({ slot });
    // Too long ago to be told from others.
    if (sentAtMs === null) return null;
    const span = { sinceMs: sentAtMs - DESCENT_MS, untilMs: sentAtMs };
    return this.#change(span, (pace, accepted) =>
      slowDown(pace, { sentAtMs, nowMs: clock.nowMs(), accepted }, limit),
    );
  }

  /** Billy accepted a send while the pace was that; it may be time for a step up. */
  async accepted(learnedRate: LearnedRate | null): Promise<LearnedRate | null> {
    const { clock, limit } = this.#options;
    if (typeof learnedRate?.perSecond !== 'number') return null;
    if (clock.monotonicMs() - this.#lookedAtMs < LOOK_EVERY_MS) return null;
    this.#lookedAtMs = clock.monotonicMs();
    const nowMs = clock.nowMs();
    const span = { sinceMs: nowMs - DESCENT_MS, untilMs: nowMs };
    return this.#change(span, (current, accepted) =>
      current === null ? null : speedUp(current, { nowMs, accepted }, limit),
    );
  }

  /** Decides again when another process has changed the pace meanwhile. */
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
