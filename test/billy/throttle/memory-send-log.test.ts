import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySendLog } from '../../../src/billy/throttle/memory-send-log.js';
import type { SendRequest } from '../../../src/model/send-log.js';

const TAKEN_NOW = { kind: 'taken', inMs: 0 };

let slots = 0;
function ask(nowMs: number, more: Partial<SendRequest> = {}): SendRequest {
  slots += 1;
  return {
    slot: `slot-${String(slots)}`,
    count: 2,
    windowMs: 1000,
    spacingMs: 0,
    catchUpMs: 0,
    leadMs: 0,
    keepMs: 60_000,
    paceVersion: 0,
    now: () => nowMs,
    ...more,
  };
}

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

describe('the window', () => {
  it('lets so many through at once, and the next when the first has left', async () => {
    const sends = new MemorySendLog();
    expect(await sends.take(ask(0))).toEqual(TAKEN_NOW);
    expect(await sends.take(ask(400))).toEqual(TAKEN_NOW);
    expect(await sends.take(ask(400))).toEqual({ kind: 'full', waitMs: 600 });
    expect(await sends.take(ask(1000))).toEqual(TAKEN_NOW);
  });

  it('never holds more than its count, whoever asks when, and however late sends leave', async () => {
    const arrivals = fc.array(
      fc.record({
        gapMs: fc.integer({ min: 0, max: 400 }),
        lateMs: fc.integer({ min: 0, max: 50 }),
      }),
      { minLength: 1, maxLength: 120 },
    );
    const limits = fc.record({
      count: fc.integer({ min: 1, max: 20 }),
      windowMs: fc.integer({ min: 100, max: 3000 }),
      leadMs: fc.integer({ min: 0, max: 50 }),
      spacingMs: fc.integer({ min: 0, max: 80 }),
      catchUpMs: fc.integer({ min: 0, max: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(arrivals, limits, async (gaps, limit) => {
        const sends = new MemorySendLog();
        const left: number[] = [];
        let nowMs = 0;
        for (const { gapMs, lateMs } of gaps) {
          nowMs += gapMs;
          for (;;) {
            const asked = ask(nowMs, limit);
            const verdict = await sends.take(asked);
            if (verdict.kind === 'full') nowMs += verdict.waitMs;
            if (verdict.kind !== 'taken') continue;
            const atMs = nowMs + verdict.inMs + lateMs;
            await sends.move({ slot: asked.slot, atMs });
            left.push(atMs);
            break;
          }
        }
        left.sort((one, other) => one - other);
        expect(mostInWindow(left, limit.windowMs)).toBeLessThanOrEqual(limit.count);
      }),
    );
  });

  it('counts a slot that is asked for again once', async () => {
    const sends = new MemorySendLog();
    await sends.take(ask(0, { slot: 'late' }));
    await sends.take(ask(10));
    expect(await sends.take(ask(600, { slot: 'late' }))).toEqual(TAKEN_NOW);
    expect(await sends.take(ask(1010))).toEqual(TAKEN_NOW);
    expect(await sends.take(ask(1010))).toEqual({ kind: 'full', waitMs: 590 });
  });
});

describe('the spacing', () => {
  const spaced = { count: 9, spacingMs: 300, catchUpMs: 150 };

  it('is kept on average: what is late is made up for, as far as it may be', async () => {
    const sends = new MemorySendLog();
    // The first counts as late by all that may be made up for.
    expect(await sends.take(ask(0, spaced))).toEqual(TAKEN_NOW);
    expect(await sends.take(ask(100, spaced))).toEqual({ kind: 'full', waitMs: 50 });
    expect(await sends.take(ask(250, spaced))).toEqual(TAKEN_NOW);
    expect(await sends.take(ask(251, spaced))).toEqual({ kind: 'full', waitMs: 199 });
    expect(await sends.take(ask(450, spaced))).toEqual(TAKEN_NOW);
  });

  it('lets a quarter of it pass even when much is to be made up for', async () => {
    const sends = new MemorySendLog();
    const stalled = { ...spaced, catchUpMs: 900 };
    await sends.take(ask(0, stalled));
    expect(await sends.take(ask(0, stalled))).toEqual({ kind: 'full', waitMs: 75 });
    expect(await sends.take(ask(75, stalled))).toEqual(TAKEN_NOW);
  });

  it('lets a send be stamped ahead', async () => {
    const sends = new MemorySendLog();
    await sends.take(ask(0, spaced));
    expect(await sends.take(ask(120, { ...spaced, leadMs: 40 }))).toEqual({
      kind: 'taken',
      inMs: 30,
    });
  });
});

describe('a clock that is set back', () => {
  const HOUR_MS = 3_600_000;

  it('makes what lies ahead count as now', async () => {
    const sends = new MemorySendLog();
    const spaced = { spacingMs: 300, catchUpMs: 150 };
    await sends.take(ask(HOUR_MS, spaced));
    await sends.take(ask(HOUR_MS + 400, spaced));
    await sends.pause({ nowMs: HOUR_MS, ms: 1000 });
    expect(await sends.take(ask(0))).toEqual({ kind: 'full', waitMs: 1000 });
    expect(await sends.take(ask(1000, spaced))).toEqual(TAKEN_NOW);
  });
});

describe('a pause', () => {
  it('holds everybody, the longest one', async () => {
    const sends = new MemorySendLog();
    await sends.pause({ nowMs: 0, ms: 5000 });
    await sends.pause({ nowMs: 0, ms: 1000 });
    expect(await sends.take(ask(1))).toEqual({ kind: 'paused', waitMs: 4999 });
    expect(await sends.take(ask(5000))).toEqual(TAKEN_NOW);
  });

  it('is not made up for', async () => {
    const sends = new MemorySendLog();
    const spaced = { count: 9, spacingMs: 100, catchUpMs: 1000 };
    await sends.take(ask(0, spaced));
    await sends.pause({ nowMs: 1, ms: 500 });
    expect(await sends.take(ask(501, spaced))).toEqual(TAKEN_NOW);
    expect(await sends.take(ask(501, spaced))).toEqual({ kind: 'full', waitMs: 100 });
  });
});

describe('what was sent', () => {
  it('can be read without what was refused', async () => {
    const sends = new MemorySendLog();
    for (const atMs of [0, 1000, 2000, 3000]) {
      await sends.take(ask(atMs, { slot: `at ${String(atMs)}` }));
    }
    expect(await sends.refuse({ slot: 'at 2000' })).toBe(2000);
    expect(await sends.refuse({ slot: 'never' })).toBeNull();
    const { accepted } = await sends.read({ sinceMs: 1000, untilMs: 3000 });
    expect(accepted).toEqual([1000]);
  });

  it('is forgotten after the time it is kept for', async () => {
    const sends = new MemorySendLog();
    await sends.take(ask(0, { keepMs: 5000 }));
    await sends.take(ask(5000, { keepMs: 5000 }));
    expect((await sends.read({ sinceMs: 0, untilMs: 9000 })).accepted).toEqual([5000]);
  });
});

describe('a pace', () => {
  it('is changed by who knows the last one, and stale for who does not', async () => {
    const sends = new MemorySendLog();
    expect(await sends.keep({ version: 0, pace: 'slow' })).toBe(true);
    expect(await sends.keep({ version: 0, pace: 'other' })).toBe(false);
    const kept = { version: 1, pace: 'slow' };
    expect(await sends.take(ask(0))).toEqual({ kind: 'stale', kept });
    expect(await sends.take(ask(0, { paceVersion: 1 }))).toEqual(TAKEN_NOW);
  });
});
