import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isoTime, systemClock } from '../../src/core/clock.js';

const START_MS = Date.parse('2026-03-01T12:00:00Z');

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A promise that can be asked whether it is settled. */
function watch(promise: Promise<void>): { isDone: () => Promise<boolean> } {
  let isSettled = false;
  void promise.then(() => {
    isSettled = true;
  });
  return {
    isDone: async () => {
      await vi.advanceTimersByTimeAsync(0);
      return isSettled;
    },
  };
}

describe('now', () => {
  it('is the wall clock in milliseconds', async () => {
    expect(systemClock.nowMs()).toBe(START_MS);
    await vi.advanceTimersByTimeAsync(1500);
    expect(systemClock.nowMs()).toBe(START_MS + 1500);
  });

  it('is monotonic apart from the wall clock', async () => {
    const before = systemClock.monotonicMs();
    await vi.advanceTimersByTimeAsync(1500);
    vi.setSystemTime(0);
    expect(systemClock.monotonicMs() - before).toBe(1500);
  });
});

describe('sleep', () => {
  it('ends after its time, not before', async () => {
    const asleep = watch(systemClock.sleep(100));
    await vi.advanceTimersByTimeAsync(99);
    expect(await asleep.isDone()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await asleep.isDone()).toBe(true);
  });

  it('takes less than nothing as nothing', async () => {
    const asleep = watch(systemClock.sleep(-50));
    await vi.advanceTimersByTimeAsync(1);
    expect(await asleep.isDone()).toBe(true);
  });

  it('does not begin when the signal has fired', async () => {
    await systemClock.sleep(100, AbortSignal.abort());
    expect(vi.getTimerCount()).toBe(0);
  });

  it('wakes when the signal fires, without failing, and leaves no timer', async () => {
    const controller = new AbortController();
    const asleep = watch(systemClock.sleep(100, controller.signal));
    expect(await asleep.isDone()).toBe(false);
    controller.abort();
    expect(await asleep.isDone()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets go of a signal that never fires', async () => {
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, 'removeEventListener');
    const asleep = watch(systemClock.sleep(100, signal));
    await vi.advanceTimersByTimeAsync(100);
    expect(await asleep.isDone()).toBe(true);
    expect(remove).toHaveBeenCalledWith('abort', expect.any(Function));
  });
});

describe('turn', () => {
  it('comes after everything that is due, and asks for no timer', async () => {
    vi.useRealTimers();
    const order: string[] = [];
    const timers = vi.spyOn(globalThis, 'setTimeout');
    setImmediate(() => order.push('due'));
    const turned = systemClock.turn().then(() => order.push('turn'));
    // However many steps follow at once, they are one turn.
    for (let step = 0; step < 100; step += 1) await Promise.resolve();
    order.push('at once');
    await turned;
    expect(order).toEqual(['at once', 'due', 'turn']);
    expect(timers).not.toHaveBeenCalled();
    timers.mockRestore();
  });
});

describe('deadline', () => {
  it('aborts after its time, as a timeout', async () => {
    const { signal } = systemClock.deadline(100);
    await vi.advanceTimersByTimeAsync(99);
    expect(signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
  });

  it('never aborts once it is cancelled', async () => {
    const { signal, cancel } = systemClock.deadline(100);
    cancel();
    await vi.advanceTimersByTimeAsync(1000);
    expect(signal.aborted).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('every', () => {
  it('runs again and again until it is stopped', async () => {
    const run = vi.fn();
    const stop = systemClock.every(100, run);
    await vi.advanceTimersByTimeAsync(350);
    expect(run).toHaveBeenCalledTimes(3);
    stop();
    await vi.advanceTimersByTimeAsync(1000);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('does not keep the process up', () => {
    vi.useRealTimers();
    const started = vi.spyOn(globalThis, 'setInterval');
    const stop = systemClock.every(60_000, () => undefined);
    const timer = started.mock.results[0]?.value as NodeJS.Timeout;
    expect(timer.hasRef()).toBe(false);
    stop();
    started.mockRestore();
  });
});

describe('chance', () => {
  it('lies in [0, 1)', () => {
    const drawn = Array.from({ length: 1000 }, () => systemClock.random());
    expect(drawn.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(new Set(drawn).size).toBeGreaterThan(900);
  });

  it('makes names of the asked length that do not repeat', () => {
    const names = Array.from({ length: 1000 }, () => systemClock.randomHex(8));
    expect(names.every((name) => /^[0-9a-f]{16}$/.test(name))).toBe(true);
    expect(new Set(names).size).toBe(1000);
  });
});

describe('isoTime', () => {
  it.each([
    [0, '1970-01-01T00:00:00.000Z'],
    [START_MS + 7, '2026-03-01T12:00:00.007Z'],
    [null, null],
  ])('%o is %o', (ms, text) => {
    expect(isoTime(ms)).toBe(text);
  });
});
