/** A recreation whose answer was lost, and then something else happens: still one record, the right one. */
import { describe, expect, it } from 'vitest';
import type { FaultKind } from '../../src/sandbox/world/options.js';
import { askUndo, plantCustomers, undone } from './support/deletions.js';
import {
  created,
  expectAll,
  expectBack,
  expectToldSince,
  gone,
  goneFrom,
  type Gone,
} from './support/recreation.js';
import { every, stormWorld } from './support/storm.js';

describe('a lost answer, and then', () => {
  /** Until a create has reached Billy whose answer never comes. */
  async function withLostCreate(on: Gone, kind: FaultKind): Promise<void> {
    const { world, jobId } = on;
    world.sandbox.control.setFaults(every(1, kind));
    await askUndo(world, jobId);
    await world.until(jobId, () => created(on) > 0);
    // Its answer is known to be lost now, and the look at Billy is still to come.
    await world.clock.sleep(world.settings.timeoutMs);
    world.sandbox.control.setFaults(null);
  }

  it.each(['reset-after', 'timeout-after'] as const)(
    'a stop (%s): not made twice',
    async (kind) => {
      const on = await gone('customer', 1, { settleMs: 6000 });
      await withLostCreate(on, kind);
      await on.world.restart();
      expectAll(await on.world.ended(on.jobId), 1);
      await expectBack(on, 'customer');
      expect(created(on)).toBe(1);
    },
  );

  it.each(['reset-after', 'timeout-after'] as const)(
    'an outage (%s): not made twice',
    async (kind) => {
      const on = await gone('customer', 1, { settleMs: 6000 });
      await withLostCreate(on, kind);
      on.world.sandbox.control.setDown(true, '503');
      await on.world.clock.sleep(90_000);
      on.world.sandbox.control.setDown(false);
      expectAll(await on.world.ended(on.jobId), 1);
      await expectBack(on, 'customer');
      expect(created(on)).toBe(1);
    },
  );

  it('a revoked token: errored, and found by the next rollback', async () => {
    const on = await gone('customer', 1, { settleMs: 6000 });
    const { world, jobId } = on;
    await withLostCreate(on, 'reset-after');
    world.sandbox.control.revokeToken();
    const first = await world.ended(jobId);
    expect(first).toMatchObject({ status: 'partially_rolled_back', error: { code: 'BILLY_AUTH' } });
    world.sandbox.control.revokeToken(false);
    expectAll(await undone(world, jobId), 1);
    await expectBack(on, 'customer');
    expect(created(on)).toBe(1);
  });

  it.each(['reset-after', 'reset-before'] as const)(
    'a stop (%s): told once in the journal',
    async (kind) => {
      const on = await gone('customer', 2, { settleMs: 6000 });
      const { world, jobId, from } = on;
      world.sandbox.control.setFaults(every(1, kind));
      await askUndo(world, jobId);
      await world.until(jobId, () => world.writes(from).length >= 2);
      await world.clock.sleep(1000);
      world.sandbox.control.setFaults(null);
      await world.restart();
      expectAll(await world.ended(jobId), 2);
      await expectBack(on, 'customer');
      await expectToldSince(on, 2);
    },
  );
});

describe('records that are nearly alike', () => {
  const alike = { name: 'Kæde ApS', contactNo: null, contactPersons: [] };

  // Either may be the first to be sent: the one that says less must not take the other.
  it.each([1, 2])('are not taken for each other (number %i says more)', async (more) => {
    const world = await stormWorld();
    const ids = await plantCustomers(world, 2, (no) =>
      no === more ? { ...alike, fax: '99' } : alike,
    );
    const on = await goneFrom(world, 'customer', ids);
    const { jobId } = on;
    // One create never arrives while the other does, and both answers are lost.
    const everyNthWrite = [
      { n: 2, kind: 'reset-after', times: 1 },
      { n: 1, kind: 'reset-before', times: 1 },
    ] as const;
    const plan = { seed: 1, rates: {}, everyNthWrite: [...everyNthWrite], lateMs: 0 };
    world.sandbox.control.setFaults(plan);
    await askUndo(world, jobId);
    expectAll(await world.ended(jobId), 2);
    await expectBack(on, 'customer');
    expect(created(on)).toBe(2);
  });
});

describe('a rollback that many records are left over from', () => {
  it('waits once for what may still arrive, not once a record', async () => {
    const on = await gone('customer', 40);
    const { world, jobId } = on;
    await askUndo(world, jobId);
    await world.until(jobId, ({ rollback }) => (rollback?.reversed ?? 0) >= 1);
    world.sandbox.control.revokeToken();
    const first = await world.ended(jobId);
    expect(first.rollback?.errored).toBeGreaterThan(20);
    world.sandbox.control.revokeToken(false);
    const startMs = world.clock.monotonicMs();
    expectAll(await undone(world, jobId), 40);
    const { timeoutMs, settleMs } = world.settings;
    expect(world.clock.monotonicMs() - startMs).toBeLessThan(5 * (timeoutMs + settleMs));
    await expectBack(on, 'customer');
    expect(created(on)).toBe(40);
  });
});
