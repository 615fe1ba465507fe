/** Wall time that no jump moves (src/core/steady-time.ts). */
import { expect, it } from 'vitest';
import { steadyMs } from '../../src/core/steady-time.js';

it('goes on with the monotonic clock, whatever the wall clock does', () => {
  const at = { wallMs: 1_000_000, sinceMs: 500 };
  const clock = { nowMs: () => at.wallMs, monotonicMs: () => at.sinceMs };
  expect(steadyMs(clock)).toBe(1_000_000);
  at.sinceMs += 250.6;
  for (const jumpMs of [3_600_000, -3_600_000, 0]) {
    at.wallMs = 1_000_000 + jumpMs;
    expect(steadyMs(clock)).toBe(1_000_250);
  }
  // Another process begins with the wall clock as it is then.
  expect(steadyMs({ ...clock, nowMs: () => 7_000_000 })).toBe(7_000_000);
});
