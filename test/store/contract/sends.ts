/** Sends: one count under one limit, whoever asks. */
import { describe, expect, it } from 'vitest';
import type { SendDecision } from '../../../src/model/send-log.js';
import type { JobStore } from '../../../src/store/job-store.js';
import type { ScopedSendRequest } from '../../../src/store/ports/send-log.js';
import { freshStore, NOW_MS, type OpenStore } from './fixtures.js';

const WINDOW_MS = 1000;
const TAKEN: SendDecision = { kind: 'taken', inMs: 0 };
const MINUTE_MS = 60_000;

let slots = 0;

/** Asks at NOW_MS + `atMs`; two sends a second, unless told otherwise. */
function takeAt(
  store: JobStore,
  atMs: number,
  ask: Partial<ScopedSendRequest> = {},
): Promise<SendDecision> {
  slots += 1;
  return store.reserveSend({
    scope: 'account',
    slot: `slot-${String(slots)}`,
    count: 2,
    windowMs: WINDOW_MS,
    spacingMs: 0,
    catchUpMs: 0,
    leadMs: 0,
    keepMs: WINDOW_MS,
    paceVersion: 0,
    now: () => NOW_MS + atMs,
    ...ask,
  });
}

const full = (waitMs: number): SendDecision => ({ kind: 'full', waitMs });

function describeTaking(open: OpenStore): void {
  const store = freshStore(open);

  it('are stamped while the window has room, and told when it has some again', async () => {
    expect(await takeAt(store(), 0)).toEqual(TAKEN);
    expect(await takeAt(store(), 400)).toEqual(TAKEN);
    expect(await takeAt(store(), 500)).toEqual(full(500));
    expect(await takeAt(store(), 999)).toEqual(full(1));
    expect(await takeAt(store(), 1000)).toEqual(TAKEN);
    expect(await takeAt(store(), 1000)).toEqual(full(400));
  });

  it('never exceed the limit however many ask at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const asks = Array.from({ length: 12 }, () =>
        takeAt(store(), round * WINDOW_MS, { count: 5 }),
      );
      const taken = (await Promise.all(asks)).filter(({ kind }) => kind === 'taken');
      expect(taken).toHaveLength(5);
    }
  });

  it('are counted apart where the limit is another', async () => {
    for (const scope of ['account', 'other']) {
      expect(await takeAt(store(), 0, { scope, count: 1 })).toEqual(TAKEN);
    }
    expect(await takeAt(store(), 1, { count: 1 })).toEqual(full(999));
  });

  it('are stamped anew under the same name, which needs no second place', async () => {
    const slot = 'late';
    expect(await takeAt(store(), 0, { slot })).toEqual(TAKEN);
    expect(await takeAt(store(), 10)).toEqual(TAKEN);
    expect(await takeAt(store(), 600, { slot })).toEqual(TAKEN);
    expect(await takeAt(store(), 1000)).toEqual(full(10));
    expect(await takeAt(store(), 1010)).toEqual(TAKEN);
    expect(await takeAt(store(), 1010)).toEqual(full(590));
  });

  it('are told the time of their stamp', async () => {
    let asked = 0;
    const now = (): number => {
      asked += 1;
      return NOW_MS + 7;
    };
    await takeAt(store(), 0, { now, count: 1 });
    expect(asked).toBe(1);
    expect(await takeAt(store(), 8, { count: 1 })).toEqual(full(999));
  });
}

function describeClock(open: OpenStore): void {
  const store = freshStore(open);

  it('that seem to come from the future count as sent now', async () => {
    const HOUR_MS = 60 * MINUTE_MS;
    expect(await takeAt(store(), HOUR_MS)).toEqual(TAKEN);
    expect(await takeAt(store(), HOUR_MS + 1)).toEqual(TAKEN);
    expect(await takeAt(store(), 0)).toEqual(full(WINDOW_MS));
    expect(await takeAt(store(), 600)).toEqual(full(400));
    expect(await takeAt(store(), 1000)).toEqual(TAKEN);
  });
}

function describeSpacing(open: OpenStore): void {
  const store = freshStore(open);

  it('come spaced, whoever sent last; one that is late brings the next forward', async () => {
    const ask = { count: 9, spacingMs: 300, catchUpMs: 150 };
    expect(await takeAt(store(), 0, ask)).toEqual(TAKEN);
    // The first one counts as late by all that may be made up for.
    expect(await takeAt(store(), 100, ask)).toEqual(full(50));
    expect(await takeAt(store(), 150, ask)).toEqual(TAKEN);
    expect(await takeAt(store(), 449, ask)).toEqual(full(1));
    expect(await takeAt(store(), 500, ask)).toEqual(TAKEN);
    expect(await takeAt(store(), 500, ask)).toEqual(full(250));
    expect(await takeAt(store(), 999, ask)).toEqual(TAKEN);
    expect(await takeAt(store(), 999, ask)).toEqual(full(150));
  });

  it('come a quarter of it apart however much is to be made up for', async () => {
    const ask = { count: 9, spacingMs: 100, catchUpMs: 1000 };
    expect(await takeAt(store(), 0, ask)).toEqual(TAKEN);
    expect(await takeAt(store(), 0, ask)).toEqual(full(25));
    expect(await takeAt(store(), 25, ask)).toEqual(TAKEN);
  });

  it('may be stamped ahead, and count from then on', async () => {
    const ask = { spacingMs: 300, leadMs: 20 };
    expect(await takeAt(store(), 0, ask)).toEqual(TAKEN);
    expect(await takeAt(store(), 270, ask)).toEqual(full(10));
    expect(await takeAt(store(), 285, ask)).toEqual({ kind: 'taken', inMs: 15 });
    expect(await takeAt(store(), 1000)).toEqual(TAKEN);
    expect(await takeAt(store(), 1000)).toEqual(full(300));
  });

  it('are not held up by what was due before the clock was set back', async () => {
    const ask = { count: 9, spacingMs: 300 };
    expect(await takeAt(store(), 60 * MINUTE_MS, ask)).toEqual(TAKEN);
    // Sent just now, for all that is known.
    expect(await takeAt(store(), 0, ask)).toEqual(full(75));
    expect(await takeAt(store(), 75, ask)).toEqual(TAKEN);
    expect(await takeAt(store(), 374, ask)).toEqual(full(1));
    expect(await takeAt(store(), 375, ask)).toEqual(TAKEN);
  });
}

function describePausing(open: OpenStore): void {
  const store = freshStore(open);
  const pause = (atMs: number, ms: number, scope = 'account'): Promise<void> =>
    store().pauseSends({ scope, nowMs: NOW_MS + atMs, ms });
  const paused = (waitMs: number): SendDecision => ({ kind: 'paused', waitMs });

  it('wait for a pause to end, all of them', async () => {
    await pause(0, 5000);
    expect(await takeAt(store(), 1)).toEqual(paused(4999));
    expect(await takeAt(store(), 4999)).toEqual(paused(1));
    expect(await takeAt(store(), 5000)).toEqual(TAKEN);
  });

  it('do not make up for a pause', async () => {
    const ask = { count: 9, spacingMs: 100, catchUpMs: 1000 };
    await takeAt(store(), 0, ask);
    await pause(1, 500);
    expect(await takeAt(store(), 501, ask)).toEqual(TAKEN);
    expect(await takeAt(store(), 501, ask)).toEqual(full(100));
  });

  it('wait for the pause that ends last', async () => {
    await pause(0, 5000);
    await pause(100, 1000);
    expect(await takeAt(store(), 2000)).toEqual(paused(3000));
    await pause(2000, 6000);
    expect(await takeAt(store(), 2000)).toEqual(paused(6000));
  });

  it("do not wait for another limit's pause", async () => {
    await pause(0, 5000, 'other');
    expect(await takeAt(store(), 1)).toEqual(TAKEN);
  });

  it('do not wait for a pause from before the clock was set back, and for a new one they do', async () => {
    await pause(60 * MINUTE_MS, 1000);
    expect(await takeAt(store(), 0)).toEqual(TAKEN);
    await pause(1, 1000);
    expect(await takeAt(store(), 2)).toEqual(paused(999));
  });
}

function describeMoving(open: OpenStore): void {
  const store = freshStore(open);

  it('count from when they left, when that was later', async () => {
    await takeAt(store(), 0, { slot: 'late', count: 1 });
    await store().correctSendTime({ slot: 'late', atMs: NOW_MS + 200 });
    await store().correctSendTime({ slot: 'late', atMs: NOW_MS + 100 });
    await store().correctSendTime({ slot: 'another', atMs: NOW_MS + 900 });
    expect(await takeAt(store(), 1000, { count: 1 })).toEqual(full(200));
    expect(await takeAt(store(), 1200, { count: 1 })).toEqual(TAKEN);
  });
}

function describePace(open: OpenStore): void {
  const store = freshStore(open);
  const read = (sinceMs: number, untilMs: number): ReturnType<JobStore['readSends']> => {
    const span = { sinceMs: NOW_MS + sinceMs, untilMs: NOW_MS + untilMs };
    return store().readSends({ scope: 'account', ...span });
  };
  const keep = (version: number, pace: unknown, scope = 'account'): Promise<boolean> =>
    store().saveLearnedRate({ scope, version, pace });

  it('can be read for as long as they are kept, without those that were refused', async () => {
    const ask = { keepMs: 5000 };
    for (const atMs of [0, 1000, 2000, 3000]) {
      await takeAt(store(), atMs, { ...ask, slot: `at ${String(atMs)}` });
    }
    await takeAt(store(), 1500, { ...ask, scope: 'other' });
    expect(await store().markRefused({ slot: 'at 2000' })).toBe(NOW_MS + 2000);
    expect(await store().markRefused({ slot: 'never' })).toBeNull();
    expect((await read(1000, 3000)).accepted).toEqual([NOW_MS + 1000]);
    expect((await read(0, 9000)).accepted).toEqual([0, 1000, 3000].map((atMs) => NOW_MS + atMs));
    await takeAt(store(), 5000, ask);
    expect((await read(0, 4000)).accepted).toEqual([1000, 3000].map((atMs) => NOW_MS + atMs));
  });

  it('have a pace, which is changed by who knows the last one', async () => {
    expect((await read(0, 1)).kept).toEqual({ version: 0, pace: null });
    await takeAt(store(), 0);
    expect(await keep(0, { perSecond: 5 })).toBe(true);
    expect(await keep(0, { perSecond: 6 })).toBe(false);
    expect(await keep(0, { perSecond: 7 }, 'unheard of')).toBe(false);
    expect((await read(0, 1)).kept).toEqual({ version: 1, pace: { perSecond: 5 } });
  });

  it('are not stamped for who goes by another pace', async () => {
    await takeAt(store(), 0);
    await keep(0, { perSecond: 5 });
    const kept = { version: 1, pace: { perSecond: 5 } };
    expect(await takeAt(store(), 10)).toEqual({ kind: 'stale', kept });
    expect(await takeAt(store(), 10, { paceVersion: 1 })).toEqual(TAKEN);
    expect(await takeAt(store(), 10, { scope: 'other' })).toEqual(TAKEN);
  });
}

export function describeSends(open: OpenStore): void {
  describe('sends', () => {
    describeTaking(open);
    describeClock(open);
    describeSpacing(open);
    describePausing(open);
    describeMoving(open);
    describePace(open);
  });
}
