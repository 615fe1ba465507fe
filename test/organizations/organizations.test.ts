// Which organization a call is for, and which ones it may see.
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLog } from '../../src/core/log.js';
import { Account } from '../../src/organizations/account.js';
import type { Caller } from '../../src/organizations/caller.js';
import { Connection } from '../../src/organizations/connection.js';
import { fixedAccounts } from '../../src/organizations/account-source.js';
import { Organizations } from '../../src/organizations/organizations.js';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import { calmWorld } from '../support/engine-world.js';
import { FakeClock } from '../support/fake-clock.js';

const MINUTE_MS = 60_000;

function callerOf(organizations: Caller['organizations']): Caller {
  return { actor: 'somebody', organizations, role: 'operator' };
}

/** Organizations by their ids, each known from an earlier start. Whoever asks Billy fails the test. */
async function known(ids: readonly string[], names: Readonly<Record<string, string>> = {}) {
  const store = await openSqliteStore({ path: ':memory:' });
  onTestFinished(() => store.close());
  const clock = new FakeClock();
  const accounts: Account[] = [];
  for (const id of ids) {
    const tokenHash = `token of ${id}`;
    const organization = { id, name: names[id] ?? `${id} ApS`, registrationNo: null };
    await store.rememberOrganization({ tokenHash, organization });
    const open = (): never => {
      throw new Error(`a client of ${id} was opened`);
    };
    const connection = new Connection({ open, clock });
    accounts.push(new Account({ store, connection, tokenHash, expectedId: null }));
  }
  return new Organizations({
    source: fixedAccounts(accounts),
    clock,
    log: createLog({ level: 'silent' }),
  });
}

async function idOf(account: Promise<Account>): Promise<string | null> {
  return (await account).knownId();
}

describe('the organization of a call', () => {
  it('is the only one, unless another is named', async () => {
    const organizations = await known(['a']);
    expect(await organizations.idsFor(callerOf('all'), undefined)).toEqual(['a']);
    expect(await organizations.idsFor(callerOf('all'), 'a')).toEqual(['a']);
    await expect(organizations.idsFor(callerOf('all'), 'b')).rejects.toMatchObject({
      code: 'ORGANIZATION_MISMATCH',
    });
  });

  it('is the one that is named, or the only one that the caller reaches', async () => {
    const organizations = await known(['a', 'b', 'c']);
    expect(await idOf(organizations.accountFor(callerOf('all'), 'b'))).toBe('b');
    expect(await idOf(organizations.accountFor(callerOf(['c', 'a']), 'a'))).toBe('a');
    expect(await idOf(organizations.accountFor(callerOf(['c']), undefined))).toBe('c');
  });

  it.each([
    ['left out', undefined],
    ['another caller’s', 'c'],
    ['unknown', 'z'],
  ])('that is %s is asked for in the same words', async (_why, organizationId) => {
    const organizations = await known(['a', 'b', 'c']);
    const refusal = organizations.accountFor(callerOf(['a', 'b']), organizationId);
    await expect(refusal).rejects.toMatchObject({
      code: 'ORGANIZATION_REQUIRED',
      message: 'This call needs the id of one of your organizations.',
      detail: '2 organizations: "a" "a ApS", "b" "b ApS"',
    });
  });

  it('is never one, for a caller that reaches none', async () => {
    const organizations = await known(['a', 'b']);
    for (const organizationId of [undefined, 'a']) {
      await expect(organizations.accountFor(callerOf([]), organizationId)).rejects.toMatchObject({
        code: 'ORGANIZATION_REQUIRED',
        detail: '0 organizations: ',
      });
    }
    expect(await organizations.idsFor(callerOf([]), undefined)).toEqual([]);
  });

  it('is asked for with 20 names at most, cut and quoted', async () => {
    const ids = Array.from({ length: 25 }, (_, no) => `org-${String(no).padStart(2, '0')}`);
    const organizations = await known(ids, { 'org-00': `A"\n${'x'.repeat(500)}` });
    const thrown: unknown = await organizations
      .accountFor(callerOf('all'), undefined)
      .catch((error: unknown) => error);
    const { detail } = thrown as { detail: string };
    expect(detail).toMatch(/^25 organizations: /);
    expect(detail).toContain('org-19');
    expect(detail).not.toContain('org-20');
    expect(detail).not.toContain('\n');
    expect(detail.length).toBeLessThan(20 * 150);
  });
});

describe('what a call may see', () => {
  it('is everything of its caller where no organization is named', async () => {
    const organizations = await known(['a', 'b', 'c']);
    expect(await organizations.idsFor(callerOf('all'), undefined)).toEqual(['a', 'b', 'c']);
    expect(await organizations.idsFor(callerOf(['c', 'a', 'z']), undefined)).toEqual(['a', 'c']);
    expect(await organizations.idsFor(callerOf(['c', 'a']), 'a')).toEqual(['a']);
    expect(await organizations.knownIdsOf(callerOf(['b', 'z']))).toEqual(['b']);
  });
});

describe('the clients', () => {
  it('belong to one organization each, and to none without a token', async () => {
    const organizations = await known(['a', 'b']);
    const [a, b] = [await organizations.connectionOf('a'), await organizations.connectionOf('b')];
    expect(a).not.toBe(b);
    expect(await organizations.connectionOf('z')).toBeNull();
    expect(await organizations.accountOf('z')).toBeNull();
  });
});

describe('closeIdle', () => {
  it('closes what nobody has used for ten minutes, until it is stopped', async () => {
    const { billy, store } = await calmWorld({ isHeld: true });
    const clock = new FakeClock();
    const connection = new Connection({ open: () => Promise.resolve(billy), clock });
    const account = new Account({ store, connection, tokenHash: 't', expectedId: null });
    const log = createLog({ level: 'silent' });
    const stop = new Organizations({ source: fixedAccounts([account]), clock, log }).closeIdle();
    await connection.use(() => Promise.resolve());
    await clock.advance(9 * MINUTE_MS);
    expect(connection.isOpen).toBe(true);
    await clock.advance(2 * MINUTE_MS);
    expect(connection.isOpen).toBe(false);
    await connection.use(() => Promise.resolve());
    stop();
    await clock.advance(60 * MINUTE_MS);
    expect(connection.isOpen).toBe(true);
  });
});
