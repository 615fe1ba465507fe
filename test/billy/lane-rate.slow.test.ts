// How much of a limit a lane uses, and that it never exceeds it as the server sees requests arrive: on a
// clock whose timers are late and over ways that take now this long, now that.
import { describe, expect, it } from 'vitest';
import { RequestQueue } from '../../src/billy/throttle/request-queue.js';
import type { RateLimit } from '../../src/billy/throttle/rate-limit.js';
import { createLog } from '../../src/core/log.js';
import { FakeClock, settled } from '../support/fake-clock.js';
import { openSharedLog } from './support/shared-log.js';

const log = createLog({ level: 'silent' });
const CONCURRENT = 4;

/** The same numbers in every run, from 0 to 1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

interface Machine {
  /** How late a timer fires, how long an intent takes, and how long a request travels. */
  readonly timerMs: () => number;
  readonly intentMs: () => number;
  readonly wayMs: () => number;
  /** How long Billy works on a request. */
  readonly workMs: () => number;
}

class LateClock extends FakeClock {
  readonly #lateMs: () => number;

  constructor(lateMs: () => number) {
    super();
    this.#lateMs = lateMs;
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return super.sleep(ms + this.#lateMs(), signal);
  }

  /** On time: for the world around the lane. */
  pass(ms: number): Promise<void> {
    return super.sleep(ms);
  }
}

/** When requests of `lanes` lanes on one log arrived, each lane always having work. */
async function arrivals(
  limit: RateLimit,
  { timerMs, intentMs, wayMs, workMs }: Machine,
  { lanes = 1, count = 400 } = {},
): Promise<number[]> {
  const clock = new LateClock(timerMs);
  const sharedSends = await openSharedLog();
  const arrived: number[] = [];
  const send = async (leaves: () => void): Promise<void> => {
    leaves();
    await clock.pass(wayMs());
    arrived.push(clock.monotonicMs());
    await clock.pass(workMs());
  };
  const task = {
    priority: 'job' as const,
    patienceMs: 60_000,
    beforeSend: () => clock.pass(intentMs()),
    send,
  };
  const parts = { rateLimit: limit, sharedSends, maxConcurrent: CONCURRENT, clock, log };
  const runs = Array.from({ length: lanes }, () => {
    const queue = new RequestQueue(parts);
    return Array.from({ length: count / lanes }, () => queue.run(task));
  }).flat();
  const done = Promise.all(runs);
  while (arrived.length < count) {
    await settled();
    await clock.advance(Math.max(clock.nextInMs ?? 0, 0.01));
  }
  await clock.advance(1000);
  await done;
  return arrived.sort((one, other) => one - other);
}

function shareOf(limit: RateLimit, times: readonly number[]): number {
  const [first = 0, last = 0] = [times.at(0), times.at(-1)];
  return ((times.length - 1) * limit.windowMs) / limit.count / (last - first);
}

function closest(times: readonly number[], count: number): number {
  return Math.min(...times.slice(count).map((time, index) => time - (times[index] ?? 0)));
}

const CALM = (random: () => number): Machine => ({
  timerMs: () => 0.2 + random(),
  intentMs: () => 3 + random() * 3,
  wayMs: () => 1 + random() * 2,
  workMs: () => 2,
});

const MACHINES: Record<string, (random: () => number) => Machine> = {
  'a calm machine': CALM,
  'a server that works 40 to 150 ms on a request': (random) => ({
    ...CALM(random),
    workMs: () => 40 + random() * 110,
  }),
  'timers that are up to 15 ms late': (random) => ({
    ...CALM(random),
    timerMs: () => random() * 15,
  }),
  'a disk that takes up to 40 ms': (random) => ({ ...CALM(random), intentMs: () => random() * 40 }),
  'a way that takes 60 ms longer now and then': (random) => ({
    ...CALM(random),
    wayMs: () => (random() < 0.02 ? 60 : 1) + random() * 2,
  }),
};

const LIMITS: Record<string, RateLimit> = {
  '20/s': { count: 20, windowMs: 1000 },
  '100/min': { count: 100, windowMs: 60_000 },
};

describe.each(Object.entries(LIMITS))('%s', (_limit, limit) => {
  describe.each(Object.entries(MACHINES))('on %s', (_machine, machine) => {
    it.each([1, 2])('is used to 98 % and never exceeded, by %i', async (lanes) => {
      const times = await arrivals(limit, machine(seeded(7)), { lanes });
      expect(closest(times, limit.count)).toBeGreaterThanOrEqual(limit.windowMs);
      expect(shareOf(limit, times)).toBeGreaterThan(0.98);
    });
  });
});
