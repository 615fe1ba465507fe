/** Holding a lease: taken from the dead at once, from the living never, renewed, and lost aloud. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock, type Clock } from '../../../src/core/clock.js';
import { createLog } from '../../../src/core/log.js';
import { holdLease, type HeldLease } from '../../../src/jobs/engine/hold-lease.js';
import { processIdentity } from '../../../src/jobs/engine/process-identity.js';
import type { EngineDeps } from '../../../src/jobs/job/job-context.js';
import { createBillyClient } from '../../../src/billy/http/client.js';
import type { JobStore } from '../../../src/store/job-store.js';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js';
import type { Lease } from '../../../src/model/job.js';
import { FakeClock, settled } from '../../support/fake-clock.js';

const NAME = 'org:customer';
const NEVER = new AbortController().signal;

async function partsWith(clock: Clock, store?: JobStore): Promise<EngineDeps> {
  const log = createLog({ level: 'silent' });
  const opened = store ?? (await openSqliteStore({ path: ':memory:' }));
  const settings = {
    timeoutMs: 1,
    settleMs: 1,
    maxConcurrent: 1,
    rowsMax: 1,
    leaseMs: 3000,
    abroadRulesetId: null,
    requestsPerMinute: null,
    bulkSave: false,
  };
  const billy = createBillyClient({
    ...{ baseUrl: 'http://127.0.0.1:1/v2', token: 't', rateLimit: null },
    ...{ maxConcurrent: 1, timeoutMs: 1, clock, log },
  });
  onTestFinished(async () => {
    await billy.close();
    if (store === undefined) await opened.close();
  });
  return { store: opened, clock, log, settings };
}

const mine = (nonce: string): Lease => ({ name: NAME, owner: processIdentity(nonce) });

async function held(parts: EngineDeps): Promise<string | null> {
  return (await parts.store.readLease({ name: NAME }))?.owner ?? null;
}

async function mustClaim(parts: EngineDeps, lease: Lease): Promise<HeldLease> {
  const claim = await holdLease(parts, lease, NEVER);
  if (claim === null) throw new Error('not claimed');
  return claim;
}

/** The claim, as time passes; the store takes its own turns on a busy machine. */
async function inTime(clock: FakeClock, claiming: Promise<HeldLease>): Promise<HeldLease> {
  for (;;) {
    const claim = await Promise.race([claiming, clock.advance(500).then(() => systemClock.turn())]);
    if (claim !== undefined) return claim;
  }
}

/** Held by this owner for an hour. */
async function hold(parts: EngineDeps, owner: string): Promise<void> {
  const lease = { name: NAME, owner };
  await parts.store.acquireLease({ lease, nowMs: parts.clock.nowMs(), ttlMs: 3_600_000 });
}

/** Another process had this number before. */
const deadOwner = (): string => processIdentity('x').split('|').with(3, '1').join('|');

describe('claiming', () => {
  it('takes a free lease and gives it back', async () => {
    const parts = await partsWith(systemClock);
    const claim = await mustClaim(parts, mine('a'));
    expect(await held(parts)).toBe(claim.lease.owner);
    expect(claim.stop.aborted).toBe(false);
    await claim.release();
    expect(await held(parts)).toBeNull();
  });

  it('takes over from a dead process at once', async () => {
    const parts = await partsWith(new FakeClock());
    await hold(parts, deadOwner());
    // No time passes on this clock: whoever waited would wait for ever.
    const claim = await mustClaim(parts, mine('a'));
    expect(await held(parts)).toBe(claim.lease.owner);
  });

  it('waits for one that it cannot see: of another boot, or of another container', async () => {
    for (const [part, value] of [
      [1, 'another-boot'],
      [5, 'pid:[1]'],
    ] as const) {
      const clock = new FakeClock();
      const parts = await partsWith(clock);
      const owner = deadOwner().split('|').with(part, value).join('|');
      await parts.store.acquireLease({
        lease: { name: NAME, owner },
        nowMs: clock.nowMs(),
        ttlMs: 9000,
      });
      const claiming = mustClaim(parts, mine('a'));
      await clock.advance(8000);
      expect(await held(parts)).toBe(owner);
      await clock.advance(2000);
      expect((await claiming).lease.owner).toBe(await held(parts));
    }
  });

  it('waits for a living one, until it gives the lease back', async () => {
    const clock = new FakeClock();
    const parts = await partsWith(clock);
    const other = mine('other');
    await hold(parts, other.owner);
    let claimed = false;
    const claiming = mustClaim(parts, mine('a')).finally(() => {
      claimed = true;
    });
    await clock.advance(10_000);
    expect(claimed).toBe(false);
    await parts.store.releaseLease({ lease: other });
    await clock.advance(1000);
    expect((await claiming).lease.owner).toBe(await held(parts));
  });

  it('takes over a lease that has run out', async () => {
    const clock = new FakeClock();
    const parts = await partsWith(clock);
    const lease = mine('other');
    await parts.store.acquireLease({ lease, nowMs: clock.nowMs(), ttlMs: 2000 });
    const claim = await inTime(clock, mustClaim(parts, mine('a')));
    expect(claim.lease.owner).toBe(await held(parts));
  });

  it('takes over one that nobody renews, though the wall clock was set back an hour', async () => {
    const clock = new FakeClock();
    const parts = await partsWith(clock);
    await hold(parts, deadOwner().split('|').with(1, 'another-boot').join('|'));
    const claim = await inTime(clock, mustClaim(parts, mine('a')));
    expect(claim.lease.owner).toBe(await held(parts));
  });

  it('gives up when the process stops', async () => {
    const clock = new FakeClock();
    const parts = await partsWith(clock);
    await hold(parts, processIdentity('other'));
    const stopping = new AbortController();
    const claiming = holdLease(parts, mine('a'), stopping.signal);
    await settled();
    stopping.abort();
    expect(await claiming).toBeNull();
    expect(await holdLease(parts, mine('a'), stopping.signal)).toBeNull();
  });
});

describe('a held lease', () => {
  it('is renewed as long as it is held, and no longer', async () => {
    const clock = new FakeClock();
    const parts = await partsWith(clock);
    const claim = await mustClaim(parts, mine('a'));
    await clock.advance(60_000);
    const expiresAtMs = (await parts.store.readLease({ name: NAME }))?.expiresAtMs ?? 0;
    expect(expiresAtMs).toBeGreaterThan(clock.nowMs());
    await claim.release();
    await clock.advance(60_000);
    expect(await held(parts)).toBeNull();
    expect(clock.pendingCount).toBe(0);
  });

  it('aborts the work when somebody else has it, and is not given back for him', async () => {
    const clock = new FakeClock();
    const parts = await partsWith(clock);
    const claim = await mustClaim(parts, mine('a'));
    const thief = mine('thief');
    const takeFrom = claim.lease.owner;
    await parts.store.acquireLease({ lease: thief, nowMs: clock.nowMs(), ttlMs: 9e6, takeFrom });
    await clock.advance(2000);
    expect(claim.stop.aborted).toBe(true);
    await claim.release();
    expect(await held(parts)).toBe(thief.owner);
  });

  it('aborts the work when the process stops', async () => {
    const parts = await partsWith(systemClock);
    const stopping = new AbortController();
    const claim = await holdLease(parts, mine('a'), stopping.signal);
    stopping.abort();
    expect(claim?.stop.aborted).toBe(true);
    await claim?.release();
  });
});
