/** Long work cut into pieces, so that whoever asks meanwhile is answered. */
import type { Clock } from './clock.js';

/** Far enough below the 50 ms that nothing may hold the event loop for. */
const PIECE_MS = 15;

export type Turning = Pick<Clock, 'monotonicMs' | 'turn'>;

export class Breather {
  readonly #clock: Turning;
  readonly #pieceMs: number;
  #sinceMs: number;

  constructor(clock: Turning, pieceMs = PIECE_MS) {
    this.#clock = clock;
    this.#pieceMs = pieceMs;
    this.#sinceMs = clock.monotonicMs();
  }

  /** To be awaited between small pieces: everything else has its turn once it is due. */
  async breathe(): Promise<void> {
    if (this.#clock.monotonicMs() - this.#sinceMs < this.#pieceMs) return;
    await this.#clock.turn();
    this.#sinceMs = this.#clock.monotonicMs();
  }
}
