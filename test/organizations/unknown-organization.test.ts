// One access token whose organization Billy does not tell must not stop the work on the others.
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { createLog } from '../../src/core/log.js';
import { Account } from '../../src/organizations/account.js';
import type { Caller } from '../../src/organizations/caller.js';
import { Connection } from '../../src/organizations/connection.js';
import { fixedAccounts } from '../../src/organizations/account-source.js';
import { Organizations } from '../../src/organizations/organizations.js';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import { FakeClock } from '../support/fake-clock.js';

const RETRY_MS = 30_000;

function callerOf(organizations: Caller['organizations']): Caller {
  return { actor: 'somebody', organizations, role: 'operator' };
}

/** Tokens with the ids of their organizations; null: nobody knows it yet, and Billy does not answer. */
async function officeOf(ids: readonly (string | null)[]) {
  const store = await openSqliteStore({ path: ':memory:' });
  onTestFinished(() => store.close());
  const clock = new FakeClock();
  let asked = 0;
  const accounts: Account[] = [];
  for (const [nth, id] of ids.entries()) {
    const tokenHash = `token ${String(nth)}`;
    const organization = { id: id ?? '', name: `${String(id)} ApS`, registrationNo: null };
    if (id !== null) await store.rememberOrganization({ tokenHash, organization });
    const open = (): never => {
      asked += 1;
      throw new AppError({ code: 'BILLY_UNREACHABLE', message: 'Away.', hint: 'Wait.' });
    };
    const connection = new Connection({ open, clock });
    accounts.push(new Account({ store, connection, tokenHash, expectedId: null }));
  }
  const organizations = new Organizations({
    source: fixedAccounts(accounts),
    clock,
    log: createLog({ level: 'silent' }),
  });
  return { organizations, clock, asked: () => asked };
}

describe('an organization that is not known yet, while Billy is away', () => {
  it('hides no job of the others', async () => {
    const { organizations } = await officeOf([null, 'a', 'b']);
    expect(await organizations.idsFor(callerOf('all'), undefined)).toEqual(['a', 'b']);
    expect(await organizations.idsFor(callerOf('all'), 'b')).toEqual(['b']);
    expect(await organizations.idsFor(callerOf(['a']), undefined)).toEqual(['a']);
  });

  it('stops no start for another one, and is never the reason to guess', async () => {
    const { organizations } = await officeOf([null, 'a']);
    const named = await organizations.accountFor(callerOf('all'), 'a');
    expect(await named.knownId()).toBe('a');
    const mine = await organizations.accountFor(callerOf(['a']), undefined);
    expect(await mine.knownId()).toBe('a');
    await expect(organizations.accountFor(callerOf('all'), undefined)).rejects.toMatchObject({
      code: 'ORGANIZATION_REQUIRED',
    });
  });

  it('is the reason of a refusal only where it may be the one that is meant', async () => {
    const { organizations } = await officeOf([null, 'a']);
    const refusals = [
      [callerOf('all'), 'z', 'BILLY_UNREACHABLE'],
      [callerOf(['a', 'z']), 'z', 'BILLY_UNREACHABLE'],
      [callerOf(['z']), undefined, 'BILLY_UNREACHABLE'],
      [callerOf(['a', 'z']), 'foreign', 'ORGANIZATION_REQUIRED'],
      [callerOf(['a']), 'z', 'ORGANIZATION_REQUIRED'],
    ] as const;
    for (const [caller, id, code] of refusals) {
      await expect(organizations.accountFor(caller, id)).rejects.toMatchObject({ code });
    }
    await expect(organizations.idsFor(callerOf(['z']), undefined)).rejects.toMatchObject({
      code: 'BILLY_UNREACHABLE',
    });
  });

  it('is asked for again after a while, and not by each call', async () => {
    const { organizations, clock, asked } = await officeOf([null, 'a']);
    for (let call = 0; call < 5; call += 1) {
      await organizations.idsFor(callerOf('all'), undefined);
    }
    expect(asked()).toBe(1);
    await clock.advance(RETRY_MS);
    await organizations.idsFor(callerOf('all'), undefined);
    expect(asked()).toBe(2);
    await organizations.idsFor(callerOf(['a']), undefined);
    expect(asked()).toBe(2);
  });
});

describe('two access tokens of one organization', () => {
  it('are one organization for a caller', async () => {
    const { organizations } = await officeOf(['a', 'a']);
    const { organizations: three } = await officeOf(['a', 'b', 'a']);
    const chosen = await organizations.accountFor(callerOf('all'), undefined);
    expect(await chosen.knownId()).toBe('a');
    expect(await organizations.idsFor(callerOf('all'), undefined)).toEqual(['a']);
    await expect(three.accountFor(callerOf('all'), undefined)).rejects.toMatchObject({
      detail: '2 organizations: "a" "a ApS", "b" "b ApS"',
    });
  });
});
