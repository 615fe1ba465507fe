/** Decides if and when a failed request is sent again. Pure: no clock, no network. */
import { LIMITS } from '../../core/limits.js';
import type { Retry } from '../../core/errors.js';

const FIRST_BACKOFF_MS = 500;

export interface FailedAttempt {
  readonly retry: Retry;
  readonly isWrite: boolean;
  /** Attempts made so far, from 1. */
  readonly attempt: number;
  /** Since the first failure. */
  readonly elapsedMs: number;
  readonly patienceMs: number;
  /** The delay that the server asked for; null if it asked for none. */
  readonly retryAfterMs: number | null;
  /** A number in [0, 1). */
  readonly random: number;
}

export type RetryDecision =
  | { readonly kind: 'giveUp' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'reconcile' };

/**
 * A write with a lost answer is never sent again on a guess: it is looked up first. A delay that the server
 * asked for is kept exactly. Other waits double from half a second with full jitter; the last one is cut so
 * that the total does not exceed the patience.
 */
export function decideRetry(failed: FailedAttempt): RetryDecision {
  if (failed.retry === 'never') return { kind: 'giveUp' };
  if (failed.retry === 'reconcile' && failed.isWrite) return { kind: 'reconcile' };
  const leftMs = failed.patienceMs - failed.elapsedMs;
  if (leftMs <= 0) return { kind: 'giveUp' };
  if (failed.retryAfterMs !== null) {
    const ms = Math.min(failed.retryAfterMs, LIMITS.retryAfterMsMax);
    return ms > leftMs ? { kind: 'giveUp' } : { kind: 'wait', ms };
  }
  const ceilingMs = Math.min(FIRST_BACKOFF_MS * 2 ** (failed.attempt - 1), LIMITS.backoffMsMax);
  return { kind: 'wait', ms: Math.min(failed.random * ceilingMs, leftMs) };
}
