/** How old something is, by the clock that says more. */
import { describe, expect, it } from 'vitest';
import { isWithin, lastRenewal, momentNow, noteRenewal } from '../../../src/jobs/job/lease-life.js';

const at = (wallMs: number, monotonicMs: number) => ({
  nowMs: () => wallMs,
  monotonicMs: () => monotonicMs,
});

describe('a moment', () => {
  const since = momentNow(at(1000, 10));

  it.each([
    ['both clocks are before the end', at(1099, 109), true],
    ['a stopped process has slept', at(1099, 110), false],
    ['a suspended machine has slept', at(1100, 11), false],
    ['the wall clock was set back a little', at(990, 20), true],
    ['the wall clock was set back by more', at(900, 20), false],
  ])('is within its time when %s: %#', (_case, clock, expected) => {
    expect(isWithin(clock, since, 100)).toBe(expected);
  });

  it('of the last renewal belongs to one lease', () => {
    const [one, other] = [
      { name: 'n', owner: 'o' },
      { name: 'n', owner: 'o' },
    ];
    noteRenewal(one, since);
    expect([lastRenewal(one), lastRenewal(other)]).toEqual([since, null]);
  });
});
