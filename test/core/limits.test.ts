import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/core/limits.js';

describe('LIMITS', () => {
  it.each(Object.entries(LIMITS))('%s is a whole number above zero: %i', (_name, limit) => {
    expect(Number.isSafeInteger(limit)).toBe(true);
    expect(limit).toBeGreaterThan(0);
  });

  it.each(Object.entries(LIMITS).filter(([name]) => /ms(max)?$/i.test(name)))(
    '%s fits a timer, which fires at once beyond 31 bits',
    (_name, limit) => {
      expect(limit).toBeLessThan(2 ** 31);
    },
  );

  it('keep the bounds of the contract', () => {
    expect(LIMITS).toMatchObject({
      listPageSize: 1000,
      csvContentBytesMax: 1_048_576,
      inlineRowsMax: 500,
      headBytes: 65_536,
      jobErrorsMax: 20,
      jobCausesMax: 5,
      causeRowsMax: 5,
      exportInlineRowsMax: 50,
      exportInlineCharsMax: 4000,
      exportWaitMs: 20_000,
      waitSecondsMax: 45,
      outageMs: 60_000,
      planAgeMsMax: 86_400_000,
      shutdownMs: 5000,
    });
  });

  it('agree with one another', () => {
    expect(LIMITS.exportInlineCharsMax).toBeLessThan(LIMITS.resultCharsMax);
    expect(LIMITS.jobCausesMax).toBeLessThan(LIMITS.jobCausesKept);
    expect(LIMITS.runBatchRows).toBeLessThanOrEqual(LIMITS.storeBatchRows);
    expect(LIMITS.statusPollMs).toBeLessThan(LIMITS.progressEveryMs);
    expect(LIMITS.backoffMsMax).toBeLessThan(LIMITS.outageMs);
    expect(LIMITS.cellCharsMax).toBeLessThan(LIMITS.headBytes);
  });
});
