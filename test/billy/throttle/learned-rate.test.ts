import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  learnedRateOf,
  slowDown,
  spacedMsOf,
  speedUp,
  type LearnedRate,
} from '../../../src/billy/throttle/learned-rate.js';
import { spacingMsOf } from '../../../src/billy/throttle/rate-limit.js';
import {
  bucket,
  faulty,
  fixedWindow,
  send,
  slidingWindow,
  type Server,
} from '../support/tolerances.js';

const MINUTE_MS = 60_000;
const PER_SECOND = { count: 20, windowMs: 1000 };
const PER_MINUTE = { count: 100, windowMs: MINUTE_MS };

function between(times: readonly number[], from: number, to: number): number {
  return times.filter((atMs) => atMs >= from * MINUTE_MS && atMs < to * MINUTE_MS).length;
}

interface Tolerance {
  readonly name: string;
  readonly server: () => Server;
}

/** What tolerates `perSecond` in the long run. */
function tolerances(perSecond: number): Tolerance[] {
  const sizes = [1, 10, 60].map((seconds) => Math.max(1, perSecond * seconds));
  const buckets = sizes.map((size) => ({
    name: `a bucket of ${String(size)}`,
    server: () => bucket({ perSecond, size }),
  }));
  const windows = [1000, 5000, 10_000, MINUTE_MS]
    .map((windowMs) => ({ windowMs, count: Math.round((perSecond * windowMs) / 1000) }))
    // Of a window that holds but a few there is not much to be learned.
    .filter(({ count }) => count >= 5);
  const sliding = windows.map((limit) => ({
    name: `a sliding window of ${String(limit.windowMs)} ms`,
    server: () => slidingWindow(limit),
  }));
  const fixed = windows.map((limit) => ({
    name: `a fixed window of ${String(limit.windowMs)} ms`,
    server: () => fixedWindow(limit),
  }));
  return [...buckets, ...sliding, ...fixed];
}

const CASES = [
  ...[15, 10, 5].map((perSecond) => ({ limit: PER_SECOND, perSecond })),
  ...[80, 60].map((perMinute) => ({ limit: PER_MINUTE, perSecond: perMinute / 60 })),
].flatMap((one) => tolerances(one.perSecond).map((tolerance) => ({ ...one, ...tolerance })));

/** Refusals of one burst are one event: those under way arrive up to two spacings later. */
function eventsOf(refused: readonly number[]): number[] {
  return refused.filter((atMs, index) => atMs - (refused[index - 1] ?? -Infinity) > 3000);
}

describe.each(CASES)(
  '$limit.count in $limit.windowMs ms on $name for $perSecond a second',
  (one) => {
    it.each([true, false])(
      'comes down within ten minutes, then meets at most one 429 in ten (names a delay: %s)',
      (hasRetryAfter) => {
        const minutes = 60;
        const run = send(one.server(), { limit: one.limit, minutes, siblings: 2, hasRetryAfter });
        const later = eventsOf(run.refused).filter((atMs) => atMs >= 10 * MINUTE_MS);
        const gapsMs = later.slice(1).map((atMs, index) => atMs - (later[index] ?? 0));
        expect(Math.min(...gapsMs)).toBeGreaterThan(10 * MINUTE_MS);
        const perMinute = one.perSecond * 60;
        expect(between(run.accepted, 0, 10) / (10 * perMinute)).toBeGreaterThan(0.75);
        expect(between(run.accepted, 10, 60) / (50 * perMinute)).toBeGreaterThan(0.8);
      },
    );
  },
);

it('uses 85 % of what all of these servers tolerate', () => {
  const shares = CASES.map(({ server, limit, perSecond }) => {
    const { accepted } = send(server(), { limit, minutes: 60 });
    return between(accepted, 10, 60) / (50 * perSecond * 60);
  });
  expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThan(0.85);
});

describe('whatever is tolerated', () => {
  it('the rate stays between a tenth of the limit and the limit', () => {
    const perSecond = fc.double({ min: 0.2, max: 40, noNaN: true });
    const size = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(perSecond, size, fc.boolean(), (rate, tokens, hasRetryAfter) => {
        const server = bucket({ perSecond: rate, size: tokens });
        const { learnedRate: pace } = send(server, {
          limit: PER_SECOND,
          minutes: 15,
          hasRetryAfter,
        });
        const spacingMs = spacingMsOf(PER_SECOND);
        expect(spacedMsOf(pace, PER_SECOND)).toBeGreaterThanOrEqual(spacingMs);
        expect(spacedMsOf(pace, PER_SECOND)).toBeLessThanOrEqual(spacingMs * 10.001);
      }),
      { numRuns: 40 },
    );
  });

  it('a server that tolerates the limit sees all of it', () => {
    for (const { server } of tolerances(20.1)) {
      const run = send(server(), { limit: PER_SECOND, minutes: 5 });
      expect(run.refused).toEqual([]);
      expect(run.learnedRate).toBeNull();
    }
  });
});

describe('single 429s that have nothing to do with the rate', () => {
  it.each([PER_SECOND, PER_MINUTE])('do not slow down for ever: %o', (limit) => {
    // One after five minutes, and one after half an hour.
    const perMinute = (limit.count * MINUTE_MS) / limit.windowMs;
    const strays = [5, 30].map((minute) => Math.round(minute * perMinute));
    const run = send(
      faulty((index) => strays.includes(index)),
      { limit, minutes: 65 },
    );
    expect(run.refused).toHaveLength(2);
    expect(run.learnedRate?.perSecond).toBeNull();
  });

  it('never slow down to less than a tenth of the limit, however many they are', () => {
    const run = send(
      faulty((index) => index % 10 === 0),
      { limit: PER_SECOND, minutes: 60 },
    );
    const floor = 1000 / spacingMsOf(PER_SECOND) / 10;
    expect(run.learnedRate?.perSecond).toBeCloseTo(floor, 6);
  });
});

describe('a tolerance that changes', () => {
  it('is found again when it is back to the limit', () => {
    let isStrict = true;
    const strict = slidingWindow({ count: 10, windowMs: 1000 });
    const server: Server = (nowMs) => (isStrict ? strict(nowMs) : null);
    const slow = send(server, { limit: PER_SECOND, minutes: 9 });
    isStrict = false;
    const { learnedRate: pace } = slow;
    if (pace === null) throw new Error('nothing was learned');
    const run = send(server, { limit: PER_SECOND, minutes: 120, learnedRate: pace });
    expect(run.refused).toEqual([]);
    expect(run.learnedRate?.perSecond).toBeNull();
  });
});

describe('slowDown', () => {
  const NOW = 1e9;
  const accepted = [NOW - 100, NOW - 50];
  const first = slowDown(null, { sentAtMs: NOW, nowMs: NOW + 300, accepted }, PER_SECOND);

  it('lowers the rate by a fifth', () => {
    const most = 1000 / spacingMsOf(PER_SECOND);
    expect(first).toEqual({
      perSecond: most * 0.8,
      slowedAtMs: NOW + 300,
      changedAtMs: NOW + 300,
    });
  });

  it('takes siblings of one burst for one', () => {
    const sibling = { sentAtMs: NOW + 50, nowMs: NOW + 310, accepted };
    expect(slowDown(first, sibling, PER_SECOND)).toBe(first);
  });

  it('learns nothing while Billy accepts nothing: a full window takes time, not a slower rate', () => {
    const again = { sentAtMs: NOW + 2000, nowMs: NOW + 2100, accepted };
    expect(slowDown(first, again, PER_SECOND)).toBe(first);
    const alone = { sentAtMs: NOW, nowMs: NOW, accepted: [] };
    expect(slowDown(null, alone, PER_SECOND)).toBeNull();
  });
});

describe('speedUp', () => {
  const NOW = 1e9;
  const learned: LearnedRate = { perSecond: 10, slowedAtMs: NOW, changedAtMs: NOW };
  const later = NOW + 10 * MINUTE_MS;
  const used = Array.from({ length: 480 }, (_, index) => later - index * 100);

  it('waits for ten minutes, and then for a minute at each step', () => {
    expect(speedUp(learned, { nowMs: later - 1, accepted: used }, PER_SECOND)).toBeNull();
    const faster = speedUp(learned, { nowMs: later, accepted: used }, PER_SECOND);
    expect(faster).toEqual({ perSecond: 10.25, slowedAtMs: NOW, changedAtMs: later });
    const soon = { nowMs: later + MINUTE_MS - 1, accepted: [...used, ...used] };
    expect(faster && speedUp(faster, soon, PER_SECOND)).toBeNull();
  });

  it('waits until the rate was used', () => {
    const unused = { nowMs: later, accepted: used.slice(1) };
    expect(speedUp(learned, unused, PER_SECOND)).toBeNull();
  });

  it('is due at once when the clock was set back, which would hold the rate for as long', () => {
    const earlier = { nowMs: NOW - 60 * MINUTE_MS, accepted: used };
    expect(speedUp(learned, earlier, PER_SECOND)?.perSecond).toBe(10.25);
  });
});

describe('learnedRateOf', () => {
  it('reads what was kept, and takes anything else for nothing', () => {
    const rate = slowDown(null, { sentAtMs: 1e9, nowMs: 1e9, accepted: [1e9 - 50] }, PER_SECOND);
    expect(learnedRateOf(JSON.parse(JSON.stringify(rate)))).toEqual(rate);
    for (const other of [null, undefined, 'fast', { perSecond: 3 }])
      expect(learnedRateOf(other)).toBeNull();
  });
});
