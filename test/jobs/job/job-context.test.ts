/** What every stage shares: reading and patching the job, and which errors mean an outage. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { LIMITS } from '../../../src/core/limits.js';
import {
  confirmLease,
  isOutage,
  jobRead,
  lookUpMany,
  patchJob,
  readJob,
  renewLease,
  warn,
} from '../../../src/jobs/job/job-context.js';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js';
import type { Lease } from '../../../src/model/job.js';
import { openWork } from '../../support/engine-world.js';
import { FakeClock } from '../../support/fake-clock.js';
import { stormWorld } from '../support/storm.js';

describe('isOutage', () => {
  it.each([
    ['wait', true],
    ['never', false],
    ['reconcile', false],
  ] as const)('of an error with retry %s is %s', (retry, expected) => {
    expect(isOutage(new AppError({ code: 'BILLY_SERVER', message: '', retry }))).toBe(expected);
  });

  it('is no bug and no abort', () => {
    expect(isOutage(new TypeError('bug'))).toBe(false);
    expect(isOutage(new DOMException('stop', 'AbortError'))).toBe(false);
  });
});

describe('the last check before a write', () => {
  const settings = {
    timeoutMs: 1,
    settleMs: 1,
    maxConcurrent: 1,
    rowsMax: 1,
    leaseMs: 15_000,
    abroadRulesetId: null,
    requestsPerMinute: null,
    bulkSave: false,
  };

  /** By both clocks, of which the wall clock may be set and the other one may stand still. */
  class TwoClocks extends FakeClock {
    setMs = 0;
    suspendedMs = 0;
    override nowMs(): number {
      return super.nowMs() + this.setMs + this.suspendedMs;
    }
  }

  const lease: Lease = { name: 'org:customer', owner: 'me' };

  async function checking() {
    const clock = new TwoClocks();
    const store = await openSqliteStore({ path: ':memory:' });
    onTestFinished(() => store.close());
    await store.acquireLease({ lease, nowMs: clock.nowMs(), ttlMs: settings.leaseMs });
    return { clock, store, settings, lease: { ...lease } };
  }

  it('is made again by whoever slept over it, until it is recent', async () => {
    const parts = await checking();
    const sleepsMs = [60_000, 5000, 4999];
    let checks = 0;
    await confirmLease(parts, async () => {
      await parts.clock.advance(sleepsMs[checks] ?? 0);
      checks += 1;
    });
    expect(checks).toBe(3);
  });

  it('ends with what it finds', async () => {
    const parts = await checking();
    let checks = 0;
    const check = async (): Promise<void> => {
      checks += 1;
      if (checks === 2) throw new AppError({ code: 'STORE_FAILED', message: '' });
      await parts.clock.advance(60_000);
    };
    await expect(confirmLease(parts, check)).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });

  it('ends when somebody else has the lease', async () => {
    const parts = await checking();
    const thief = { name: lease.name, owner: 'thief' };
    const check = async (): Promise<void> => {
      await parts.clock.advance(60_000);
      await parts.store.acquireLease({ lease: thief, nowMs: parts.clock.nowMs(), ttlMs: 9e6 });
    };
    await expect(confirmLease(parts, check)).rejects.toMatchObject({ code: 'LEASE_LOST' });
  });

  it.each<[string, (clock: TwoClocks) => Promise<void> | void]>([
    ['the process was stopped', (clock) => clock.advance(5000)],
    ['the machine was suspended', (clock) => void (clock.suspendedMs += 5000)],
    ['the clock was set forward', (clock) => void (clock.setMs += 3_600_000)],
    ['the clock was set back', (clock) => void (clock.setMs -= 3_600_000)],
  ])(
    'counts no more at the last moment when %s, and counts when it is made again',
    async (_, act) => {
      const parts = await checking();
      const first = await confirmLease(parts, () => Promise.resolve());
      expect(first()).toBe(true);
      await act(parts.clock);
      expect(first()).toBe(false);
      const second = await confirmLease(parts, () => Promise.resolve());
      expect(second()).toBe(true);
    },
  );

  it('counts no longer than the lease, which is renewed for it', async () => {
    const parts = await checking();
    await renewLease(parts, parts.lease);
    await parts.clock.advance(14_000);
    // The check is new, and the lease runs out in a second.
    const first = await confirmLease(parts, () => Promise.resolve());
    expect(first()).toBe(true);
    await parts.clock.advance(1000);
    expect(first()).toBe(false);
    const second = await confirmLease(parts, () => Promise.resolve());
    await parts.clock.advance(4999);
    expect(second()).toBe(true);
  });
});

describe('a look at many records', () => {
  it('asks for few and lists for more, and knows who is gone', async () => {
    const world = await stormWorld({ sandbox: { contacts: 20 }, isHeld: true });
    const context = await openWork(world, await world.startImport('name\nA'));
    const ids = world.held('contacts').map(({ id }) => id);
    for (const [count, requests] of [
      [0, 0],
      [LIMITS.lookUpsMax - 1, LIMITS.lookUpsMax],
      [LIMITS.lookUpsMax, 1],
      [20, 1],
    ] as const) {
      const wanted = count === 0 ? [] : [...ids.slice(0, count), 'GONE'];
      const from = world.requests().length;
      const found = await lookUpMany(context, wanted);
      expect(world.requests(from)).toHaveLength(requests);
      expect([...found.keys()].sort()).toEqual([...wanted].sort());
      for (const id of wanted) expect(found.get(id)?.id ?? 'GONE').toBe(id);
    }
  });
});

describe('the job of a stage', () => {
  it('is read, patched and warned of, each warning once', async () => {
    const world = await stormWorld({ isHeld: true });
    const context = await openWork(world, await world.startImport('name\nAlfa'));
    const [one, two] = [
      { code: 'A', message: '1' },
      { code: 'A', message: '2' },
    ];
    await warn(context, []);
    await warn(context, [one]);
    await warn(context, [one, two]);
    await warn(context, [two]);
    expect((await readJob(context)).warnings).toEqual([one, two]);
    await patchJob(context, { totalRows: 7 });
    expect((await readJob(context)).totalRows).toBe(7);
    expect(jobRead(context)).toMatchObject({ priority: 'job', signal: context.stop });
  });

  it('is warned of a list that Billy counts wrongly, once for each', async () => {
    const world = await stormWorld({ isHeld: true });
    const context = await openWork(world, await world.startImport('name\nAlfa'));
    const { onUnstable } = jobRead(context);
    for (const collection of ['contacts', 'bills', 'contacts'] as const) {
      await onUnstable?.(collection);
    }
    const { warnings } = await readJob(context);
    expect(warnings.map(({ code }) => code)).toEqual(['LIST_UNSTABLE', 'LIST_UNSTABLE']);
    expect(warnings[0]?.message).toContain('contacts');
  });

  it('that is gone from the store is an error of its own', async () => {
    const world = await stormWorld({ isHeld: true });
    await expect(readJob({ store: world.store, jobId: 'none' })).rejects.toMatchObject({
      code: 'JOB_NOT_FOUND',
    });
  });

  it('is not patched without its lease', async () => {
    const world = await stormWorld({ isHeld: true });
    const context = await openWork(world, await world.startImport('name\nAlfa'));
    await world.store.releaseLease({ lease: context.lease });
    await expect(patchJob(context, { totalRows: 7 })).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect((await readJob(context)).totalRows).toBeNull();
  });
});
