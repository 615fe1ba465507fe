/** The request limit: a sliding window over the admitted requests, and the 429 for the others. */
import { failure, type Occasion, type Reply } from '../api/envelope.js';
import type { RateLimit, SandboxUnknowns } from '../world/options.js';
import { TEXT } from '../world/texts.js';

export class Throttle {
  readonly #limit: RateLimit;
  /** Arrival times inside the window, oldest first. */
  #passed: number[] = [];

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  /** Admits and counts a request and returns null; otherwise returns the milliseconds to wait. */
  admit(nowMs: number): number | null {
    const { count, windowMs } = this.#limit;
    const expired = this.#passed.findIndex((time) => time > nowMs - windowMs);
    this.#passed = expired === -1 ? [] : expired === 0 ? this.#passed : this.#passed.slice(expired);
    const [oldest] = this.#passed;
    if (oldest === undefined || this.#passed.length < count) {
      this.#passed.push(nowMs);
      return null;
    }
    return oldest + windowMs - nowMs;
  }
}

/** The 429 in the chosen shape; waits are whole seconds, rounded up. */
export function tooManyRequests(
  waitMs: number,
  shape: SandboxUnknowns['retryAfter'],
  occasion: Occasion,
): Reply {
  const reply = failure([429, 'RATE_LIMIT_EXCEEDED'], TEXT.tooManyRequests, occasion);
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  switch (shape) {
    case 'absent':
      return reply;
    case 'seconds':
      return { ...reply, headers: { ...reply.headers, 'retry-after': String(seconds) } };
    case 'date': {
      // Dates have whole seconds: rounded up, so that no client comes back too early.
      const at = new Date(Math.ceil((occasion.nowMs + waitMs) / 1000) * 1000).toUTCString();
      return { ...reply, headers: { ...reply.headers, 'retry-after': at } };
    }
    case 'plainText':
      return {
        status: 429,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'retry-after': String(seconds) },
        body: 'Too many requests',
      };
  }
}
