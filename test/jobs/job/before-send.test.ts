import { describe, expect, it, onTestFinished } from 'vitest';
import type { MayLeave } from '../../../src/billy/types.js';
import { AppError } from '../../../src/core/errors.js';
import { LIMITS } from '../../../src/core/limits.js';
import { beforeSend, writeOptions } from '../../../src/jobs/job/before-send.js';
import { renewLease } from '../../../src/jobs/job/job-context.js';
import { PendingJournalEntries } from '../../../src/jobs/job/journal-notes.js';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js';
import type { Lease } from '../../../src/model/job.js';
import { FakeClock } from '../../support/fake-clock.js';
import { createStep, itemOf } from '../support/images.js';

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

  type Parts = Parameters<typeof beforeSend>[0];

  async function confirmed(parts: Parts, record: () => Promise<void>): Promise<MayLeave> {
    const mayLeave = await beforeSend(parts, { record, notes: [] })();
    return mayLeave ?? (() => false);
  }

  async function checking() {
    const clock = new TwoClocks();
    const store = await openSqliteStore({ path: ':memory:' });
    onTestFinished(() => store.close());
    await store.acquireLease({ lease, nowMs: clock.nowMs(), ttlMs: settings.leaseMs });
    return { clock, store, settings, lease: { ...lease }, stop: new AbortController().signal };
  }

  it('is made again by whoever slept over it, until it is recent', async () => {
    const parts = await checking();
    const sleepsMs = [60_000, 5000, 4999];
    let checks = 0;
    await confirmed(parts, async () => {
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
    await expect(confirmed(parts, check)).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });

  it('ends when somebody else has the lease', async () => {
    const parts = await checking();
    const thief = { name: lease.name, owner: 'thief' };
    const check = async (): Promise<void> => {
      await parts.clock.advance(60_000);
      await parts.store.acquireLease({ lease: thief, nowMs: parts.clock.nowMs(), ttlMs: 9e6 });
    };
    await expect(confirmed(parts, check)).rejects.toMatchObject({ code: 'LEASE_LOST' });
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
      const first = await confirmed(parts, () => Promise.resolve());
      expect(first()).toBe(true);
      await act(parts.clock);
      expect(first()).toBe(false);
      const second = await confirmed(parts, () => Promise.resolve());
      expect(second()).toBe(true);
    },
  );

  it('counts no longer than the lease, which is renewed for it', async () => {
    const parts = await checking();
    await renewLease(parts, parts.lease);
    await parts.clock.advance(14_000);
    // The check is new, and the lease runs out in a second.
    const first = await confirmed(parts, () => Promise.resolve());
    expect(first()).toBe(true);
    await parts.clock.advance(1000);
    expect(first()).toBe(false);
    const second = await confirmed(parts, () => Promise.resolve());
    await parts.clock.advance(4999);
    expect(second()).toBe(true);
  });

  it('refuses, records, confirms and notes in this order, at each attempt', async () => {
    const parts = await checking();
    const item = itemOf([createStep({})]);
    const notes = new PendingJournalEntries(parts.clock, item, { isRollback: false });
    const steps: string[] = [];
    const act = beforeSend(parts, {
      permit: () => void steps.push('permit'),
      record: async () => {
        steps.push('record');
        if (steps.length === 2) await parts.clock.advance(5000);
      },
      notes: [notes],
      onLeave: () => void steps.push('leave'),
    });
    await act();
    await act();
    expect(steps).toEqual(['permit', 'record', 'record', 'leave', 'permit', 'record', 'leave']);
    await parts.clock.advance(7);
    notes.saved({ kind: 'create', collection: 'contacts', id: null, body: {} }, 'id');
    expect(notes.take()).toMatchObject([{ durationMs: 7 }]);
  });

  it.each(['permit', 'stop', 'record'])('sends nothing after a failure of %s', async (failing) => {
    const parts = await checking();
    const failure = new Error(failing);
    const steps: string[] = [];
    const stop = failing === 'stop' ? AbortSignal.abort(failure) : parts.stop;
    const act = beforeSend(
      { ...parts, stop },
      {
        permit: () => {
          if (failing === 'permit') throw failure;
        },
        record: () => {
          steps.push('record');
          return failing === 'record' ? Promise.reject(failure) : Promise.resolve();
        },
        notes: [],
        onLeave: () => void steps.push('leave'),
      },
    );
    await expect(act()).rejects.toBe(failure);
    expect(steps).toEqual(failing === 'record' ? ['record'] : []);
  });

  it('is part of the options of every write', async () => {
    const parts = await checking();
    const options = writeOptions(parts, { record: () => Promise.resolve(), notes: [] });
    expect(options).toMatchObject({ patienceMs: LIMITS.outageMs, signal: parts.stop });
    expect((await options.beforeSend?.())?.()).toBe(true);
  });
});
