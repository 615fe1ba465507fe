/** Limits the calls that run at once: further calls are refused, and running ones continue. */
import { AppError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';

export class InFlight {
  #count = 0;

  /** Runs `act`. Rejects with `RATE_LIMITED`, without running it, if too many calls are running. */
  async run<T>(act: () => Promise<T>): Promise<T> {
    if (this.#count >= LIMITS.callsInFlightMax) {
      throw new AppError({
        code: 'RATE_LIMITED',
        message: `${String(LIMITS.callsInFlightMax)} calls are already running.`,
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
