import { describe, expect, it } from 'vitest';
import { ArrivalDelay } from '../../../src/billy/throttle/arrival-delay.js';

const took = (tookMs: number, stalledMs = 0): { tookMs: number; stalledMs: number } => ({
  tookMs,
  stalledMs,
});

/** One that has seen `count` answers after 4 ms. */
function experienced(count = 10): ArrivalDelay {
  const travel = new ArrivalDelay(1000);
  for (let index = 0; index < count; index += 1) travel.lateMs(took(4));
  return travel;
}

describe('a request that was held up', () => {
  it('is as late as it took longer than the fastest, beyond what half the guard absorbs', () => {
    expect(experienced().lateMs(took(104))).toBe(95);
  });

  it('is not late by what the guard absorbs', () => {
    expect(experienced().lateMs(took(9))).toBe(0);
  });

  it('may be late by all that it took while nothing is known yet', () => {
    expect(new ArrivalDelay(1000).lateMs(took(85))).toBe(80);
  });
});

describe('a server whose work takes now this long, now that', () => {
  it('costs no more than a small share of the rate', () => {
    const travel = experienced();
    let lateMs = 0;
    for (let sent = 0; sent < 5000; sent += 1) lateMs += travel.lateMs(took(40 + (sent % 11) * 10));
    // What was saved before counts once.
    expect(lateMs).toBeGreaterThan(5000 * 4);
    expect(lateMs).toBeLessThanOrEqual(5000 * 4 + 1000);
  });

  it('leaves more for a machine that is busy itself', () => {
    const spent = (stalledMs: number): number => {
      const travel = experienced();
      let lateMs = 0;
      for (let sent = 0; sent < 1000; sent += 1) {
        lateMs += travel.lateMs(took(sent % 2 === 0 ? 4 : 154, stalledMs));
      }
      return lateMs;
    };
    expect(spent(0)).toBeLessThanOrEqual(1000 * 4 + 1000);
    expect(spent(30)).toBeGreaterThan(1000 * 15);
  });
});

describe('what is usual', () => {
  it('may change: a server that has become slower for good is no more late than before', () => {
    const travel = experienced();
    for (let sent = 0; sent < 64; sent += 1) travel.lateMs(took(100));
    expect(travel.lateMs(took(100))).toBe(0);
  });
});
