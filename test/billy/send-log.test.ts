import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardedWindowMs, SendLog, spacingMsOf } from '../../src/billy/send-log.js';

/** The largest number of stamps in any window that is open at its end. */
function mostInWindow(stamps: readonly number[], windowMs: number): number {
  let most = 0;
  let first = 0;
  for (const [index, stamp] of stamps.entries()) {
    while (stamp - (stamps[first] ?? 0) >= windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

describe('guardedWindowMs', () => {
  it('adds 4 %, at most half a second', () => {
    expect(guardedWindowMs(1000)).toBe(1040);
    expect(guardedWindowMs(60_000)).toBe(60_500);
  });
});

describe('spacingMsOf', () => {
  it('is a little closer than the guarded window allows', () => {
    expect(spacingMsOf({ count: 20, windowMs: 1000 })).toBeCloseTo(49.4);
  });
});

describe('SendLog', () => {
  it('lets the first `count` through at once and the next one when the first has left', () => {
    const log = new SendLog({ count: 2, windowMs: 1000 });
    log.stamp(0);
    expect(log.waitMs(0)).toBe(0);
    log.stamp(400);
    expect(log.waitMs(400)).toBe(640);
    expect(log.waitMs(1040)).toBe(0);
    log.stamp(1040);
    expect(log.waitMs(1040)).toBe(400);
  });

  it('never lets a sliding window hold more than its count, however requests come', () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 200 });
    const limits = fc.record({
      count: fc.integer({ min: 1, max: 30 }),
      windowMs: fc.integer({ min: 1, max: 5000 }),
    });
    fc.assert(
      fc.property(arrivals, limits, (gapsMs, limit) => {
        const log = new SendLog(limit);
        const stamps: number[] = [];
        let nowMs = 0;
        for (const gapMs of gapsMs) {
          nowMs += gapMs;
          nowMs += log.waitMs(nowMs);
          log.stamp(nowMs);
          stamps.push(nowMs);
        }
        expect(mostInWindow(stamps, limit.windowMs)).toBeLessThanOrEqual(limit.count);
      }),
    );
  });

  it('holds back no longer than it must', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), (count) => {
        const log = new SendLog({ count, windowMs: 1000 });
        let nowMs = 0;
        for (let sent = 0; sent < count * 10; sent += 1) {
          nowMs += log.waitMs(nowMs);
          log.stamp(nowMs);
        }
        expect(nowMs).toBeCloseTo(9 * 1040, 6);
      }),
    );
  });
});
