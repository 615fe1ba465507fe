// Lanes of several processes, which share a log of sends and nothing else.
import { afterEach, describe, expect, it } from 'vitest';
import { BillyFailure } from '../../src/billy/failure.js';
import { learnedRateOf } from '../../src/billy/throttle/learned-rate.js';
import {
  RequestQueue,
  type RequestQueueOptions,
  type QueuedRequest,
} from '../../src/billy/throttle/request-queue.js';
import { systemClock } from '../../src/core/clock.js';
import { createLog } from '../../src/core/log.js';
import { FakeClock } from '../support/fake-clock.js';
import { openSharedLog, type SharedLog } from './support/shared-log.js';

/** Guarded: 1,010 ms; spaced: 33.75 ms; a stamp is too early after 2 ms, and lost after 250 ms. */
const LIMIT = { count: 30, windowMs: 1000 };
const log = createLog({ level: 'silent' });

const lanes: RequestQueue[] = [];
afterEach(() => {
  for (const queue of lanes.splice(0)) queue.close();
});

function laneOn(sharedSends: SharedLog, options: Partial<RequestQueueOptions> = {}): RequestQueue {
  const parts = { maxConcurrent: 4, clock: systemClock, log };
  const queue = new RequestQueue({ rateLimit: LIMIT, sharedSends, ...parts, ...options });
  lanes.push(queue);
  return queue;
}

const task = <T>(
  send: QueuedRequest<T>['send'],
  options: Partial<QueuedRequest<T>> = {},
): QueuedRequest<T> => ({
  priority: 'job',
  patienceMs: 60_000,
  send,
  ...options,
});

const now = (): Promise<number> => Promise.resolve(performance.now());
const sends = (queue: RequestQueue, count: number): Promise<number>[] =>
  Array.from({ length: count }, () => queue.run(task(now)));

const TAKEN = { kind: 'taken' };
const refused = (): Promise<never> =>
  Promise.reject(
    new BillyFailure({ code: 'BILLY_RATE_LIMIT', message: 'x', retry: 'wait', retryAfterMs: 400 }),
  );

describe('two lanes', () => {
  it('keep one limit together, use it, and take turns', async () => {
    const shared = await openSharedLog();
    const [left, right] = [laneOn(shared), laneOn(shared)];
    const own = await Promise.all([Promise.all(sends(left, 40)), Promise.all(sends(right, 40))]);
    const all = own.flat().sort((a, b) => a - b);
    for (const [index, time] of all.slice(LIMIT.count).entries()) {
      expect(time - (all[index] ?? 0)).toBeGreaterThan(LIMIT.windowMs);
    }
    const tookMs = (all.at(-1) ?? 0) - (all[0] ?? 0);
    expect(tookMs).toBeLessThan(((all.length - 1) / LIMIT.count) * LIMIT.windowMs * 1.06);
    const halfTime = (all[0] ?? 0) + tookMs / 2;
    const early = own.map((times) => times.filter((time) => time < halfTime).length);
    expect(Math.min(...early)).toBeGreaterThanOrEqual(10);
  });

  it('let somebody who waits pass the queued writes of both', async () => {
    const shared = await openSharedLog();
    const [left, right] = [laneOn(shared), laneOn(shared)];
    const jobs = [...sends(left, 8), ...sends(right, 8)];
    const read = await left.run(task(now, { priority: 'interactive' }));
    const times = await Promise.all(jobs);
    expect(times.filter((time) => time < read).length).toBeLessThanOrEqual(4);
  });

  it('stay away together after a 429, and turn away who cannot wait', async () => {
    const shared = await openSharedLog();
    const [left, right] = [laneOn(shared), laneOn(shared)];
    const refusal = { code: 'BILLY_RATE_LIMIT' };
    let refusedAtMs = 0;
    const send = (): Promise<never> => {
      refusedAtMs = performance.now();
      return refused();
    };
    await expect(left.run(task(send))).rejects.toMatchObject(refusal);
    const impatient = right.run(task(now, { patienceMs: 100 }));
    const patient = right.run(task(now));
    await expect(impatient).rejects.toMatchObject({ ...refusal, retry: 'wait' });
    expect(performance.now() - refusedAtMs).toBeLessThan(300);
    expect((await patient) - refusedAtMs).toBeGreaterThan(370);
  });
});

describe('a slot in the shared log', () => {
  it('is taken before beforeSend, so that nothing waits after it', async () => {
    const shared = await openSharedLog();
    const [left, right] = [laneOn(shared), laneOn(shared)];
    const gaps: number[] = [];
    const timed = (queue: RequestQueue): Promise<void> => {
      let askedMs = 0;
      const beforeSend = async (): Promise<void> => {
        expect(shared.verdicts.at(-1)).toMatchObject(TAKEN);
        askedMs = performance.now();
        await Promise.resolve();
      };
      const send = async (): Promise<void> => {
        gaps.push((await now()) - askedMs);
      };
      return queue.run(task(send, { beforeSend }));
    };
    await Promise.all([left, right, left, right, left, right].map(timed));
    expect(Math.max(...gaps)).toBeLessThan(100);
  });

  it('is moved to when the first byte left, when that was late', async () => {
    const shared = await openSharedLog();
    let leftMs = 0;
    const send = async (leaves: () => void): Promise<void> => {
      await systemClock.sleep(30);
      leftMs = Date.now();
      leaves();
    };
    const beforeSend = (): Promise<void> => systemClock.sleep(20);
    await laneOn(shared).run(task(send, { beforeSend }));
    expect(shared.verdicts).toMatchObject([TAKEN]);
    const moved = shared.moves.at(-1);
    expect(Math.abs((moved?.atMs ?? 0) - leftMs)).toBeLessThan(5);
  });

  it('that was lost meanwhile keeps the request back for another attempt', async () => {
    const shared = await openSharedLog();
    const queue = laneOn(shared);
    const beforeSend = (): Promise<void> => shared.pause({ nowMs: Date.now(), ms: 5000 });
    const slow = async (): Promise<void> => {
      await beforeSend();
      await systemClock.sleep(300);
    };
    await expect(queue.run(task(now, { beforeSend: slow }))).rejects.toMatchObject({
      code: 'BILLY_RATE_LIMIT',
      retry: 'wait',
    });
    expect(queue.sentCount).toBe(0);
  });

  it('is not asked for when nobody is left, or without a limit', async () => {
    const clock = new FakeClock();
    const shared = await openSharedLog();
    await shared.pause({ nowMs: clock.nowMs(), ms: 60 });
    const queue = laneOn(shared, { clock });
    const controller = new AbortController();
    const left = queue.run(task(now, { signal: controller.signal })).catch(() => 'left');
    await clock.advance(20);
    controller.abort();
    expect(await left).toBe('left');
    await clock.advance(100);
    await laneOn(shared, { clock, rateLimit: null }).run(task(now));
    expect(shared.verdicts).toMatchObject([{ kind: 'paused' }]);
  });
});

describe('what Billy tolerates', () => {
  /** Refuses more than `count` in any 500 ms, without a delay that is worth the wait. */
  function strictBilly(count: number): { send: () => Promise<void>; tooMany: () => number } {
    let passed: number[] = [];
    let tooMany = 0;
    const send = (): Promise<void> => {
      const nowMs = performance.now();
      passed = passed.filter((atMs) => atMs > nowMs - 500);
      if (passed.length < count) {
        passed.push(nowMs);
        return Promise.resolve();
      }
      tooMany += 1;
      return refused();
    };
    return { send, tooMany: () => tooMany };
  }

  it('is learned by all of them from one refusal', async () => {
    const shared = await openSharedLog();
    const [left, right] = [laneOn(shared), laneOn(shared)];
    const billy = strictBilly(8);
    const runs = Array.from({ length: 60 }, (_, index) =>
      (index % 2 === 0 ? left : right).run(task(billy.send)),
    );
    const ends = await Promise.allSettled(runs);
    expect(billy.tooMany()).toBeGreaterThan(0);
    // From 30 a second to 16 it takes three steps down, each with those under way at its refusal.
    expect(billy.tooMany()).toBeLessThanOrEqual(9);
    const { kept } = await shared.read({ sinceMs: 0, untilMs: 0 });
    expect(learnedRateOf(kept.pace)?.perSecond).toBeLessThan(25);
    expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(billy.tooMany());
  });
});

describe('a shared log that cannot be written', () => {
  const failed = { code: 'STORE_FAILED' };

  it('keeps every request back before anything is noted or sent', async () => {
    const shared = await openSharedLog();
    const queue = laneOn(shared);
    await shared.close();
    let notes = 0;
    const beforeSend = (): Promise<void> => {
      notes += 1;
      return Promise.resolve();
    };
    const runs = [1, 2, 3].map(() => queue.run(task(now, { beforeSend })));
    const outcomes = await Promise.allSettled(runs);
    expect(outcomes).toMatchObject(runs.map(() => ({ reason: failed })));
    expect([notes, queue.sentCount]).toEqual([0, 0]);
  });

  it('does not hide what Billy answered', async () => {
    const shared = await openSharedLog();
    const send = async (): Promise<never> => {
      await shared.close();
      return refused();
    };
    await expect(laneOn(shared).run(task(send))).rejects.toMatchObject({
      code: 'BILLY_RATE_LIMIT',
    });
  });
});
