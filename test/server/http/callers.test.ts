// Who makes a request: by a key, by the key of the settings, or by a token.
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.js';
import { CallerKeys, createKey } from '../../../src/organizations/caller-keys.js';
import { Callers, type TokenVerifier } from '../../../src/server/http/callers.js';
import { FakeClock } from '../../support/fake-clock.js';
import { codeOf, openWorkbench, SOMEBODY } from '../../tools/support/workbench.js';

const ADMIN_KEY = 'a-key-of-the-settings-0123456789-abc';
const HERE = { resourceUrl: 'http://localhost/mcp', isSuspect: false };
const SUSPECT = { ...HERE, isSuspect: true };

async function openCallers(tokens: TokenVerifier | null = null) {
  const { app } = await openWorkbench();
  const { store } = app;
  const clock = new FakeClock(systemClock.nowMs());
  const callers = new Callers({
    keys: new CallerKeys({ store, clock }),
    adminKey: ADMIN_KEY,
    tokens,
  });
  const wish = { name: 'Nora', role: 'viewer', organizations: ['o1'], expiresDays: 1 } as const;
  const made = await createKey({ store, clock: systemClock }, wish, SOMEBODY);
  return { callers, clock, made, store };
}

describe('a key', () => {
  it('names its caller, role and organizations, and holds until it expires', async () => {
    const { callers, clock, made } = await openCallers();
    const signedIn = await callers.signIn(`Bearer ${made.key}`, HERE);
    expect(signedIn).toMatchObject({
      caller: { actor: 'Nora', role: 'viewer', organizations: ['o1'] },
      id: `key ${made.id}`,
    });
    expect(JSON.stringify(signedIn)).not.toContain(made.key);
    expect(await signedIn.isValid()).toBe(true);
    await clock.advance(25 * 3_600_000);
    expect(await signedIn.isValid()).toBe(false);
    expect(await codeOf(callers.signIn(`Bearer ${made.key}`, HERE))).toBe('UNAUTHENTICATED');
  });

  it('no longer holds once it is revoked', async () => {
    const { callers, clock, made, store } = await openCallers();
    const signedIn = await callers.signIn(`bearer   ${made.key} `, HERE);
    await store.revokeKey({ id: made.id, by: 'Carla', nowMs: clock.nowMs() });
    expect(await signedIn.isValid()).toBe(false);
    expect(await codeOf(callers.signIn(`Bearer ${made.key}`, HERE))).toBe('UNAUTHENTICATED');
  });

  it('must be whole', async () => {
    const { callers, made } = await openCallers();
    const { key } = made;
    const others = [key.slice(0, -1), `${key}a`, key.toUpperCase(), `${key} ${key}`, ` ${key}x`];
    for (const text of others) {
      expect(await codeOf(callers.signIn(`Bearer ${text}`, HERE))).toBe('UNAUTHENTICATED');
    }
    for (const header of [undefined, '', key, `Basic ${key}`, `Bearer${key}`, `Token ${key}`]) {
      expect(await codeOf(callers.signIn(header, HERE))).toBe('UNAUTHENTICATED');
    }
  });
});

describe('the key of the settings', () => {
  it('is an admin of all organizations, unless its caller’s address is guessing', async () => {
    const { callers, made } = await openCallers();
    const { caller } = await callers.signIn(`Bearer ${ADMIN_KEY}`, HERE);
    expect(caller).toEqual({ actor: 'BULK_API_KEY', organizations: 'all', role: 'admin' });
    expect(await codeOf(callers.signIn(`Bearer ${ADMIN_KEY}x`, HERE))).toBe('UNAUTHENTICATED');
    expect(await codeOf(callers.signIn(`Bearer ${ADMIN_KEY}`, SUSPECT))).toBe('UNAUTHENTICATED');
    await expect(callers.signIn(`Bearer ${made.key}`, SUSPECT)).resolves.toBeDefined();
  });
});

describe('a token', () => {
  const signedIn = {
    caller: SOMEBODY,
    id: 'token x',
    credential: 'token x 1',
    isValid: () => Promise.resolve(true),
  };

  it('is verified for the address that was asked', async () => {
    const asked: unknown[] = [];
    const { callers } = await openCallers({
      verify: (...all) => {
        asked.push(all);
        return Promise.resolve(signedIn);
      },
    });
    expect(await callers.signIn('Bearer a.b.c', HERE)).toBe(signedIn);
    expect(asked).toEqual([['a.b.c', 'http://localhost/mcp']]);
  });

  it('is unknown where no authorization server is set', async () => {
    const { callers } = await openCallers();
    expect(await codeOf(callers.signIn('Bearer a.b.c', HERE))).toBe('UNAUTHENTICATED');
  });
});
