// Who makes a request: by a key, by the key of the settings, or by a token.
import { describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../../src/core/clock.js';
import { BrowserSessions } from '../../../src/organizations/browser-sessions.js';
import { CallerKeys, createKey } from '../../../src/organizations/caller-keys.js';
import { Callers, type TokenVerifier } from '../../../src/server/http/callers.js';
import { LoginLink } from '../../../src/server/http/login-link.js';
import { FakeClock } from '../../support/fake-clock.js';
import { codeOf, openWorkbench, SOMEBODY } from '../../tools/support/workbench.js';

const ADMIN_KEY = 'a-key-of-the-settings-0123456789-abc';
const HERE = { resourceUrl: 'http://localhost/mcp', isSuspect: false };
const SUSPECT = { ...HERE, isSuspect: true };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

type Store = Awaited<ReturnType<typeof openWorkbench>>['app']['store'];

function callersOn(parts: {
  readonly store: Store;
  readonly clock: Clock;
  readonly adminKey?: string;
  readonly tokens?: TokenVerifier | null;
  readonly loginLink?: LoginLink;
}): Callers {
  const { store, clock, adminKey = ADMIN_KEY, tokens = null } = parts;
  return new Callers({
    keys: new CallerKeys({ store, clock }),
    sessions: new BrowserSessions({ store, clock }),
    loginLink: parts.loginLink ?? new LoginLink(clock),
    adminKey,
    tokens,
  });
}

async function openCallers(tokens: TokenVerifier | null = null) {
  const { app } = await openWorkbench();
  const { store } = app;
  const clock = new FakeClock(systemClock.nowMs());
  const loginLink = new LoginLink(clock);
  const callers = callersOn({ store, clock, tokens, loginLink });
  const wish = { name: 'Nora', role: 'viewer', organizations: ['o1'], expiresDays: 1 } as const;
  const made = await createKey({ store, clock: systemClock }, wish, SOMEBODY);
  return { callers, clock, made, store, loginLink };
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
    expiresAt: null,
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

describe('a session', () => {
  it('is its key for twelve hours, and no longer', async () => {
    const { callers, clock, made } = await openCallers();
    const id = await callers.beginByKey(made.key, HERE);
    const byKey = await callers.signIn(`Bearer ${made.key}`, HERE);
    const signedIn = await callers.signInBySession(id);
    expect(signedIn).toMatchObject({ caller: byKey.caller, id: byKey.id });
    expect(signedIn.credential).not.toBe(byKey.credential);
    expect(Date.parse(signedIn.expiresAt ?? '') - clock.nowMs()).toBe(12 * HOUR_MS);
    await clock.advance(12 * HOUR_MS - 1);
    expect(await signedIn.isValid()).toBe(true);
    await clock.advance(1);
    expect(await signedIn.isValid()).toBe(false);
    expect(await codeOf(callers.signInBySession(id))).toBe('UNAUTHENTICATED');
  });

  it('ends with its key, when it is ended, and with the key of the settings', async () => {
    const { callers, clock, made, store } = await openCallers();
    const [first, second] = [
      await callers.beginByKey(made.key, HERE),
      await callers.beginByKey(made.key, HERE),
    ];
    expect(first).not.toBe(second);
    await callers.end(first, 'Nora');
    expect(await codeOf(callers.signInBySession(first))).toBe('UNAUTHENTICATED');
    const signedIn = await callers.signInBySession(second);
    await store.revokeKey({ id: made.id, by: 'Carla', nowMs: clock.nowMs() });
    expect(await signedIn.isValid()).toBe(false);
    expect(await codeOf(callers.signInBySession(second))).toBe('UNAUTHENTICATED');
    const admin = await callers.beginByKey(ADMIN_KEY, HERE);
    expect((await callers.signInBySession(admin)).caller.role).toBe('admin');
    const later = callersOn({ store, clock, adminKey: `another-${ADMIN_KEY}` });
    expect(await codeOf(later.signInBySession(admin))).toBe('UNAUTHENTICATED');
  });

  it('needs a whole key, which a guessing address may not try', async () => {
    const { callers, made } = await openCallers();
    const wrong = [made.key.slice(1), `${made.key}a`, `Bearer ${made.key}`, 'a.b.c', ''];
    for (const key of wrong) {
      expect(await codeOf(callers.beginByKey(key, HERE))).toBe('UNAUTHENTICATED');
    }
    expect(await codeOf(callers.beginByKey(ADMIN_KEY, SUSPECT))).toBe('UNAUTHENTICATED');
    await expect(callers.beginByKey(made.key, SUSPECT)).resolves.toBeDefined();
    for (const id of ['', 'x', made.key]) {
      expect(await codeOf(callers.signInBySession(id))).toBe('UNAUTHENTICATED');
    }
  });

  it('of the login link begins once, within ten minutes', async () => {
    const { callers, clock, loginLink } = await openCallers();
    const codeIn = (link: string): string => new URL(link).searchParams.get('code') ?? '';
    const replaced = codeIn(loginLink.issue('http://localhost'));
    const code = codeIn(loginLink.issue('http://localhost'));
    for (const other of [replaced, code.slice(1), '']) {
      expect(await codeOf(callers.beginByCode(other))).toBe('UNAUTHENTICATED');
    }
    await clock.advance(10 * MINUTE_MS - 1);
    const { caller } = await callers.signInBySession(await callers.beginByCode(code));
    expect(caller).toEqual({ actor: 'login link', organizations: 'all', role: 'admin' });
    expect(await codeOf(callers.beginByCode(code))).toBe('UNAUTHENTICATED');
    const late = codeIn(loginLink.issue('http://localhost'));
    await clock.advance(10 * MINUTE_MS);
    expect(await codeOf(callers.beginByCode(late))).toBe('UNAUTHENTICATED');
  });
});
