import { describe, expect, it } from 'vitest';
import {
  catchUpMsOf,
  guardedWindowMs,
  spacingMsOf,
} from '../../../src/billy/throttle/rate-limit.js';

const PER_SECOND = { count: 20, windowMs: 1000 };
const PER_MINUTE = { count: 100, windowMs: 60_000 };

describe('guardedWindowMs', () => {
  it('adds 1 %, at most 300 ms', () => {
    expect(guardedWindowMs(1000)).toBe(1010);
    expect(guardedWindowMs(60_000)).toBe(60_300);
  });
});

describe('spacingMsOf', () => {
  it('uses at least 98.5 % of the limit and stays outside the guarded window', () => {
    for (const limit of [PER_SECOND, PER_MINUTE, { count: 6000, windowMs: 3_600_000 }]) {
      const apartMs = spacingMsOf(limit) * limit.count;
      expect(limit.windowMs / apartMs).toBeGreaterThan(0.985);
      expect(apartMs).toBeGreaterThan(guardedWindowMs(limit.windowMs));
    }
  });
});

describe('catchUpMsOf', () => {
  it('makes up for nothing when nobody had work before', () => {
    expect(catchUpMsOf(PER_SECOND, 50, 0)).toBe(0);
  });

  it('makes up for what stalled while there was work, up to half a window or a second', () => {
    expect(catchUpMsOf(PER_SECOND, 50, 200)).toBe(200);
    expect(catchUpMsOf(PER_SECOND, 50, 90_000)).toBe(500);
    expect(catchUpMsOf(PER_MINUTE, 600, 90_000)).toBe(1000);
  });

  it('makes up for half a spacing where that is more, or where Billy tolerates less', () => {
    expect(catchUpMsOf({ count: 10, windowMs: 3_600_000 }, 360_000, 900_000)).toBe(180_000);
    expect(catchUpMsOf(PER_SECOND, 100, 90_000)).toBe(50);
  });
});
