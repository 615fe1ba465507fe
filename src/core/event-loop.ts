/** Long work cut into pieces, so that whoever asks meanwhile is answered. */
import type { Clock } from './clock.js';

/** Far enough below the 50 ms that nothing may hold the event loop for. */
const PIECE_MS = 15;

export type Turning = Pick<Clock, 'monotonicMs' | 'turn'>;

export class EventLoopYielder {
  readonly #clock: Turning;
  readonly #pieceMs: number;
  /** When the others last had their turn, as far as is known. */
  #sinceMs: number;
  #isWatching = false;

  constructor(clock: Turning, pieceMs = PIECE_MS) {
    this.#clock = clock;
    this.#pieceMs = pieceMs;
    this.#sinceMs = clock.monotonicMs();
  }

  /** To be awaited between small pieces: everything else has its turn once it is due. */
  async yieldIfDue(): Promise<void> {
    if (this.#clock.monotonicMs() - this.#sinceMs >= this.#pieceMs) await this.#turn();
    else if (!this.#isWatching) void this.#watch();
  }

  /** A turn that comes by itself counts too: who asks just after it need not wait for another. */
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
