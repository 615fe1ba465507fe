/** The pause after a 429: it stops the whole request queue, not only the refused caller. */
import { LIMITS } from '../../core/limits.js';

const FIRST_PAUSE_MS = 1000;

export interface Refusal {
  /** The time when the refused request was sent, monotonic. */
  readonly sentAtMs: number;
  readonly nowMs: number;
  /** The delay that the server asked for; null or 0 if it named no future moment. */
  readonly retryAfterMs: number | null;
  /** A number in [0, 1). */
  readonly random: number;
}

/** Times are monotonic milliseconds. */
export class Pause {
  #untilMs = Number.NEGATIVE_INFINITY;
  #raisedAtMs = Number.NEGATIVE_INFINITY;
  #level = 0;

  leftMs(nowMs: number): number {
    return Math.max(0, this.#untilMs - nowMs);
  }

  /**
   * Refusals of one burst count once: only a request sent after the last pause began makes the next pause
   * longer. A delay that the server asked for is kept exactly. Other pauses double from 1 s to 30 s, plus up
   * to a quarter, so that several processes do not come back together.
   */
  refused(refusal: Refusal): void {
    if (refusal.sentAtMs >= this.#raisedAtMs) {
      this.#level += 1;
      this.#raisedAtMs = refusal.nowMs;
    }
    const asked = refusal.retryAfterMs ?? 0;
    const doubled = FIRST_PAUSE_MS * 2 ** (this.#level - 1) * (1 + refusal.random / 4);
    const ms = asked > 0 ? asked : Math.min(doubled, LIMITS.backoffMsMax);
    this.#untilMs = Math.max(this.#untilMs, refusal.nowMs + ms);
  }

  /** Takes over the pause of another process that was refused. */
  extend(untilMs: number): void {
    this.#untilMs = Math.max(this.#untilMs, untilMs);
  }

  /** An answer to a request sent after the pause began shows that the limit is no longer reached. */
  answered(sentAtMs: number): void {
    if (sentAtMs >= this.#raisedAtMs) this.#level = 0;
  }
}
