/** Bounds how often a caller may ask, and how often an address may fail to sign in. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../../core/errors.js';

const MS_PER_SECOND = 1000;
/** Failed sign-ins of one address a minute: enough for a misconfigured client, too few to guess. */
const FAILURES_MAX = 20;
const FAILURES_SECONDS = 60;

export interface CallerRate {
  readonly count: number;
  readonly windowMs: number;
}

/** A refusal, with the seconds after which the caller may ask again. */
export class TooMany extends AppError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super({
      code: 'RATE_LIMITED',
      message: 'Too many requests.',
      hint: `Ask again in ${String(retryAfterSeconds)} s; waitSeconds needs fewer calls than polling.`,
    });
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

function tooMany(refused: unknown): never {
  if (!(refused instanceof RateLimiterRes)) throw refused;
  throw new TooMany(Math.max(1, Math.ceil(refused.msBeforeNext / MS_PER_SECOND)));
}

export class CallerLimits {
  readonly #calls: RateLimiterMemory | null;
  readonly #failures = new RateLimiterMemory({
    points: FAILURES_MAX,
    duration: FAILURES_SECONDS,
  });

  /** BULK_CALLER_RATE; null: no limit. */
  constructor(rate: CallerRate | null) {
    this.#calls =
      rate === null
        ? null
        : new RateLimiterMemory({ points: rate.count, duration: rate.windowMs / MS_PER_SECOND });
  }

  /** Counts a request of a caller. Rejects with `RATE_LIMITED`. */
  async call(callerId: string): Promise<void> {
    await this.#calls?.consume(callerId).catch(tooMany);
  }

  /** True while further failures of the address are refused. */
  async isSuspect(address: string): Promise<boolean> {
    const failed = await this.#failures.get(address);
    return failed !== null && failed.consumedPoints >= FAILURES_MAX;
  }

  /** Counts a failed sign-in. Rejects with `RATE_LIMITED` if sign-ins from the address have failed too often. */
  async failed(address: string): Promise<void> {
    await this.#failures.consume(address).catch(tooMany);
  }
}
