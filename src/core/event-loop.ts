/** Yields to the event loop during long work, so that other calls are answered meanwhile. */
import type { Clock } from './clock.js';

/** Well below 50 ms, the longest time for which anything may block the event loop. */
const PIECE_MS = 15;

export type Turning = Pick<Clock, 'monotonicMs' | 'turn'>;

export class EventLoopYielder {
  readonly #clock: Turning;
  readonly #pieceMs: number;
  /** The time of the last known yield. */
  #sinceMs: number;
  #isWatching = false;

  constructor(clock: Turning, pieceMs = PIECE_MS) {
    this.#clock = clock;
    this.#pieceMs = pieceMs;
    this.#sinceMs = clock.monotonicMs();
  }

  /** Awaited between small pieces of work: yields to the event loop when a piece has taken long enough. */
  async yieldIfDue(): Promise<void> {
    if (this.#clock.monotonicMs() - this.#sinceMs >= this.#pieceMs) await this.#turn();
    else if (!this.#isWatching) void this.#watch();
  }

  /** Notes a yield that happens by itself, so that the next call need not yield again. */
  async #watch(): Promise<void> {
    this.#isWatching = true;
    await this.#turn();
    this.#isWatching = false;
  }

  async #turn(): Promise<void> {
    await this.#clock.turn();
    this.#sinceMs = this.#clock.monotonicMs();
  }
}
