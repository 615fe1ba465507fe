// Eight tries over 18 hours.
import { expect, it } from 'vitest';
import { nextTryAtMs } from '../../src/notices/try-times.js';

it('waits longer after each try, 18 hours in all', () => {
  const waits: number[] = [];
  for (let tries = 1; ; tries += 1) {
    const nextMs = nextTryAtMs(tries, 0);
    if (nextMs === null) break;
    waits.push(nextMs / 1000);
  }
  expect(waits).toEqual([5, 60, 300, 1800, 7200, 18_000, 36_000]);
  const hours = waits.reduce((sum, seconds) => sum + seconds, 0) / 3600;
  expect(Math.round(hours)).toBe(18);
});
