import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideRetry, type FailedAttempt } from '../../../src/billy/http/retry.js';
import { LIMITS } from '../../../src/core/limits.js';

const failed = (options: Partial<FailedAttempt>): FailedAttempt => ({
  retry: 'wait',
  isWrite: false,
  attempt: 1,
  elapsedMs: 0,
  patienceMs: 60_000,
  retryAfterMs: null,
  random: 0.5,
  ...options,
});

const anyFailed = fc.record<FailedAttempt>({
  retry: fc.constantFrom('never', 'wait', 'reconcile'),
  isWrite: fc.boolean(),
  attempt: fc.integer({ min: 1, max: 2000 }),
  elapsedMs: fc.integer({ min: 0, max: 200_000 }),
  patienceMs: fc.integer({ min: 0, max: 100_000 }),
  retryAfterMs: fc.option(fc.integer({ min: 0, max: 2_000_000 })),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

describe('decideRetry', () => {
  it('gives up on a refusal', () => {
    expect(decideRetry(failed({ retry: 'never' }))).toEqual({ kind: 'giveUp' });
  });

  it('has a lost write looked up, at once and whatever the patience', () => {
    const lost = failed({ retry: 'reconcile', isWrite: true, patienceMs: 0 });
    expect(decideRetry(lost)).toEqual({ kind: 'reconcile' });
  });

  it('asks again for a read whose answer was lost', () => {
    expect(decideRetry(failed({ retry: 'reconcile' })).kind).toBe('wait');
  });

  it.each([
    [1, 250],
    [2, 500],
    [3, 1000],
    [7, 15_000],
    [50, 15_000],
  ])('doubles the wait with jitter: attempt %i waits %i ms at one half', (attempt, ms) => {
    expect(decideRetry(failed({ attempt }))).toEqual({ kind: 'wait', ms });
  });

  it("takes the server's delay as it is, without jitter", () => {
    const asked = failed({ retryAfterMs: 7000, random: 0.9, attempt: 5 });
    expect(decideRetry(asked)).toEqual({ kind: 'wait', ms: 7000 });
  });

  it('does not wait for a moment beyond its patience', () => {
    expect(decideRetry(failed({ retryAfterMs: 7000, patienceMs: 6999 })).kind).toBe('giveUp');
    expect(decideRetry(failed({ elapsedMs: 60_000 })).kind).toBe('giveUp');
  });

  it('uses the rest of its patience for a last attempt', () => {
    const late = failed({ attempt: 9, elapsedMs: 59_000, random: 0.9 });
    expect(decideRetry(late)).toEqual({ kind: 'wait', ms: 1000 });
  });

  it('never waits past its patience and never sends a lost write again', () => {
    fc.assert(
      fc.property(anyFailed, (attempt) => {
        const decision = decideRetry(attempt);
        if (attempt.retry === 'never') expect(decision.kind).toBe('giveUp');
        if (attempt.retry === 'reconcile' && attempt.isWrite) {
          expect(decision.kind).toBe('reconcile');
        }
        if (decision.kind !== 'wait') return;
        expect(decision.ms).toBeGreaterThanOrEqual(0);
        expect(attempt.elapsedMs + decision.ms).toBeLessThanOrEqual(attempt.patienceMs);
        const { retryAfterMs } = attempt;
        if (retryAfterMs === null) expect(decision.ms).toBeLessThanOrEqual(LIMITS.backoffMsMax);
        else expect(decision.ms).toBe(Math.min(retryAfterMs, LIMITS.retryAfterMsMax));
      }),
    );
  });
});
