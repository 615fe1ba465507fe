import { afterEach, describe, expect, it } from 'vitest';
import { BillyFailure } from '../../../src/billy/failure.js';
import {
  RequestQueue,
  type RequestQueueOptions,
  type QueuedRequest,
} from '../../../src/billy/throttle/request-queue.js';
import { systemClock } from '../../../src/core/clock.js';
import { createLog } from '../../../src/core/log.js';
import { FakeClock, settled } from '../../support/fake-clock.js';

const lanes: RequestQueue[] = [];
afterEach(() => {
  for (const queue of lanes.splice(0)) queue.close();
});

function createLane(options: Partial<RequestQueueOptions> = {}): RequestQueue {
  const queue = new RequestQueue({
    rateLimit: null,
    maxConcurrent: 4,
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    ...options,
  });
  lanes.push(queue);
  return queue;
}

const task = <T>(
  send: () => Promise<T>,
  options: Partial<QueuedRequest<T>> = {},
): QueuedRequest<T> => ({
  priority: 'job',
  patienceMs: 60_000,
  send,
  ...options,
});

const refused = (retryAfterMs: number | null = null): Promise<never> =>
  Promise.reject(
    new BillyFailure({ code: 'BILLY_RATE_LIMIT', message: 'x', retry: 'wait', retryAfterMs }),
  );

const sentAt = (clock: { monotonicMs(): number }): (() => Promise<number>) => {
  return () => Promise.resolve(clock.monotonicMs());
};

/** What a promise has come to by now. */
async function stateOf(promise: Promise<unknown>): Promise<unknown> {
  let state: unknown = 'waiting';
  const note = (outcome: unknown): void => {
    state = outcome;
  };
  promise.then(note, note);
  await settled();
  return state;
}

describe('a lane without a limit', () => {
  it('runs as many as it may at once, and no more', async () => {
    const queue = createLane({ maxConcurrent: 3 });
    let inFlight = 0;
    let most = 0;
    const send = async (): Promise<void> => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await systemClock.sleep(5);
      inFlight -= 1;
    };
    await Promise.all(Array.from({ length: 20 }, () => queue.run(task(send))));
    expect(most).toBe(3);
    expect(queue.sentCount).toBe(20);
  });

  it('lets no request wait for the beforeSend of another', async () => {
    const queue = createLane({ maxConcurrent: 2 });
    const never = (): Promise<void> => new Promise(() => undefined);
    void queue.run(task(() => Promise.resolve('stuck'), { beforeSend: never }));
    expect(await queue.run(task(() => Promise.resolve('sent')))).toBe('sent');
  });

  it('sends nothing when beforeSend rejects', async () => {
    const queue = createLane();
    const lost = new Error('the lease is lost');
    let isSent = false;
    const send = (): Promise<void> => {
      isSent = true;
      return Promise.resolve();
    };
    await expect(
      queue.run(task(send, { beforeSend: (): Promise<void> => Promise.reject(lost) })),
    ).rejects.toBe(lost);
    expect(isSent).toBe(false);
    expect(queue.sentCount).toBe(0);
    expect(await queue.run(task(() => Promise.resolve('next')))).toBe('next');
  });

  it('survives a send that throws instead of rejecting', async () => {
    const queue = createLane({ maxConcurrent: 1 });
    const thrown = new Error('thrown');
    const send = (): Promise<void> => {
      throw thrown;
    };
    await expect(queue.run(task(send))).rejects.toBe(thrown);
    expect(await queue.run(task(() => Promise.resolve('next')))).toBe('next');
  });
});

describe('priority', () => {
  it('lets somebody who waits pass every queued job write', async () => {
    const queue = createLane({ maxConcurrent: 1 });
    const order: string[] = [];
    const note = (name: string) => (): Promise<void> => {
      order.push(name);
      return Promise.resolve();
    };
    await Promise.all([
      ...['job 1', 'job 2', 'job 3'].map((name) => queue.run(task(note(name)))),
      queue.run(task(note('read'), { priority: 'interactive' })),
    ]);
    expect(order[0]).toBe('read');
    expect(order.slice(1)).toEqual(['job 1', 'job 2', 'job 3']);
  });

  it('passes them under a limit too, although the next write has its turn, and a slot soon', async () => {
    const clock = new FakeClock();
    const queue = createLane({ clock, rateLimit: { count: 10, windowMs: 1000 } });
    const order: string[] = [];
    const note = (name: string) => (): Promise<void> => {
      order.push(name);
      return Promise.resolve();
    };
    for (let n = 0; n < 5; n += 1) void queue.run(task(note(`job ${String(n)}`)));
    // The second is due after 101.25 ms, and has had its turn after half of that.
    await clock.advance(95);
    void queue.run(task(note('read'), { priority: 'interactive' }));
    await clock.advance(1000);
    expect(order).toEqual(['job 0', 'read', 'job 1', 'job 2', 'job 3', 'job 4']);
  });

  it('costs no time at Billy: the slot of the write is for the read', async () => {
    const clock = new FakeClock();
    const queue = createLane({ clock, rateLimit: { count: 10, windowMs: 1000 } });
    const jobs = [1, 2].map(() => queue.run(task(sentAt(clock))));
    await clock.advance(95);
    const read = queue.run(task(sentAt(clock), { priority: 'interactive' }));
    await clock.advance(1000);
    const times = [await jobs[0], await read, await jobs[1]];
    const gaps = times.slice(1).map((time, index) => (time ?? 0) - (times[index] ?? 0));
    for (const gap of gaps) expect(gap).toBeLessThan(103);
  });
});

describe('a limit', () => {
  it('spaces requests instead of bursting', async () => {
    const clock = new FakeClock();
    const queue = createLane({ clock, rateLimit: { count: 20, windowMs: 1000 } });
    const sends = Array.from({ length: 8 }, () => queue.run(task(sentAt(clock))));
    await clock.advance(400);
    const times = await Promise.all(sends);
    for (const [index, time] of times.slice(1).entries()) {
      const gapMs = time - (times[index] ?? 0);
      expect(gapMs).toBeGreaterThanOrEqual(50);
      expect(gapMs).toBeLessThanOrEqual(52);
    }
  });

  it('holds exactly even when requests come faster than they should', async () => {
    const clock = new FakeClock();
    const limit = { count: 5, windowMs: 300 };
    const queue = createLane({ clock, rateLimit: limit, maxConcurrent: 8 });
    const sends = Array.from({ length: 20 }, () => queue.run(task(sentAt(clock))));
    await clock.advance(2000);
    const times = await Promise.all(sends);
    for (const [index, time] of times.slice(5).entries()) {
      expect(time - (times[index] ?? 0)).toBeGreaterThan(302);
    }
  });

  it('awaits beforeSend after every wait, one request at a time', async () => {
    const queue = createLane({ rateLimit: { count: 4, windowMs: 200 } });
    const events: string[] = [];
    const one = (name: string): Promise<void> =>
      queue.run(
        task(
          () => {
            events.push(`send ${name}`);
            return systemClock.sleep(100);
          },
          {
            beforeSend: async () => {
              events.push(`before ${name}`);
              await systemClock.sleep(20);
            },
          },
        ),
      );
    await Promise.all([one('a'), one('b'), one('c')]);
    expect(events).toEqual(['before a', 'send a', 'before b', 'send b', 'before c', 'send c']);
  });
});

describe('a signal', () => {
  it('takes a waiting task out at once, with its reason and without a trace', async () => {
    const queue = createLane({ maxConcurrent: 1 });
    const controller = new AbortController();
    let release: () => void = () => undefined;
    const first = queue.run(task(() => new Promise<void>((resolve) => (release = resolve))));
    const { signal } = controller;
    const waiting = Array.from({ length: 64 }, () =>
      queue.run(task(() => Promise.resolve('sent'), { signal })).catch((error: unknown) => error),
    );
    await settled();
    controller.abort(new Error('cancelled'));
    for (const outcome of await Promise.all(waiting)) expect(outcome).toBe(signal.reason);
    release();
    await first;
    expect(queue.sentCount).toBe(1);
    expect(await queue.run(task(() => Promise.resolve('next')))).toBe('next');
  });

  it('that has aborted already lets nothing in', async () => {
    const queue = createLane();
    const late = queue.run(task(() => Promise.resolve(), { signal: AbortSignal.abort() }));
    await expect(late).rejects.toMatchObject({ name: 'AbortError' });
    expect(queue.sentCount).toBe(0);
  });

  it('that aborts during beforeSend keeps the request from being sent', async () => {
    const queue = createLane();
    const controller = new AbortController();
    const beforeSend = (): Promise<void> => {
      controller.abort();
      return Promise.resolve();
    };
    const options = { signal: controller.signal, beforeSend };
    await expect(queue.run(task(() => Promise.resolve(), options))).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(queue.sentCount).toBe(0);
  });

  it('may be shared by many without a warning of a leak', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): number => warnings.push(warning);
    process.on('warning', note);
    const queue = createLane();
    const { signal } = new AbortController();
    const send = (): Promise<void> => systemClock.sleep(1, signal);
    await Promise.all(Array.from({ length: 50 }, () => queue.run(task(send, { signal }))));
    await settled();
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('costs the others no turn', async () => {
    const clock = new FakeClock();
    const queue = createLane({ clock, rateLimit: { count: 10, windowMs: 1000 } });
    const controller = new AbortController();
    const { signal } = controller;
    const left = Array.from({ length: 20 }, () =>
      queue.run(task(() => Promise.resolve(), { signal })).catch(() => undefined),
    );
    controller.abort();
    await Promise.all(left);
    const next = queue.run(task(sentAt(clock)));
    await clock.advance(1000);
    // The first may have had its turn; the slot of that is then for the next.
    expect(await next).toBeLessThanOrEqual(102);
  });

  it('that aborts when the slot was taken leaves the slot to the next request', async () => {
    const clock = new FakeClock();
    const queue = createLane({ clock, rateLimit: { count: 10, windowMs: 1000 } });
    const controller = new AbortController();
    const first = queue.run(task(sentAt(clock)));
    const { signal } = controller;
    const aborted = queue.run(task(sentAt(clock), { signal })).catch((error: unknown) => error);
    const next = queue.run(task(sentAt(clock)));
    await clock.advance(101);
    controller.abort(new Error('cancelled'));
    await clock.advance(1000);
    expect(await aborted).toBe(signal.reason);
    expect((await next) - (await first)).toBeLessThan(103);
  });
});

describe('a 429', () => {
  it('pauses everybody for what the server asked', async () => {
    const clock = new FakeClock();
    const queue = createLane({ clock });
    await expect(queue.run(task(() => refused(5000)))).rejects.toMatchObject({
      code: 'BILLY_RATE_LIMIT',
    });
    const read = queue.run(task(sentAt(clock), { priority: 'interactive' }));
    const write = queue.run(task(sentAt(clock)));
    await clock.advance(4999);
    expect(await stateOf(read)).toBe('waiting');
    await clock.advance(1);
    expect(await read).toBe(5000);
    expect(await write).toBe(5000);
  });

  it('lets a write and a read go on that have both waited it out in their turns', async () => {
    // The write wakes first. If it gave way to that read for ever, no timer could wake the read.
    let looks = 0;
    class CountingClock extends FakeClock {
      override monotonicMs(): number {
        looks += 1;
        if (looks > 100) throw new Error('the write looks again and again');
        return super.monotonicMs();
      }
    }
    const clock = new CountingClock();
    const queue = createLane({ clock });
    await queue.run(task(() => refused(1000))).catch(() => undefined);
    const write = queue.run(task(() => Promise.resolve('write')));
    await settled();
    const read = queue.run(task(() => Promise.resolve('read'), { priority: 'interactive' }));
    await clock.advance(1000);
    expect(await Promise.all([write, read])).toEqual(['write', 'read']);
  });

  it('lengthens its own pause while the server names none, and forgets it after an answer', async () => {
    const clock = new FakeClock();
    clock.randomValue = 0;
    const queue = createLane({ clock });
    const pauseBefore = async (send: () => Promise<unknown>): Promise<number> => {
      const run = queue.run(task(send)).catch(() => undefined);
      await settled();
      const ms = clock.nextInMs ?? 0;
      await clock.advance(ms);
      await run;
      return ms;
    };
    const invalid = new BillyFailure({ code: 'BILLY_VALIDATION', message: 'x' });
    const lost = new BillyFailure({ code: 'BILLY_SERVER', message: 'x', retry: 'wait' });
    expect(await pauseBefore(refused)).toBe(0);
    expect(await pauseBefore(refused)).toBe(1000);
    expect(await pauseBefore(() => Promise.reject(lost))).toBe(2000);
    expect(await pauseBefore(refused)).toBe(0);
    expect(await pauseBefore(() => Promise.reject(invalid))).toBe(4000);
    expect(await pauseBefore(refused)).toBe(0);
    expect(await pauseBefore(() => Promise.resolve())).toBe(1000);
  });

  it('turns away at once whoever has less patience than the pause lasts', async () => {
    const clock = new FakeClock();
    const queue = createLane({ clock, maxConcurrent: 1 });
    const first = queue.run(task(() => refused(10_000))).catch(() => undefined);
    const short = queue
      .run(task(sentAt(clock), { patienceMs: 9999 }))
      .catch((error: unknown) => error);
    const long = queue.run(task(sentAt(clock), { patienceMs: 10_000 }));
    await first;
    expect(await stateOf(short)).toMatchObject({
      code: 'BILLY_RATE_LIMIT',
      retry: 'wait',
      retryAfterMs: 10_000,
    });
    expect(await stateOf(long)).toBe('waiting');
    const late = queue.run(task(sentAt(clock), { patienceMs: 100 }));
    expect(await stateOf(late)).toMatchObject({ code: 'BILLY_RATE_LIMIT' });
    await clock.advance(10_000);
    expect(await long).toBe(10_000);
  });
});

describe('close', () => {
  it('rejects what waits, also behind a pause, and lets nothing in any more', async () => {
    const clock = new FakeClock();
    const queue = createLane({ clock });
    await queue.run(task(() => refused(5000))).catch(() => undefined);
    const waiting = queue.run(task(() => Promise.resolve('sent'))).catch((error: unknown) => error);
    await settled();
    queue.close();
    const aborted = { name: 'AbortError' };
    expect(await waiting).toMatchObject(aborted);
    await expect(queue.run(task(() => Promise.resolve()))).rejects.toMatchObject(aborted);
    await settled();
    expect(clock.pendingCount).toBe(0);
    expect(queue.sentCount).toBe(1);
  });
});
