import { describe, expect, it } from 'vitest';
import { SendSlot, type Stamped } from '../../../src/billy/throttle/send-slot.js';
import { FakeClock } from '../../support/fake-clock.js';
import { openSharedLog, type SharedLog } from '../support/shared-log.js';

/** Guarded: 1,010 ms; spaced: 506.25 ms; a stamp is too early after 2 ms. */
const LIMIT = { count: 2, windowMs: 1000 };
const TAKEN_NOW = { kind: 'taken', inMs: 0 };
const OPEN = new AbortController().signal;

interface Scene {
  readonly clock: FakeClock;
  readonly log: SharedLog;
  readonly left: SendSlot;
  readonly right: SendSlot;
}

/** Two processes, each with its slot. */
async function openScene(): Promise<Scene> {
  const clock = new FakeClock();
  const log = await openSharedLog();
  const slot = (): SendSlot => new SendSlot({ sharedSends: log, limit: LIMIT, clock });
  return { clock, log, left: slot(), right: slot() };
}

async function send(slot: SendSlot): Promise<Stamped> {
  expect(await slot.take(0)).toMatchObject({ kind: 'taken' });
  await slot.due(OPEN);
  const stamped = slot.used();
  await slot.left(stamped);
  return stamped;
}

describe('SharedSlot', () => {
  it('spaces the sends of all, and keeps their window', async () => {
    const { clock, left, right } = await openScene();
    await send(left);
    // What is due in 5 ms may be prepared now.
    expect(await right.take(0)).toEqual({ kind: 'full', waitMs: 507 - 5 });
    await clock.advance(507);
    await send(right);
    await clock.advance(500);
    expect(await left.take(0)).toMatchObject({ kind: 'full' });
    await clock.advance(10);
    await send(left);
  });

  it('makes up for what was held up while there was work', async () => {
    const { clock, left } = await openScene();
    await send(left);
    await clock.advance(700);
    expect(await left.take(700)).toEqual(TAKEN_NOW);
    await left.due(OPEN);
    left.used();
    await clock.advance(310);
    expect(await left.take(1010)).toMatchObject({ kind: 'taken' });
  });

  it('waits with what was prepared until it is due', async () => {
    const { clock, left, right } = await openScene();
    await send(left);
    await clock.advance(503);
    expect(await right.take(0)).toEqual({ kind: 'taken', inMs: 4 });
    const due = right.due(OPEN).then(() => clock.monotonicMs());
    await clock.advance(10);
    expect(await due).toBe(507);
  });

  it('keeps what it did not use for the next send, until that is very late', async () => {
    const { clock, log, left, right } = await openScene();
    await left.take(0);
    await clock.advance(250);
    expect(await left.take(0)).toEqual(TAKEN_NOW);
    expect(log.verdicts).toHaveLength(1);
    await clock.advance(257);
    // The new slot replaces the first one, so that only one of them counts.
    expect(await left.take(0)).toEqual(TAKEN_NOW);
    expect(log.verdicts).toHaveLength(2);
    await clock.advance(507);
    expect(await right.take(0)).toEqual(TAKEN_NOW);
  });

  it('leaves the stamp of a send that left on time', async () => {
    const { clock, log, left } = await openScene();
    await left.take(0);
    await clock.advance(2);
    await left.due(OPEN);
    await left.left(left.used());
    expect(log.verdicts).toHaveLength(1);
    expect(log.moves).toEqual([]);
  });

  it('moves the stamp to when a late send left, so that the others wait as long', async () => {
    const { clock, left, right } = await openScene();
    await left.take(0);
    await clock.advance(200);
    await left.due(OPEN);
    await left.left(left.used());
    await clock.advance(400);
    await send(right);
    await clock.advance(410);
    // By its first stamp the send of the left would count no more.
    expect(await right.take(0)).toMatchObject({ kind: 'full' });
    await clock.advance(200);
    await send(right);
  });

  it('moves the stamp as far as the answer tells that the request was held up', async () => {
    const { clock, log, left } = await openScene();
    for (let sent = 0; sent < 6; sent += 1) {
      const stamped = await send(left);
      await clock.advance(2);
      await left.answered(stamped);
      await clock.advance(600);
    }
    expect(log.moves).toEqual([]);
    const stamped = await send(left);
    const leftMs = clock.nowMs();
    await clock.advance(82);
    await left.answered(stamped);
    // 80 ms more than usual, less what half the guard absorbs.
    expect(log.moves).toEqual([{ slot: stamped.slot, atMs: leftMs + 75 }]);
  });

  it('is asked for again by a send that is very late, and lost when others have the window', async () => {
    const { clock, left, right } = await openScene();
    await left.take(0);
    await clock.advance(1100);
    await send(right);
    await clock.advance(507);
    await send(right);
    await expect(left.due(OPEN)).rejects.toMatchObject({
      code: 'BILLY_RATE_LIMIT',
      retry: 'wait',
    });
  });

  it('is granted to nobody during a pause of any', async () => {
    const { clock, left, right } = await openScene();
    await left.pause(5000.5);
    expect(await right.take(0)).toEqual({ kind: 'paused', waitMs: 5001 });
    await clock.advance(5001);
    await send(right);
  });

  it('follows the pace that any process has learned', async () => {
    const { clock, log, left } = await openScene();
    await send(left);
    const pace = { perSecond: 0.5, slowedAtMs: 0, changedAtMs: 0 };
    expect(await log.keep({ version: 0, pace })).toBe(true);
    await clock.advance(507);
    await send(left);
    expect(left.pace).toEqual(pace);
    expect(log.verdicts.map(({ kind }) => kind)).toEqual(['taken', 'stale', 'taken']);
    await clock.advance(990);
    expect(await left.take(0)).toMatchObject({ kind: 'full' });
  });
});
