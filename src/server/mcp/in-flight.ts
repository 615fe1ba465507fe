/** Calls under way: a client that sends without end is refused, and what it has asked for goes on. */
import { AppError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';

export class InFlight {
  #count = 0;

  /** Runs `act` unless too many are under way: then it rejects with `RATE_LIMITED`, and nothing was done. */
  async run<T>(act: () => Promise<T>): Promise<T> {
    if (this.#count >= LIMITS.callsInFlightMax) {
      throw new AppError({
        code: 'RATE_LIMITED',
        message: `${String(LIMITS.callsInFlightMax)} calls are under way already.`,
        hint: 'Wait for their answers, then call again; get_bulk_job_status with waitSeconds needs fewer calls.',
      });
    }
    this.#count += 1;
    try {
      return await act();
    } finally {
      this.#count -= 1;
    }
  }
}
