// The organizations of a server: their tokens are stored sealed, once Billy has said whose they are.
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import { AppError } from '../../src/core/errors.js';
import { sha256 } from '../../src/core/hash.js';
import type { KnownOrganization } from '../../src/model/job.js';
import { KeyRing } from '../../src/organizations/key-ring.js';
import {
  addOrganization,
  checkOrganizations,
  storedOrganizations,
  type StoredOrganizationsDeps,
} from '../../src/organizations/stored-organizations.js';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import { FakeClock } from '../support/fake-clock.js';

const KEY_A = Buffer.alloc(32, 1);
const KEY_B = Buffer.alloc(32, 2);
const ALFA: KnownOrganization = { id: 'alfa', name: 'Alfa ApS', registrationNo: '12345678' };
const BETA: KnownOrganization = { id: 'beta', name: 'Beta A/S', registrationNo: null };

function refused(): AppError {
  return new AppError({ code: 'BILLY_AUTH', message: 'Billy refused the token.' });
}

/** A server with the keys, and a Billy that knows these tokens. */
async function openServer(keys: readonly Buffer[] = [KEY_A]) {
  const store = await openSqliteStore({ path: ':memory:' });
  onTestFinished(() => store.close());
  const clock = new FakeClock();
  const billy = new Map([
    ['token-alfa-1', ALFA],
    ['token-alfa-2', ALFA],
    ['token-beta-1', BETA],
  ]);
  const asked: string[] = [];
  const depsOf = (ringKeys: readonly Buffer[]): StoredOrganizationsDeps => ({
    store,
    clock,
    keyRing: new KeyRing(ringKeys, systemClock),
    askBilly: (token) => {
      asked.push(token);
      const organization = billy.get(token);
      return organization === undefined ? Promise.reject(refused()) : Promise.resolve(organization);
    },
    hashOf: (token) => sha256(token),
  });
  return { store, clock, billy, asked, deps: depsOf(keys), depsOf };
}

const OWNER = { organizationId: 'alfa', purpose: 'billy-token' } as const;
const by = 'Anne';

describe('adding an organization', () => {
  it('stores the token sealed, with what Billy says about it', async () => {
    const { store, clock, deps } = await openServer();
    const added = await addOrganization(deps, { token: 'token-alfa-1', by });
    expect(added).toEqual({ ...ALFA, isNew: true });
    const [stored, ...others] = await store.listTokens();
    expect(others).toEqual([]);
    expect(stored).toMatchObject({
      organizationId: 'alfa',
      tokenHash: sha256('token-alfa-1'),
      addedBy: 'Anne',
      addedAtMs: clock.nowMs(),
    });
    expect(JSON.stringify(stored)).not.toContain('token-alfa');
    expect(deps.keyRing.open(stored?.sealed ?? '', OWNER)).toBe('token-alfa-1');
    expect(await storedOrganizations(deps)).toEqual([
      { ...ALFA, addedAtMs: clock.nowMs(), addedBy: 'Anne' },
    ]);
  });

  it('replaces its token by a second one, and leaves others alone', async () => {
    const { store, deps } = await openServer();
    await addOrganization(deps, { token: 'token-alfa-1', by });
    await addOrganization(deps, { token: 'token-beta-1', by });
    const [, beta] = await store.listTokens();
    const again = await addOrganization(deps, { token: 'token-alfa-2', by: 'Bo' });
    expect(again).toEqual({ ...ALFA, isNew: false });
    const [alfa, betaAfter] = await store.listTokens();
    expect(alfa).toMatchObject({ tokenHash: sha256('token-alfa-2'), addedBy: 'Bo' });
    expect(deps.keyRing.open(alfa?.sealed ?? '', OWNER)).toBe('token-alfa-2');
    expect(betaAfter).toEqual(beta);
  });

  it('stores nothing of a token that Billy refuses', async () => {
    const { store, deps } = await openServer();
    await addOrganization(deps, { token: 'token-alfa-1', by });
    const before = await store.listTokens();
    const journalOf = () =>
      store.readJournal({ chain: { organizationId: 'alfa' }, afterSeq: 0, limit: 100 });
    const entries = await journalOf();
    await expect(addOrganization(deps, { token: 'wrong', by })).rejects.toMatchObject({
      code: 'BILLY_AUTH',
    });
    expect(await store.listTokens()).toEqual(before);
    expect(await store.findOrganization({ tokenHash: sha256('wrong') })).toBeNull();
    expect(await journalOf()).toEqual(entries);
  });
});

describe('the list', () => {
  it('asks nobody', async () => {
    const { deps, asked, billy } = await openServer();
    await addOrganization(deps, { token: 'token-beta-1', by });
    await addOrganization(deps, { token: 'token-alfa-1', by });
    billy.clear();
    expect(asked).toHaveLength(2);
    const listed = await storedOrganizations(deps);
    expect(listed.map(({ id, name }) => [id, name])).toEqual([
      ['alfa', 'Alfa ApS'],
      ['beta', 'Beta A/S'],
    ]);
    expect(asked).toHaveLength(2);
  });

  it('shows a token whose organization is not known by its id', async () => {
    const { store, deps } = await openServer();
    await store.saveToken({ organizationId: 'x', tokenHash: 'h', sealed: 's', by, nowMs: 0 });
    expect(await storedOrganizations(deps)).toMatchObject([
      { id: 'x', name: '', registrationNo: null },
    ]);
  });
});

describe('the check', () => {
  it('asks Billy about each, and takes over a new name', async () => {
    const { deps, asked, billy } = await openServer();
    await addOrganization(deps, { token: 'token-alfa-1', by });
    await addOrganization(deps, { token: 'token-beta-1', by });
    billy.set('token-alfa-1', { ...ALFA, name: 'Alfa Nyt ApS' });
    expect(await checkOrganizations(deps)).toMatchObject([
      { id: 'alfa', name: 'Alfa Nyt ApS', failure: null, isResealed: false },
      { id: 'beta', name: 'Beta A/S', failure: null, isResealed: false },
    ]);
    expect(asked.slice(2)).toEqual(['token-alfa-1', 'token-beta-1']);
  });

  it('says of each by itself what is wrong', async () => {
    const { store, deps, billy } = await openServer();
    await addOrganization(deps, { token: 'token-alfa-1', by });
    await addOrganization(deps, { token: 'token-beta-1', by });
    billy.delete('token-alfa-1');
    const before = await store.listTokens();
    const found = await checkOrganizations(deps);
    expect(found.map(({ id, failure }) => [id, failure?.code ?? null])).toEqual([
      ['alfa', 'BILLY_AUTH'],
      ['beta', null],
    ]);
    expect(await store.listTokens()).toEqual(before);
  });

  it('finds a token that belongs to another organization now, and keeps the name of the first', async () => {
    const { store, deps, billy } = await openServer();
    await addOrganization(deps, { token: 'token-alfa-1', by });
    billy.set('token-alfa-1', BETA);
    const [found] = await checkOrganizations(deps);
    expect(found).toMatchObject({ id: 'alfa', name: 'Alfa ApS' });
    expect(found?.failure?.code).toBe('ORGANIZATION_MISMATCH');
    const known = await store.findOrganization({ tokenHash: sha256('token-alfa-1') });
    expect(known?.id).toBe('alfa');
  });

  it('seals anew with the first key what an older one has sealed; then the old one can go', async () => {
    const { store, deps, depsOf } = await openServer();
    await addOrganization(deps, { token: 'token-alfa-1', by });
    const rotated = depsOf([KEY_B, KEY_A]);
    await addOrganization(rotated, { token: 'token-beta-1', by });
    const found = await checkOrganizations(rotated);
    expect(found.map(({ id, failure, isResealed }) => [id, failure, isResealed])).toEqual([
      ['alfa', null, true],
      ['beta', null, false],
    ]);
    const again = await checkOrganizations(depsOf([KEY_B]));
    expect(again.map(({ failure, isResealed }) => [failure, isResealed])).toEqual([
      [null, false],
      [null, false],
    ]);
    const [alfa] = await store.listTokens();
    expect(alfa).toMatchObject({ tokenHash: sha256('token-alfa-1'), addedBy: 'Anne' });
    expect(new KeyRing([KEY_B], systemClock).open(alfa?.sealed ?? '', OWNER)).toBe('token-alfa-1');
  });

  it('seals anew also what Billy does not answer for, and says so', async () => {
    const { deps, depsOf, billy } = await openServer();
    await addOrganization(deps, { token: 'token-alfa-1', by });
    billy.clear();
    const [found] = await checkOrganizations(depsOf([KEY_B, KEY_A]));
    expect([found?.failure?.code, found?.isResealed]).toEqual(['BILLY_AUTH', true]);
    billy.set('token-alfa-1', ALFA);
    const [again] = await checkOrganizations(depsOf([KEY_B]));
    expect([again?.failure, again?.isResealed]).toEqual([null, false]);
  });

  it('does not lose a token to a check without its key', async () => {
    const { store, deps, depsOf, asked } = await openServer();
    await addOrganization(deps, { token: 'token-alfa-1', by });
    const before = await store.listTokens();
    const [found] = await checkOrganizations(depsOf([KEY_B]));
    expect([found?.failure?.code, found?.isResealed]).toEqual(['CONFIG_INVALID', false]);
    expect(asked).toHaveLength(1);
    expect(await store.listTokens()).toEqual(before);
    expect((await checkOrganizations(deps))[0]?.failure).toBeNull();
  });

  it('leaves a token alone that was replaced meanwhile', async () => {
    const { store, deps, depsOf } = await openServer();
    await addOrganization(deps, { token: 'token-alfa-1', by });
    const rotated = depsOf([KEY_B, KEY_A]);
    const listTokens = async () => {
      const listed = await store.listTokens();
      await addOrganization(rotated, { token: 'token-alfa-2', by: 'Bo' });
      return listed;
    };
    const racing = Object.assign(Object.create(store) as typeof store, { listTokens });
    const [found] = await checkOrganizations({ ...rotated, store: racing });
    expect(found?.isResealed).toBe(false);
    const [alfa] = await store.listTokens();
    expect(rotated.keyRing.open(alfa?.sealed ?? '', OWNER)).toBe('token-alfa-2');
  });

  it('passes a bug on', async () => {
    const { deps } = await openServer();
    await addOrganization(deps, { token: 'token-alfa-1', by });
    const askBilly = () => Promise.reject(new TypeError('a bug'));
    await expect(checkOrganizations({ ...deps, askBilly })).rejects.toThrow('a bug');
  });
});
