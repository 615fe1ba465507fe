/** Leases: who may work, decided by the store alone. */
import { describe, expect, it } from 'vitest';
import type { JobStore } from '../../../src/store/job-store.js';
import type { Lease } from '../../../src/model/job.js';
import { freshStore, NOW_MS, takeLease, TTL_MS, type OpenStore } from './fixtures.js';

const name = 'job:j1';
const one: Lease = { name, owner: 'one' };
const two: Lease = { name, owner: 'two' };
const EXPIRY_MS = NOW_MS + TTL_MS;

type Claim = Parameters<JobStore['acquireLease']>[0];

function describeAcquiring(open: OpenStore): void {
  const store = freshStore(open);
  const acquire = (lease: Lease, claim: Partial<Claim> = {}): Promise<boolean> =>
    store().acquireLease({ lease, nowMs: NOW_MS, ttlMs: TTL_MS, ...claim });
  const holder = () => store().readLease({ name });

  it('is taken when it is free', async () => {
    expect(await holder()).toBeNull();
    expect(await acquire(one)).toBe(true);
    expect(await holder()).toEqual({ owner: 'one', expiresAtMs: EXPIRY_MS });
  });

  it('stays with its owner until it expires', async () => {
    await takeLease(store(), one);
    expect(await acquire(two, { nowMs: EXPIRY_MS - 1 })).toBe(false);
    expect(await holder()).toEqual({ owner: 'one', expiresAtMs: EXPIRY_MS });
    expect(await acquire(two, { nowMs: EXPIRY_MS })).toBe(true);
    expect(await holder()).toEqual({ owner: 'two', expiresAtMs: EXPIRY_MS + TTL_MS });
  });

  it('can be taken from an owner who is known to be dead, and from nobody else', async () => {
    await takeLease(store(), one);
    expect(await acquire(two, { takeFrom: 'three' })).toBe(false);
    expect(await holder()).toMatchObject({ owner: 'one' });
    expect(await acquire(two, { takeFrom: 'one' })).toBe(true);
    expect(await holder()).toMatchObject({ owner: 'two' });
  });

  it('was taken over by somebody else first: the death of the owner before counts no more', async () => {
    await takeLease(store(), one);
    const three = { name, owner: 'three' };
    expect(await acquire(two, { takeFrom: 'one' })).toBe(true);
    expect(await acquire(three, { takeFrom: 'one' })).toBe(false);
  });

  it('may be acquired again by its owner, which extends it', async () => {
    await takeLease(store(), one);
    expect(await acquire(one, { nowMs: NOW_MS + 5 })).toBe(true);
    expect(await holder()).toEqual({ owner: 'one', expiresAtMs: EXPIRY_MS + 5 });
  });

  it('goes to exactly one of many who ask at once', async () => {
    const owners = Array.from({ length: 10 }, (_, index) => `owner-${String(index)}`);
    const asked = await Promise.all(owners.map((owner) => acquire({ name, owner })));
    const winners = owners.filter((_, index) => asked[index]);
    expect(winners).toHaveLength(1);
    expect(await holder()).toMatchObject({ owner: winners[0] });
  });

  it('is one of many: names do not meet', async () => {
    await takeLease(store(), one);
    expect(await acquire({ name: 'job:j2', owner: 'two' })).toBe(true);
    expect(await holder()).toMatchObject({ owner: 'one' });
  });
}

function describeKeeping(open: OpenStore): void {
  const store = freshStore(open);
  const renew = (lease: Lease, nowMs: number): Promise<void> =>
    store().renewLease({ lease, nowMs, ttlMs: TTL_MS });

  it('is extended by renewing, also when it has expired and nobody took it', async () => {
    await takeLease(store(), one);
    await renew(one, EXPIRY_MS + 60);
    const expiresAtMs = EXPIRY_MS + 60 + TTL_MS;
    expect(await store().readLease({ name })).toEqual({ owner: 'one', expiresAtMs });
  });

  it('cannot be renewed once somebody else has it', async () => {
    await takeLease(store(), one);
    await takeLease(store(), two, EXPIRY_MS);
    await expect(renew(one, EXPIRY_MS + 1)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    const expiresAtMs = EXPIRY_MS + TTL_MS;
    expect(await store().readLease({ name })).toEqual({ owner: 'two', expiresAtMs });
  });

  it('cannot be renewed when nobody has it', async () => {
    await expect(renew(one, NOW_MS)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await store().readLease({ name })).toBeNull();
  });

  it('is free for anybody once it is released', async () => {
    await takeLease(store(), one);
    await store().releaseLease({ lease: one });
    expect(await store().readLease({ name })).toBeNull();
    await takeLease(store(), two);
  });

  it('is released by its owner only', async () => {
    await takeLease(store(), one);
    await store().releaseLease({ lease: two });
    expect(await store().readLease({ name })).toMatchObject({ owner: 'one' });
  });
}

export function describeLeases(open: OpenStore): void {
  describe('a lease', () => {
    describeAcquiring(open);
    describeKeeping(open);
  });
}
