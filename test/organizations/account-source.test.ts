// The accounts of a running process follow the tokens in the store, which other processes change.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLog } from '../../src/core/log.js';
import type { SealedToken } from '../../src/model/access.js';
import { Account } from '../../src/organizations/account.js';
import { fixedAccounts, StoredAccounts } from '../../src/organizations/account-source.js';
import { Connection } from '../../src/organizations/connection.js';
import type { JobStore } from '../../src/store/job-store.js';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import { calmWorld, type World } from '../support/engine-world.js';
import { FakeClock } from '../support/fake-clock.js';

const READ = { priority: 'interactive', patienceMs: 0 } as const;

/** The same database, opened by two processes. */
async function twoStores(): Promise<readonly [JobStore, JobStore]> {
  const root = mkdtempSync(path.join(realpathSync(tmpdir()), 'accounts-'));
  const file = path.join(root, 'jobs.sqlite');
  const stores = [await openSqliteStore({ path: file }), await openSqliteStore({ path: file })];
  onTestFinished(async () => {
    for (const store of stores) await store.close();
    rmSync(root, { recursive: true });
  });
  return stores as [JobStore, JobStore];
}

function tokenOf(organizationId: string, more: Partial<SealedToken> = {}) {
  const token = { tokenHash: `hash of ${organizationId}`, sealed: `sealed ${organizationId}` };
  return { organizationId, ...token, ...more, by: 'Anne', nowMs: 0 };
}

async function openSource() {
  const [store, elsewhere] = await twoStores();
  const clock = new FakeClock();
  let world: World | null = null;
  let asked = 0;
  const accountOf = (tokenHash: string | null, expectedId: string | null): Account =>
    new Account({
      store,
      connection: new Connection({
        open: async () => (world ??= await calmWorld({ isHeld: true })).billy,
        clock,
      }),
      tokenHash,
      expectedId,
    });
  const none = accountOf(null, null);
  const source = new StoredAccounts({
    store: {
      listTokens: () => {
        asked += 1;
        return store.listTokens();
      },
    },
    clock,
    log: createLog({ level: 'silent' }),
    accountOf: ({ tokenHash, organizationId }) => accountOf(tokenHash, organizationId),
    none,
  });
  return { source, elsewhere, clock, none, asked: () => asked };
}

type Source = Awaited<ReturnType<typeof openSource>>['source'];

async function hashesOf(source: Source): Promise<string[]> {
  return (await source.accounts()).map((account) => account.requireToken());
}

/** Accounts have no visible fields, so that equal ones may be different. */
function isOnly(accounts: readonly Account[], account: Account): boolean {
  return accounts.length === 1 && accounts[0] === account;
}

/** Opens the client of the account by a use. */
async function use({ connection }: Account): Promise<void> {
  await connection.use(() => Promise.resolve());
}

describe('the accounts of stored tokens', () => {
  it('are one for each organization, and the same at each look', async () => {
    const { source, elsewhere, clock } = await openSource();
    for (const id of ['beta', 'alfa']) await elsewhere.saveToken(tokenOf(id));
    const first = await source.accounts();
    expect(first.map((account) => account.requireToken())).toEqual([
      'hash of alfa',
      'hash of beta',
    ]);
    await clock.advance(10_000);
    const second = await source.accounts();
    expect(second[0]).toBe(first[0]);
    expect(second[1]).toBe(first[1]);
  });

  it('see within five seconds what another process adds and removes', async () => {
    const { source, elsewhere, clock } = await openSource();
    await elsewhere.saveToken(tokenOf('alfa'));
    expect(await hashesOf(source)).toEqual(['hash of alfa']);
    await elsewhere.saveToken(tokenOf('beta'));
    await clock.advance(5000);
    expect(await hashesOf(source)).toEqual(['hash of alfa', 'hash of beta']);
    await elsewhere.removeToken({ organizationId: 'alfa', by: 'Bo', nowMs: 1 });
    await clock.advance(5000);
    expect(await hashesOf(source)).toEqual(['hash of beta']);
  });

  it('are not asked for more often than every two seconds, however many calls there are', async () => {
    const { source, elsewhere, clock, asked } = await openSource();
    await elsewhere.saveToken(tokenOf('alfa'));
    const calls = Array.from({ length: 20 }, () => source.accounts());
    await Promise.all(calls);
    expect(asked()).toBe(1);
    for (const [ms, times] of [
      [1999, 1],
      [1, 2],
      [1000, 2],
      [999, 2],
      [1, 3],
    ] as const) {
      await clock.advance(ms);
      await Promise.all([source.accounts(), source.accounts()]);
      expect(asked()).toBe(times);
    }
  });

  it('are told without asking from the last look', async () => {
    const { source, elsewhere, none, asked } = await openSource();
    await elsewhere.saveToken(tokenOf('alfa'));
    expect(isOnly(source.lastKnown(), none)).toBe(true);
    await source.accounts();
    expect(source.lastKnown().map((account) => account.requireToken())).toEqual(['hash of alfa']);
    expect(asked()).toBe(1);
  });

  it('are asked for again at once after a look that failed', async () => {
    const clock = new FakeClock();
    const { store, billy } = await calmWorld({ isHeld: true });
    await store.saveToken(tokenOf('alfa'));
    const connection = new Connection({ open: () => Promise.resolve(billy), clock });
    const accountOf = ({ tokenHash }: { tokenHash: string | null }): Account =>
      new Account({ store, connection, tokenHash, expectedId: null });
    let isBroken = true;
    const listTokens = (): Promise<SealedToken[]> =>
      isBroken ? Promise.reject(new Error('locked')) : store.listTokens();
    const none = accountOf({ tokenHash: null });
    const log = createLog({ level: 'silent' });
    const source = new StoredAccounts({ store: { listTokens }, clock, log, accountOf, none });
    await expect(source.accounts()).rejects.toThrow('locked');
    isBroken = false;
    expect(await hashesOf(source)).toEqual(['hash of alfa']);
  });
});

describe('a token that changes', () => {
  it('makes another account of its organization alone, and closes the old client', async () => {
    const { source, elsewhere, clock } = await openSource();
    for (const id of ['alfa', 'beta']) await elsewhere.saveToken(tokenOf(id));
    const before = await source.accounts();
    for (const account of before) await use(account);
    await elsewhere.saveToken(tokenOf('alfa', { tokenHash: 'hash 2', sealed: 'sealed 2' }));
    await clock.advance(2000);
    const after = await source.accounts();
    expect(await hashesOf(source)).toEqual(['hash 2', 'hash of beta']);
    expect([after[0] === before[0], after[1] === before[1]]).toEqual([false, true]);
    expect(before.map(({ connection }) => connection.isOpen)).toEqual([false, true]);
  });

  it('that is removed closes its client', async () => {
    const { source, elsewhere, clock, none } = await openSource();
    await elsewhere.saveToken(tokenOf('alfa'));
    const [account] = await source.accounts();
    if (account === undefined) throw new Error('no account');
    await use(account);
    await elsewhere.removeToken({ organizationId: 'alfa', by: 'Bo', nowMs: 1 });
    await clock.advance(2000);
    expect(isOnly(await source.accounts(), none)).toBe(true);
    expect(account.connection.isOpen).toBe(false);
  });

  it('is the same token when only another key sealed it: a client at work stays open', async () => {
    const { source, elsewhere, clock } = await openSource();
    await elsewhere.saveToken(tokenOf('alfa'));
    const [account] = await source.accounts();
    if (account === undefined) throw new Error('no account');
    await account.connection.use(async (billy) => {
      const reseal = { organizationId: 'alfa', from: 'sealed alfa', to: 'sealed anew' };
      expect(await elsewhere.resealToken(reseal)).toBe(true);
      await clock.advance(2000);
      expect((await source.accounts())[0]).toBe(account);
      expect((await billy.organization(READ)).name).not.toBe('');
    });
    // Its next client is opened from the new sealing: the old key may be gone by then.
    await account.connection.close();
    await clock.advance(2000);
    expect((await source.accounts())[0]).not.toBe(account);
    expect(await hashesOf(source)).toEqual(['hash of alfa']);
  });
});

describe('without any token', () => {
  it('there is one account, whose calls say how to add one', async () => {
    const { source, none } = await openSource();
    expect(isOnly(await source.accounts(), none)).toBe(true);
    const refusal = none.remembered(undefined);
    await expect(refusal).rejects.toMatchObject({ code: 'CONFIG_MISSING_TOKEN' });
    await expect(refusal).rejects.toHaveProperty(
      'hint',
      expect.stringContaining('billy-bulk-mcp organizations add'),
    );
  });

  it('the stand-in goes with the first token that is added', async () => {
    const { source, elsewhere, clock, none } = await openSource();
    expect(isOnly(await source.accounts(), none)).toBe(true);
    await elsewhere.saveToken(tokenOf('alfa'));
    await clock.advance(2000);
    expect(await hashesOf(source)).toEqual(['hash of alfa']);
  });
});

describe('accounts of tokens in the settings', () => {
  it('are those that were given', async () => {
    const { none } = await openSource();
    const source = fixedAccounts([none]);
    expect(isOnly(await source.accounts(), none)).toBe(true);
    expect(isOnly(source.lastKnown(), none)).toBe(true);
  });
});
