// The sends of a token count under its organization, whichever token it is.
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SendRequest } from '../../src/model/send-log.js';
import type { JobStore } from '../../src/store/job-store.js';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import { sendsOfToken } from '../../src/wiring/send-scope.js';

const WINDOW_MS = 1000;
const LIMIT = 4;

async function openStore(): Promise<JobStore> {
  const store = await openSqliteStore({ path: ':memory:' });
  onTestFinished(() => store.close());
  return store;
}

let slots = 0;

function askAt(nowMs: number, more: Partial<SendRequest> = {}): SendRequest {
  slots += 1;
  return {
    slot: `s${String(slots)}`,
    count: LIMIT,
    windowMs: WINDOW_MS,
    spacingMs: 0,
    catchUpMs: 0,
    leadMs: 0,
    keepMs: 2 * WINDOW_MS,
    paceVersion: 0,
    now: () => nowMs,
    ...more,
  };
}

function organizationOf(id: string) {
  return { id, name: id, registrationNo: null };
}

async function learn(store: JobStore, tokenHash: string, id: string): Promise<void> {
  await store.rememberOrganization({ tokenHash, organization: organizationOf(id) });
}

async function sentBy(store: JobStore, scope: string): Promise<readonly number[]> {
  return (await store.readSends({ scope, sinceMs: 0, untilMs: 1e6 })).accepted;
}

describe('two tokens of one organization', () => {
  it('share one window', async () => {
    const store = await openStore();
    await learn(store, 'old', 'org');
    await learn(store, 'new', 'org');
    const [old, fresh] = [sendsOfToken(store, 'old'), sendsOfToken(store, 'new')];
    for (let sent = 0; sent < LIMIT; sent += 1) {
      expect((await (sent % 2 === 0 ? old : fresh).take(askAt(sent))).kind).toBe('taken');
    }
    expect((await old.take(askAt(500))).kind).toBe('full');
    expect((await fresh.take(askAt(500))).kind).toBe('full');
  });

  it('share one window from the first request of the new one, which asks whose it is', async () => {
    const store = await openStore();
    await learn(store, 'old', 'org');
    const [old, fresh] = [sendsOfToken(store, 'old'), sendsOfToken(store, 'new')];
    for (let sent = 0; sent < LIMIT; sent += 1) await old.take(askAt(sent));
    // The window is full, so the question waits too.
    expect(await fresh.take(askAt(500))).toEqual({ kind: 'full', waitMs: 500 });
    expect((await fresh.take(askAt(1000))).kind).toBe('taken');
    await learn(store, 'new', 'org');
    // The question and three of the others are in the window that ends here.
    expect((await old.take(askAt(1000))).kind).toBe('full');
    expect((await fresh.take(askAt(1000))).kind).toBe('full');
  });

  it('share what the new one sent before anybody knew whose it is', async () => {
    const store = await openStore();
    const fresh = sendsOfToken(store, 'new');
    for (let sent = 0; sent < LIMIT; sent += 1) {
      expect((await fresh.take(askAt(sent))).kind).toBe('taken');
    }
    await fresh.pause({ nowMs: 10, ms: 700 });
    await learn(store, 'new', 'org');
    await learn(store, 'old', 'org');
    expect(await sentBy(store, 'org')).toHaveLength(LIMIT);
    expect(await sentBy(store, 'new')).toEqual([]);
    const old = sendsOfToken(store, 'old');
    expect(await old.take(askAt(500))).toMatchObject({ kind: 'paused', waitMs: 210 });
    expect((await old.take(askAt(900))).kind).toBe('full');
  });

  it('share the later of two pauses', async () => {
    for (const [before, after, left] of [
      [700, 300, 600],
      [300, 700, 600],
    ] as const) {
      const store = await openStore();
      await learn(store, 'old', 'org');
      await sendsOfToken(store, 'old').pause({ nowMs: 0, ms: before });
      await sendsOfToken(store, 'new').pause({ nowMs: 0, ms: after });
      await learn(store, 'new', 'org');
      const decision = await sendsOfToken(store, 'new').take(askAt(100));
      expect(decision).toEqual({ kind: 'paused', waitMs: left });
    }
  });
});

describe('a token of an unknown organization', () => {
  it('leaves the windows of idle organizations alone', async () => {
    const store = await openStore();
    await learn(store, 'old', 'org');
    await sendsOfToken(store, 'old').take(askAt(0));
    await sendsOfToken(store, 'new').take(askAt(1 + WINDOW_MS));
    expect(await sentBy(store, 'org')).toEqual([0]);
  });

  it('moves each of its stamps when the send leaves late', async () => {
    const store = await openStore();
    await learn(store, 'old', 'org');
    await sendsOfToken(store, 'old').take(askAt(0));
    const fresh = sendsOfToken(store, 'new');
    const ask = askAt(100);
    await fresh.take(ask);
    await fresh.move({ slot: ask.slot, atMs: 300 });
    expect(await sentBy(store, 'org')).toEqual([0, 300]);
    expect(await sentBy(store, 'new')).toEqual([300]);
  });

  it('keeps its own learned rate until its organization is known', async () => {
    const store = await openStore();
    const fresh = sendsOfToken(store, 'new');
    await fresh.take(askAt(0));
    expect(await fresh.keep({ version: 0, pace: { a: 1 } })).toBe(true);
    const { kept } = await fresh.read({ sinceMs: 0, untilMs: 0 });
    expect(kept).toEqual({ version: 1, pace: { a: 1 } });
  });
});

describe('organizations', () => {
  it('have windows of their own', async () => {
    const store = await openStore();
    await learn(store, 'a', 'org-a');
    await learn(store, 'b', 'org-b');
    const [a, b] = [sendsOfToken(store, 'a'), sendsOfToken(store, 'b')];
    for (let sent = 0; sent < LIMIT; sent += 1) await a.take(askAt(sent));
    expect((await a.take(askAt(10))).kind).toBe('full');
    expect((await b.take(askAt(10))).kind).toBe('taken');
  });

  it('mark a refused send in their own window', async () => {
    const store = await openStore();
    await learn(store, 'a', 'org-a');
    const a = sendsOfToken(store, 'a');
    const ask = askAt(5);
    await a.take(ask);
    expect(await a.refuse({ slot: ask.slot })).toBe(5);
    expect(await sentBy(store, 'org-a')).toEqual([]);
  });
});
