import { describe, expect, it } from 'vitest';
import { SharedSlot } from '../../src/billy/shared-slot.js';
import { FakeClock } from '../support/fake-clock.js';
import { openSharedLog, type SharedLog } from './support/shared-log.js';

/** Guarded: 1,040 ms; spaced: 494 ms; a stamp is late after 10 ms. */
const LIMIT = { count: 2, windowMs: 1000 };
const TAKEN = { kind: 'taken' };

interface Scene {
  readonly clock: FakeClock;
  readonly log: SharedLog;
  readonly left: SharedSlot;
  readonly right: SharedSlot;
}

/** Two processes, each with its slot. */
async function openScene(): Promise<Scene> {
  const clock = new FakeClock();
  const log = await openSharedLog();
  const slot = (): SharedSlot => new SharedSlot({ sharedSends: log, limit: LIMIT, clock });
  return { clock, log, left: slot(), right: slot() };
}

async function send(slot: SharedSlot): Promise<void> {
  expect(await slot.take()).toEqual(TAKEN);
  await slot.confirm();
  slot.used();
}

describe('SharedSlot', () => {
  it('spaces the sends of all, and keeps their window', async () => {
    const { clock, left, right } = await openScene();
    await send(left);
    expect(await right.take()).toEqual({ kind: 'full', waitMs: 247 });
    await clock.advance(247);
    await send(right);
    await clock.advance(494);
    expect(await left.take()).toEqual({ kind: 'full', waitMs: 299 });
    await clock.advance(299);
    await send(left);
  });

  it('gives back what it did not use when it takes the next', async () => {
    const { clock, left, right } = await openScene();
    await left.take();
    await clock.advance(494);
    expect(await left.take()).toEqual(TAKEN);
    await clock.advance(494);
    expect(await right.take()).toEqual(TAKEN);
  });

  it('is not asked for again by a send that leaves in time', async () => {
    const { clock, log, left } = await openScene();
    await left.take();
    await clock.advance(10);
    await left.confirm();
    expect(log.verdicts).toHaveLength(1);
  });

  it('carries the time at which a late send left', async () => {
    const { clock, left, right } = await openScene();
    await left.take();
    await clock.advance(300);
    await left.confirm();
    expect(left.used()).toBe(300);
    await clock.advance(494);
    await send(right);
    // By the time its slot was taken, the send of the left would count no more.
    await clock.advance(300);
    expect(await left.take()).toEqual({ kind: 'full', waitMs: 246 });
  });

  it('is lost to a send that comes after the window and finds others in it', async () => {
    const { clock, left, right } = await openScene();
    await left.take();
    await clock.advance(1040);
    await send(right);
    await clock.advance(500);
    await send(right);
    await expect(left.confirm()).rejects.toMatchObject({
      code: 'BILLY_RATE_LIMIT',
      retry: 'wait',
      retryAfterMs: 540,
    });
  });

  it('is needed by whoever sends: one that was used is not held any more', async () => {
    const { log, left } = await openScene();
    await send(left);
    await left.confirm();
    expect(log.verdicts).toHaveLength(2);
  });

  it('is granted to nobody during a pause of any', async () => {
    const { clock, left, right } = await openScene();
    await left.pause(5000.5);
    expect(await right.take()).toEqual({ kind: 'paused', waitMs: 5001 });
    await clock.advance(5001);
    await send(right);
  });
});
