// Keys of callers: shown once, stored as a hash, and good for nothing more than their maker had.
import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CallerKey } from '../../src/model/access.js';
import { CallerKeys, createKey, isValid } from '../../src/organizations/caller-keys.js';
import type { Caller } from '../../src/organizations/caller.js';
import type { JobStore } from '../../src/store/job-store.js';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import { systemClock } from '../../src/core/clock.js';
import { FakeClock } from '../support/fake-clock.js';

const ADMIN: Caller = { actor: 'Anne', organizations: 'all', role: 'admin' };
const REQUEST = {
  name: 'Bogholder',
  role: 'operator',
  organizations: ['alfa'],
  expiresDays: null,
} as const;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

async function openKeys() {
  const store = await openSqliteStore({ path: ':memory:' });
  onTestFinished(() => store.close());
  const clock = new FakeClock();
  return { store, clock, keys: new CallerKeys({ store, clock }) };
}

async function onlyKey(store: JobStore): Promise<CallerKey> {
  const [key, ...others] = await store.listKeys();
  if (key === undefined || others.length > 0) throw new Error('there is not one key');
  return key;
}

describe('a new key', () => {
  it('is stored as its hash and its first characters only', async () => {
    const { store, clock } = await openKeys();
    const { id, key } = await createKey({ store, clock }, REQUEST, ADMIN);
    const stored = await onlyKey(store);
    expect(stored).toEqual({
      id,
      hash: createHash('sha256').update(key).digest('hex'),
      prefix: key.slice(0, 10),
      name: 'Bogholder',
      role: 'operator',
      organizations: ['alfa'],
      createdAtMs: clock.nowMs(),
      createdBy: 'Anne',
      expiresAtMs: null,
      lastUsedAtMs: null,
      revokedAtMs: null,
    });
    expect(JSON.stringify(stored)).not.toContain(key);
    const journal = await store.readJournal({
      chain: { organizationId: null },
      afterSeq: 0,
      limit: 10,
    });
    expect(JSON.stringify(journal)).not.toContain(key.slice(4));
  });

  it('looks like bbk_ and 32 characters that nobody can guess', async () => {
    const { store } = await openKeys();
    const made = await Promise.all(
      Array.from({ length: 50 }, () => createKey({ store, clock: systemClock }, REQUEST, ADMIN)),
    );
    for (const { key } of made) expect(key).toMatch(/^bbk_[\w-]{32}$/);
    expect(new Set(made.map(({ key }) => key)).size).toBe(50);
    expect(new Set(made.map(({ id }) => id)).size).toBe(50);
    // The part that lists show leaves more than 150 bits unknown.
    expect(made.every(({ id, key }) => !key.includes(id))).toBe(true);
  });

  it('that reaches no organization is refused', async () => {
    const { store, clock } = await openKeys();
    const request = { ...REQUEST, organizations: [] };
    await expect(createKey({ store, clock }, request, ADMIN)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    expect(await store.listKeys()).toEqual([]);
  });

  it.each<[string, Caller, Partial<Parameters<typeof createKey>[1]>]>([
    ['a viewer', { ...ADMIN, role: 'viewer' }, { role: 'viewer' }],
    ['an operator', { ...ADMIN, role: 'operator' }, { role: 'viewer' }],
    ['an admin of another organization', { ...ADMIN, organizations: ['beta'] }, {}],
    [
      'an admin of one of the two',
      { ...ADMIN, organizations: ['alfa'] },
      { organizations: ['alfa', 'beta'] },
    ],
    ['an admin of one, for all', { ...ADMIN, organizations: ['alfa'] }, { organizations: 'all' }],
  ])('is not made by %s who has less', async (_who, by, more) => {
    const { store, clock } = await openKeys();
    await expect(createKey({ store, clock }, { ...REQUEST, ...more }, by)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await store.listKeys()).toEqual([]);
  });

  it('may have all that its maker has', async () => {
    const { store, clock } = await openKeys();
    const by: Caller = { ...ADMIN, organizations: ['alfa', 'beta'] };
    const request = { ...REQUEST, role: 'admin', organizations: ['beta', 'alfa'] } as const;
    await createKey({ store, clock }, request, by);
    expect(await onlyKey(store)).toMatchObject({ role: 'admin', organizations: ['beta', 'alfa'] });
  });
});

describe('a presented key', () => {
  it('is found, with what it may do', async () => {
    const { store, clock, keys } = await openKeys();
    const { id, key } = await createKey({ store, clock }, REQUEST, ADMIN);
    expect(await keys.find(key)).toMatchObject({ id, role: 'operator', organizations: ['alfa'] });
  });

  it('is unknown if one character is other, missing or too many', async () => {
    const { store, clock, keys } = await openKeys();
    const { id, key } = await createKey({ store, clock }, REQUEST, ADMIN);
    const { hash, prefix } = await onlyKey(store);
    const others = [
      ...[0, 4, 20, key.length - 1].map((at) => `${key.slice(0, at)}!${key.slice(at + 1)}`),
      ...[key.slice(0, -1), `${key}A`, ` ${key}`, key.toUpperCase(), '', id, hash, prefix],
    ];
    for (const other of others) expect([other, await keys.find(other)]).toEqual([other, null]);
  });

  it('ends at the moment it expires', async () => {
    const { store, clock, keys } = await openKeys();
    const { key } = await createKey({ store, clock }, { ...REQUEST, expiresDays: 2 }, ADMIN);
    const stored = await onlyKey(store);
    expect(stored.expiresAtMs).toBe(clock.nowMs() + 2 * DAY_MS);
    await clock.advance(2 * DAY_MS - 1);
    expect([await keys.find(key), await keys.isStillValid(stored)]).toMatchObject([{}, true]);
    await clock.advance(1);
    expect([await keys.find(key), await keys.isStillValid(stored)]).toEqual([null, false]);
  });

  it('ends when it is revoked, and another one goes on', async () => {
    const { store, clock, keys } = await openKeys();
    const [first, second] = [
      await createKey({ store, clock }, REQUEST, ADMIN),
      await createKey({ store, clock }, REQUEST, ADMIN),
    ];
    const found = await keys.find(first.key);
    if (found === null) throw new Error('the key is unknown');
    expect(await keys.isStillValid(found)).toBe(true);
    await store.revokeKey({ id: first.id, by: 'Bo', nowMs: clock.nowMs() });
    expect([await keys.find(first.key), await keys.isStillValid(found)]).toEqual([null, false]);
    expect(await keys.find(second.key)).toMatchObject({ id: second.id });
  });

  it('that is revoked and expired at once is valid for neither reason', async () => {
    const { store, clock } = await openKeys();
    await createKey({ store, clock }, { ...REQUEST, expiresDays: 1 }, ADMIN);
    const key = await onlyKey(store);
    const nowMs = clock.nowMs();
    expect(isValid(key, nowMs)).toBe(true);
    expect(isValid({ ...key, revokedAtMs: nowMs }, nowMs)).toBe(false);
    expect(isValid(key, nowMs + DAY_MS)).toBe(false);
    expect(isValid({ ...key, revokedAtMs: nowMs }, nowMs + DAY_MS)).toBe(false);
  });
});

describe('the last use of a key', () => {
  it('is noted once a minute at most', async () => {
    const { store, clock, keys } = await openKeys();
    const { key } = await createKey({ store, clock }, REQUEST, ADMIN);
    const startMs = clock.nowMs();
    for (const [ms, notedMs] of [
      [0, 0],
      [MINUTE_MS - 1, 0],
      [1, MINUTE_MS],
      [30_000, MINUTE_MS],
      [MINUTE_MS, MINUTE_MS + 30_000 + MINUTE_MS],
    ] as const) {
      await clock.advance(ms);
      await keys.find(key);
      expect((await onlyKey(store)).lastUsedAtMs).toBe(startMs + notedMs);
    }
  });

  it('is not one of a key that has ended, or of a stream that only stays open', async () => {
    const { store, clock, keys } = await openKeys();
    const { id, key } = await createKey({ store, clock }, REQUEST, ADMIN);
    await keys.isStillValid(await onlyKey(store));
    expect((await onlyKey(store)).lastUsedAtMs).toBeNull();
    await store.revokeKey({ id, by: 'Bo', nowMs: clock.nowMs() });
    await keys.find(key);
    expect((await onlyKey(store)).lastUsedAtMs).toBeNull();
  });
});
