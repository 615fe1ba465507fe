/** Sealed tokens of organizations and keys of callers, each change with its entry in the journal. */
import { describe, expect, it } from 'vitest';
import type { BrowserSession, CallerKey } from '../../../src/model/access.js';
import { freshStore, newJob, NOW_MS, ORGANIZATION_ID, type OpenStore } from './fixtures.js';
import { chainOf } from './journal.js';

const TOKEN = { organizationId: ORGANIZATION_ID, tokenHash: 'h1', sealed: 's1' };
const BY = { by: 'Anne', nowMs: NOW_MS };

function key(id: string, changes: Partial<CallerKey> = {}) {
  return {
    id,
    hash: `hash of ${id}`,
    prefix: 'bbk_ab',
    name: 'Bogholder',
    role: 'operator' as const,
    organizations: ['o1', 'o2'] as const,
    createdAtMs: NOW_MS,
    createdBy: 'Anne',
    expiresAtMs: null,
    ...changes,
  };
}

function describeTokens(open: OpenStore): void {
  const store = freshStore(open);

  it('is kept as it was saved, one for each organization, until it is removed', async () => {
    await store().saveToken({ ...TOKEN, ...BY });
    await store().saveToken({ ...TOKEN, organizationId: 'a-first', ...BY });
    await store().saveToken({
      ...TOKEN,
      tokenHash: 'h2',
      sealed: 's2',
      by: 'Bo',
      nowMs: NOW_MS + 1,
    });
    expect(await store().listTokens()).toEqual([
      { ...TOKEN, organizationId: 'a-first', addedAtMs: NOW_MS, addedBy: 'Anne' },
      { ...TOKEN, tokenHash: 'h2', sealed: 's2', addedAtMs: NOW_MS + 1, addedBy: 'Bo' },
    ]);
    const { organizationId } = TOKEN;
    expect(await store().removeToken({ organizationId, ...BY })).toBe(true);
    expect(await store().removeToken({ organizationId, ...BY })).toBe(false);
    expect(await store().listTokens()).toMatchObject([{ organizationId: 'a-first' }]);
    const kinds = (await chainOf(store(), { organizationId })).map(({ kind, actor }) => [
      kind,
      actor,
    ]);
    expect(kinds.slice(1)).toEqual([
      ['organization.add', 'Anne'],
      ['organization.add', 'Bo'],
      ['organization.remove', 'Anne'],
    ]);
  });

  it('is not removed while a job of the organization is open', async () => {
    const { organizationId } = TOKEN;
    await store().saveToken({ ...TOKEN, ...BY });
    await store().createJob(newJob('j1', { organizationId: 'another' }));
    await store().createJob(newJob('j2'));
    expect(await store().removeToken({ organizationId, ...BY })).toBe(false);
    expect(await store().listTokens()).toMatchObject([{ organizationId }]);
  });

  it('is sealed anew only as long as it is the same', async () => {
    await store().saveToken({ ...TOKEN, ...BY });
    const { organizationId } = TOKEN;
    expect(await store().resealToken({ organizationId, from: 's1', to: 's9' })).toBe(true);
    expect(await store().resealToken({ organizationId, from: 's1', to: 's8' })).toBe(false);
    expect(await store().listTokens()).toMatchObject([{ sealed: 's9', tokenHash: 'h1' }]);
  });
}

function describeKeys(open: OpenStore): void {
  const store = freshStore(open);

  it('is found by its hash, with all that was saved', async () => {
    await store().createKey(key('k1'));
    await store().createKey(
      key('k0', { organizations: 'all', expiresAtMs: NOW_MS + 5, role: 'admin' }),
    );
    expect(await store().findKey({ hash: 'hash of k1' })).toEqual({
      ...key('k1'),
      lastUsedAtMs: null,
      revokedAtMs: null,
    });
    expect(await store().findKey({ hash: 'k1' })).toBeNull();
    const listed = await store().listKeys();
    expect(listed.map(({ id, organizations }) => [id, organizations])).toEqual([
      ['k0', 'all'],
      ['k1', ['o1', 'o2']],
    ]);
  });

  it('cannot have the hash of another one', async () => {
    await store().createKey(key('k1'));
    await expect(store().createKey(key('k2', { hash: 'hash of k1' }))).rejects.toThrow();
  });

  it('is revoked once, and stays to be seen', async () => {
    await store().createKey(key('k1'));
    await store().touchKey({ id: 'k1', nowMs: NOW_MS + 1 });
    expect(await store().revokeKey({ id: 'k1', by: 'Bo', nowMs: NOW_MS + 2 })).toBe(true);
    expect(await store().revokeKey({ id: 'k1', by: 'Bo', nowMs: NOW_MS + 3 })).toBe(false);
    expect(await store().revokeKey({ id: 'k2', by: 'Bo', nowMs: NOW_MS + 3 })).toBe(false);
    expect(await store().findKey({ hash: 'hash of k1' })).toMatchObject({
      lastUsedAtMs: NOW_MS + 1,
      revokedAtMs: NOW_MS + 2,
    });
    const entries = (await chainOf(store(), { organizationId: null })).slice(-2);
    expect(entries).toMatchObject([
      { kind: 'key.create', actor: 'Anne', body: { keyId: 'k1', role: 'operator' } },
      { kind: 'key.revoke', actor: 'Bo', body: { keyId: 'k1' } },
    ]);
  });
}

function session(idHash: string, changes: Partial<BrowserSession> = {}) {
  const times = { createdAtMs: NOW_MS, expiresAtMs: NOW_MS + 10 };
  return { idHash, credential: 'key' as const, keyHash: 'hash of k1', ...times, ...changes };
}

function describeSessions(open: OpenStore): void {
  const store = freshStore(open);

  it('is found by its hash until it is ended, each with its entry', async () => {
    const link = session('s2', { credential: 'link', keyHash: null });
    await store().createSession({ ...session('s1'), by: 'Nora' });
    await store().createSession({ ...link, by: 'login link' });
    expect(await store().findSession({ idHash: 's1' })).toEqual(session('s1'));
    expect(await store().findSession({ idHash: 's2' })).toEqual(link);
    expect(await store().endSession({ idHash: 's1', by: 'Nora', nowMs: NOW_MS + 1 })).toBe(true);
    expect(await store().endSession({ idHash: 's1', by: 'Nora', nowMs: NOW_MS + 1 })).toBe(false);
    expect(await store().findSession({ idHash: 's1' })).toBeNull();
    const entries = (await chainOf(store(), { organizationId: null })).slice(-3);
    expect(entries).toMatchObject([
      { kind: 'session.begin', actor: 'Nora', body: { credential: 'key' } },
      { kind: 'session.begin', actor: 'login link', body: { credential: 'link' } },
      { kind: 'session.end', actor: 'Nora' },
    ]);
  });

  it('that has expired goes when another begins', async () => {
    await store().createSession({ ...session('s1'), by: 'Nora' });
    await store().createSession({ ...session('s2', { expiresAtMs: NOW_MS + 11 }), by: 'Nora' });
    const later = { createdAtMs: NOW_MS + 10, expiresAtMs: NOW_MS + 20 };
    await store().createSession({ ...session('s3', later), by: 'Nora' });
    const found = await Promise.all(
      ['s1', 's2', 's3'].map((idHash) => store().findSession({ idHash })),
    );
    expect(found.map((each) => each?.idHash ?? null)).toEqual([null, 's2', 's3']);
  });
}

export function describeAccess(open: OpenStore): void {
  describe('a sealed token', () => {
    describeTokens(open);
  });
  describe('a key of a caller', () => {
    describeKeys(open);
  });
  describe('a session of a browser', () => {
    describeSessions(open);
  });
}
