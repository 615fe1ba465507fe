/** Long work in memory cut into pieces, so that whoever asks meanwhile is answered. */
import type { Clock } from '../core/clock.js';

/** Far enough below the 50 ms that nothing may hold the event loop for. */
const PIECE_MS = 15;

export type Turning = Pick<Clock, 'monotonicMs' | 'turn'>;

export class Pace {
  readonly #clock: Turning;
  #sinceMs: number;

  constructor(clock: Turning) {
    this.#clock = clock;
    this.#sinceMs = clock.monotonicMs();
  }

  /** To be awaited between small pieces: everything else has its turn once it is due. */
  async breathe(): Promise<void> {
    if (this.#clock.monotonicMs() - this.#sinceMs < PIECE_MS) return;
    await this.#clock.turn();
    this.#sinceMs = this.#clock.monotonicMs();
  }
}
