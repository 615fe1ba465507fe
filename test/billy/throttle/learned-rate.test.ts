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

/** The most refusals in any ten minutes after the first ten. */
function mostLater(refused: readonly number[]): number {
  const later = refused.filter((atMs) => atMs >= 10 * MINUTE_MS);
  return Math.max(
    0,
    ...later.map((from) => between(later, from / MINUTE_MS, from / MINUTE_MS + 10)),
  );
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

describe.each(CASES)(
  '$limit.count in $limit.windowMs ms on $name for $perSecond a second',
  (one) => {
    it('meets few 429s on the way down, then at most five an hour, and uses what is tolerated', () => {
      const run = send(one.server(), { limit: one.limit, minutes: 60, siblings: 2 });
      const events = run.refused.filter(
        (atMs, index) => atMs - (run.refused[index - 1] ?? -Infinity) > 1000,
      );
      expect(between(events, 0, 10)).toBeLessThanOrEqual(4);
      expect(between(events, 10, 60)).toBeLessThanOrEqual(5);
      expect(mostLater(events)).toBeLessThanOrEqual(2);
      const perMinute = one.perSecond * 60;
      expect(between(run.accepted, 0, 10) / (10 * perMinute)).toBeGreaterThan(0.55);
      expect(between(run.accepted, 10, 60) / (50 * perMinute)).toBeGreaterThan(0.8);
    });
  },
);

describe('over all of these servers', () => {
  const runs = CASES.map(({ server, limit, perSecond }) => ({
    ...send(server(), { limit, minutes: 60 }),
    perMinute: perSecond * 60,
  }));
  const mean = (of: (run: (typeof runs)[number]) => number): number =>
    runs.reduce((sum, run) => sum + of(run), 0) / runs.length;

  it('nine tenths of what is tolerated are used, from the first ten minutes on', () => {
    const share = (from: number, to: number): number =>
      mean((run) => between(run.accepted, from, to) / ((to - from) * run.perMinute));
    expect(share(0, 10)).toBeGreaterThan(0.9);
    expect(share(10, 60)).toBeGreaterThan(0.9);
  });

  it('a 429 is met less than once in ten minutes after the first ten', () => {
    expect(mean(({ refused }) => between(refused, 10, 60)) / 5).toBeLessThan(0.6);
  });
});

describe('a server that names no delay', () => {
  it.each(tolerances(10))('is learned as well: $name', ({ server }) => {
    const run = send(server(), { limit: PER_SECOND, minutes: 60, hasRetryAfter: false });
    expect(between(run.accepted, 0, 60) / (60 * 600)).toBeGreaterThan(0.85);
    expect(between(run.refused, 10, 60)).toBeLessThanOrEqual(10);
  });
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

describe('429s that have nothing to do with the rate', () => {
  const KINDS = {
    'every tenth': (index: number) => index % 10 === 0,
    // Not periodic, about one in ten.
    'one in ten by chance': (index: number) => (index * 7919) % 101 < 10,
  };

  it.each(Object.entries(KINDS))('do not slow down for long: %s', (_name, isRefused) => {
    for (const limit of [PER_SECOND, PER_MINUTE]) {
      const run = send(faulty(isRefused), { limit, minutes: 10 });
      expect(run.learnedRate?.perSecond).toBeNull();
      // The pauses are what they are: one second after each.
      const gaps = run.accepted
        .slice(-60)
        .map((atMs, index, all) => atMs - (all[index - 1] ?? atMs));
      const spacingMs = spacingMsOf(limit);
      expect(gaps.filter((gapMs) => gapMs > spacingMs + 2).length).toBeLessThan(12);
    }
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
  const accepted = Array.from({ length: 10 }, (_, index) => NOW - 1000 + index * 100);
  const first = slowDown(null, { sentAtMs: NOW, nowMs: NOW + 300, accepted }, PER_SECOND);

  it('is not misled by senders that had to warm up', () => {
    const warming = [0, 279, 350, 550, 619, 660, 692, 753, 786, 874].map((ms) => NOW - 922 + ms);
    const pace = slowDown(null, { sentAtMs: NOW, nowMs: NOW, accepted: warming }, PER_SECOND);
    expect(pace?.perSecond).toBeCloseTo(9.5);
  });

  it('takes siblings of one burst for one', () => {
    const sibling = { sentAtMs: NOW + 50, nowMs: NOW + 310, accepted };
    expect(slowDown(first, sibling, PER_SECOND)).toBe(first);
  });

  it('learns nothing while nothing gets through: what is full takes time, not a slower pace', () => {
    const again = { sentAtMs: NOW + 2000, nowMs: NOW + 2100, accepted };
    expect(slowDown(first, again, PER_SECOND)).toBe(first);
    const alone = { sentAtMs: NOW, nowMs: NOW, accepted: [] };
    expect(slowDown(null, alone, PER_SECOND)).toBeNull();
  });
});

describe('speedUp', () => {
  const NOW = 1e9;
  const learned: LearnedRate = {
    perSecond: 10,
    goodPerSecond: null,
    badPerSecond: null,
    slowedAtMs: NOW,
    changedAtMs: NOW,
    ignoreUntilMs: 0,
    slowDowns: [],
  };
  const later = NOW + 2 * MINUTE_MS;
  const sends = (perSecond: number): number[] =>
    Array.from({ length: 120 * perSecond }, (_, index) => NOW + 1 + (index * 1000) / perSecond);

  it('waits until the pace has been put to the test', () => {
    expect(speedUp(learned, { nowMs: later - 1, accepted: sends(10) }, PER_SECOND)).toBeNull();
    expect(speedUp(learned, { nowMs: later, accepted: sends(5) }, PER_SECOND)).toBeNull();
    const faster = speedUp(learned, { nowMs: later, accepted: sends(10) }, PER_SECOND);
    expect(faster).toMatchObject({ perSecond: 11, goodPerSecond: 10 });
  });

  it('takes ten minutes a step once a step has met a 429', () => {
    const probed = { ...learned, badPerSecond: 11 };
    expect(speedUp(probed, { nowMs: later, accepted: sends(10) }, PER_SECOND)).toBeNull();
  });
});

describe('paceOf', () => {
  it('reads what was kept, and takes anything else for nothing', () => {
    const pace = slowDown(null, { sentAtMs: 1e9, nowMs: 1e9, accepted: [1e9 - 50] }, PER_SECOND);
    expect(learnedRateOf(JSON.parse(JSON.stringify(pace)))).toEqual(pace);
    for (const other of [null, undefined, 'fast', { perSecond: 3 }])
      expect(learnedRateOf(other)).toBeNull();
  });
});
