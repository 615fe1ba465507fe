import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from '../../src/billy/retry-after.js';
import { LIMITS } from '../../src/core/limits.js';

const NOW_MS = Date.UTC(2026, 0, 5, 12, 0, 0);

describe('parseRetryAfter', () => {
  it.each([
    ['5', 5000],
    [' 0 ', 0],
    ['1.5', 1500],
    ['Mon, 05 Jan 2026 12:00:07 GMT', 7000],
    ['Monday, 05-Jan-26 12:00:07 GMT', 7000],
    ['Mon Jan  5 12:00:07 2026', 7000],
    ['Mon, 05 Jan 2026 11:59:00 GMT', 0],
  ])('reads %j as %i ms', (header, ms) => {
    expect(parseRetryAfter(header, NOW_MS)).toBe(ms);
  });

  it.each([null, '', 'soon', '-3', '12 monkeys', '2026-01-05', 'Monday', 'NaN'])(
    'takes %j for absent',
    (header) => {
      expect(parseRetryAfter(header, NOW_MS)).toBeNull();
    },
  );

  it('cuts what would park a job', () => {
    expect(parseRetryAfter('999999999', NOW_MS)).toBe(LIMITS.retryAfterMsMax);
    const farDate = 'Fri, 05 Jan 2035 12:00:00 GMT';
    expect(parseRetryAfter(farDate, NOW_MS)).toBe(LIMITS.retryAfterDateMsMax);
  });
});
