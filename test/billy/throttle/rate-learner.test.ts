import { describe, expect, it } from 'vitest';
import { learnedRateOf, type LearnedRate } from '../../../src/billy/throttle/learned-rate.js';
import { RateLearner } from '../../../src/billy/throttle/rate-learner.js';
import { SendSlot } from '../../../src/billy/throttle/send-slot.js';
import { FakeClock } from '../../support/fake-clock.js';
import { openSharedLog, type SharedLog } from '../support/shared-log.js';

const LIMIT = { count: 20, windowMs: 1000 };
const OPEN = new AbortController().signal;
const MINUTE_MS = 60_000;

interface Process {
  readonly slot: SendSlot;
  readonly learner: RateLearner;
}

interface Scene {
  readonly clock: FakeClock;
  readonly log: SharedLog;
  readonly left: Process;
  readonly right: Process;
}

async function openScene(): Promise<Scene> {
  const clock = new FakeClock();
  const sharedSends = await openSharedLog();
  const parts = { sharedSends, limit: LIMIT, clock };
  const start = (): Process => ({ slot: new SendSlot(parts), learner: new RateLearner(parts) });
  return { clock, log: sharedSends, left: start(), right: start() };
}

/** Sends as soon as it may; the name of its slot. */
async function send({ clock }: Scene, { slot }: Process): Promise<string> {
  for (;;) {
    const verdict = await slot.take(0);
    if (verdict.kind !== 'taken') {
      await clock.advance(verdict.waitMs);
      continue;
    }
    const due = slot.due(OPEN);
    await clock.advance(verdict.inMs);
    await due;
    return slot.used().slot;
  }
}

async function keptPace({ log, clock }: Scene): Promise<LearnedRate | null> {
  const nowMs = clock.nowMs();
  return learnedRateOf((await log.read({ sinceMs: nowMs, untilMs: nowMs })).kept.pace);
}

describe('a 429', () => {
  it('slows down every process, and siblings of it change nothing more', async () => {
    const scene = await openScene();
    const { left, right, clock } = scene;
    for (let sent = 0; sent < 5; sent += 1) {
      await send(scene, left);
      await send(scene, right);
    }
    const [first, sibling] = [await send(scene, left), await send(scene, right)];
    const pace = await left.learner.refused(first);
    expect(pace?.perSecond).toBeCloseTo(20 * 0.8, 0);
    expect(await right.learner.refused(sibling)).toBeNull();
    expect(await keptPace(scene)).toEqual(pace);
    const startMs = clock.monotonicMs();
    for (let sent = 0; sent < 10; sent += 1) await send(scene, right);
    expect(clock.monotonicMs() - startMs).toBeGreaterThan(560);
  });

  it('of a send that is kept no more teaches nothing', async () => {
    const scene = await openScene();
    expect(await scene.left.learner.refused('long ago')).toBeNull();
  });

  it('is learned from once by two processes that are refused at the same moment', async () => {
    const scene = await openScene();
    const { left, right } = scene;
    for (let sent = 0; sent < 8; sent += 1) await send(scene, left);
    const slots = [await send(scene, left), await send(scene, right)] as const;
    const paces = await Promise.all([
      left.learner.refused(slots[0]),
      right.learner.refused(slots[1]),
    ]);
    expect(paces.filter((pace) => pace !== null)).toHaveLength(1);
  });
});

describe('a time without 429s', () => {
  it('lets the pace go up by a step, once for all, when it was used', async () => {
    const scene = await openScene();
    const { left, right, clock } = scene;
    for (let sent = 0; sent < 10; sent += 1) await send(scene, left);
    const slow = await left.learner.refused(await send(scene, left));
    await clock.advance(10 * MINUTE_MS);
    // Ten minutes have passed, but the rate was not used.
    expect(await left.learner.accepted(slow)).toBeNull();
    const endMs = clock.monotonicMs() + MINUTE_MS;
    while (clock.monotonicMs() < endMs) await send(scene, left);
    const [one, other] = [await left.learner.accepted(slow), await right.learner.accepted(slow)];
    expect(one?.perSecond).toBeCloseTo((slow?.perSecond ?? 0) * 1.025);
    expect(other).toBeNull();
  });

  it('finds the rate again after a restart', async () => {
    const scene = await openScene();
    const { left, clock, log } = scene;
    await send(scene, left);
    const slow = await left.learner.refused(await send(scene, left));
    const restarted = new SendSlot({ sharedSends: log, limit: LIMIT, clock });
    await clock.advance(1000);
    await restarted.take(0);
    expect(restarted.pace).toEqual(slow);
    expect(restarted.spacingMs).toBeCloseTo(1000 / (slow?.perSecond ?? 0));
  });

  it('is not looked at when nothing was learned', async () => {
    const scene = await openScene();
    await scene.log.close();
    expect(await scene.left.learner.accepted(null)).toBeNull();
  });
});
