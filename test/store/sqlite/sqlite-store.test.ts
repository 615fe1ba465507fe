import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobStore } from '../../../src/store/job-store.js';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js';
import { describeJobStore } from '../../support/store-contract.js';
import {
  change,
  changeItems,
  claimedJob,
  newJob,
  NOW_MS,
  patchJob,
  takeLease,
  TTL_MS,
} from '../contract/fixtures.js';
import { openThreadedStore } from '../support/built-store.js';
import { openWatchedStore } from '../support/watched-store.js';
import {
  openFileStore,
  openMemoryStore,
  temporaryFile,
  type Folder,
} from '../support/sqlite-files.js';

describeJobStore('SQLite in memory', openMemoryStore);
describeJobStore('SQLite on file', openFileStore, openWatchedStore);
describeJobStore('SQLite on file, with a thread that writes,', openThreadedStore);

const stores: JobStore[] = [];
let place: Folder = { file: '', folder: '', remove: () => undefined };
beforeEach(() => {
  place = temporaryFile();
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  place.remove();
});

async function open(): Promise<JobStore> {
  const store = await openSqliteStore({ path: place.file });
  stores.push(store);
  return store;
}

describe('the database file', () => {
  it('is for its owner alone, with its log and index beside it', async () => {
    const store = await open();
    await claimedJob(store, 'j1', { items: 3 });
    for (const ending of ['', '-wal', '-shm']) {
      expect(statSync(place.file + ending).mode & 0o777).toBe(0o600);
    }
  });

  it('becomes for its owner alone when it was not', async () => {
    writeFileSync(place.file, '', { mode: 0o644 });
    await open();
    expect(statSync(place.file).mode & 0o777).toBe(0o600);
  });

  it('keeps a write-ahead log that other programs see', async () => {
    await open();
    const onlooker = new Database(place.file, { readonly: true });
    expect(onlooker.pragma('journal_mode', { simple: true })).toBe('wal');
    onlooker.close();
  });

  it('is not made in memory', async () => {
    const { cleanup } = await openMemoryStore();
    expect(existsSync(':memory:')).toBe(false);
    await cleanup();
  });
});

describe('a store that cannot be opened', () => {
  const refused = (file: string, says: string) => ({
    code: 'STORE_FAILED',
    message: `The job database "${file}" ${says}.`,
  });

  it('because its folder is missing', async () => {
    const file = path.join(place.folder, 'no', 'jobs.sqlite');
    await expect(openSqliteStore({ path: file })).rejects.toMatchObject(
      refused(file, 'cannot be opened: its folder is missing'),
    );
  });

  it('because a folder stands in its place', async () => {
    mkdirSync(place.file);
    await expect(openSqliteStore({ path: place.file })).rejects.toMatchObject(
      refused(place.file, 'cannot be opened: a folder has its name'),
    );
  });

  it('because the file is something else, which stays as it is', async () => {
    const text = 'navn;email\n'.repeat(200);
    writeFileSync(place.file, text, { mode: 0o640 });
    await expect(openSqliteStore({ path: place.file })).rejects.toMatchObject(
      refused(place.file, 'is not a database, or is damaged'),
    );
    expect(readFileSync(place.file, 'utf8')).toBe(text);
    expect(statSync(place.file).mode & 0o777).toBe(0o640);
  });

  it('because a later version of this program has changed it', async () => {
    await (await openSqliteStore({ path: place.file })).close();
    const later = new Database(place.file);
    later
      .prepare("INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-later', '2030')")
      .run();
    later.close();
    await expect(openSqliteStore({ path: place.file })).rejects.toMatchObject(
      refused(place.file, 'was made by a later version of this program'),
    );
  });
});

/** From now on every write to `table` fails, as it does on a full or read-only disk. */
function breakWrites(table: string): void {
  const database = new Database(place.file);
  for (const event of ['INSERT', 'UPDATE', 'DELETE']) {
    database.exec(
      `CREATE TRIGGER full_${event} BEFORE ${event} ON ${table}
       BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`,
    );
  }
  database.close();
}

describe('a store that cannot be written any more', () => {
  it('says so with STORE_FAILED and the driver as its cause, and still reads', async () => {
    const store = await open();
    await store.createJob(newJob('j1'));
    breakWrites('jobs');
    const failed = { code: 'STORE_FAILED', detail: expect.stringContaining('full') as string };
    await expect(store.createJob(newJob('j2'))).rejects.toMatchObject(failed);
    const asked = store.requestCancel({ jobId: 'j1', by: 'mcp', nowMs: NOW_MS });
    await expect(asked).rejects.toMatchObject(failed);
    expect(await store.getJob({ jobId: 'j1' })).toMatchObject({ cancelRequested: false });
  });

  it('stamps no send, and says so', async () => {
    const store = await open();
    breakWrites('sends');
    const limit = { count: 1, windowMs: 1000, spacingMs: 0, catchUpMs: 0, leadMs: 0, keepMs: 1000 };
    const sending = { scope: 'a', slot: 's', paceVersion: 0, ...limit };
    const taken = store.reserveSend({ ...sending, now: () => NOW_MS });
    await expect(taken).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });

  it('takes back the items of a batch whose counters could not be written', async () => {
    const store = await open();
    const claimed = await claimedJob(store, 'j1', { items: 1 });
    breakWrites('jobs');
    const batch = changeItems(store, claimed, [change(1, { state: 'ended', outcome: 'created' })]);
    await expect(batch).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(await store.getItem({ jobId: 'j1', seq: 1 })).toMatchObject({ state: 'read' });
  });

  it('goes on where it was once writing works again', async () => {
    const store = await open();
    const claimed = await claimedJob(store, 'j1', { items: 1 });
    breakWrites('items');
    const sent = change(1, { state: 'sending' });
    await expect(changeItems(store, claimed, [sent])).rejects.toMatchObject({
      code: 'STORE_FAILED',
    });
    const database = new Database(place.file);
    database.exec('DROP TRIGGER full_UPDATE');
    database.close();
    await changeItems(store, claimed, [sent]);
    expect(await store.getItem({ jobId: 'j1', seq: 1 })).toMatchObject({ state: 'sending' });
  });
});

describe('two stores on one file', () => {
  it('see what the other wrote', async () => {
    const [left, right] = [await open(), await open()];
    const claimed = await claimedJob(left, 'j1', { items: 2 });
    await changeItems(left, claimed, [change(1, { state: 'ended', outcome: 'created' })]);
    expect(await right.getJob({ jobId: 'j1' })).toMatchObject({ outcomes: { created: 1 } });
    expect(await right.requestCancel({ jobId: 'j1', by: 'right', nowMs: NOW_MS })).toBe(true);
    expect(await left.getJob({ jobId: 'j1' })).toMatchObject({ cancelledBy: 'right' });
  });

  it('fence each other', async () => {
    const [left, right] = [await open(), await open()];
    const claimed = await claimedJob(left, 'j1', { items: 1 });
    const ours = { ...claimed.lease, owner: 'right' };
    expect(await right.acquireLease({ lease: ours, nowMs: NOW_MS, ttlMs: TTL_MS })).toBe(false);
    await takeLease(right, ours, NOW_MS + TTL_MS);
    const late = patchJob(left, claimed, { status: 'completed', phase: 'done' });
    await expect(late).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await patchJob(right, { jobId: 'j1', lease: ours }, { status: 'processing' });
    expect(await left.getJob({ jobId: 'j1' })).toMatchObject({ status: 'processing' });
  });
});

const HELD_MS = 1000;
const GAP_MS_MAX = 300;
const TICK_MS = 5;

describe('a store whose file another process is writing', () => {
  it('waits for it and never holds the event loop', async () => {
    const store = await open();
    const writer = new Database(place.file);
    writer.exec('BEGIN IMMEDIATE');
    setTimeout(() => writer.exec('COMMIT'), HELD_MS);
    let lastMs = performance.now();
    const gaps: number[] = [];
    const ticking = setInterval(() => {
      const nowMs = performance.now();
      gaps.push(nowMs - lastMs);
      lastMs = nowMs;
    }, TICK_MS);
    const startedMs = performance.now();
    await Promise.all(['j1', 'j2', 'j3'].map((id) => store.createJob(newJob(id))));
    clearInterval(ticking);
    writer.close();
    expect(performance.now() - startedMs).toBeGreaterThan(HELD_MS * 0.95);
    expect(gaps.length).toBeGreaterThan(HELD_MS / GAP_MS_MAX);
    // Waiting in the driver would hold it for as long as the lock; a busy machine for a moment.
    expect(Math.max(...gaps)).toBeLessThan(GAP_MS_MAX);
    for (const jobId of ['j1', 'j2', 'j3']) expect(await store.getJob({ jobId })).not.toBeNull();
  });
});

/** Longer than one may work on end before others have their turn. */
const WORK_MS = 30;

describe('a store that has worked for long', () => {
  /** Whether others had their turn before the answer came. */
  async function givesTurn(ask: (store: JobStore) => Promise<unknown>): Promise<boolean> {
    const store = await open();
    await claimedJob(store, 'j1', { items: 3 });
    const endMs = performance.now() + WORK_MS;
    while (performance.now() < endMs);
    let hadTurn = false;
    setImmediate(() => {
      hadTurn = true;
    });
    await ask(store);
    return hadTurn;
  }

  it.each<[string, (store: JobStore) => Promise<unknown>]>([
    ['the job', (store) => store.getJob({ jobId: 'j1' })],
    ['the job of a caller', (store) => store.findJob({ jobId: 'j1', organizationIds: ['org'] })],
    ['its errors', (store) => store.listItems({ jobId: 'j1', isTrouble: true, limit: 20 })],
    ['its causes', (store) => store.listCauses({ jobId: 'j1', limit: 5 })],
  ])('answers at once when asked for %s', async (_what, ask) => {
    expect(await givesTurn(ask)).toBe(false);
  });

  it.each<[string, (store: JobStore) => Promise<unknown>]>([
    ['many items', (store) => store.listItems({ jobId: 'j1', limit: 200 })],
    ['a count of them', (store) => store.countItems({ jobId: 'j1', states: ['read'] })],
  ])('lets others have their turn before it gives %s', async (_what, ask) => {
    expect(await givesTurn(ask)).toBe(true);
  });
});

const OPENERS = 3;
const ROUNDS = 8;
/** Long enough for the order to reach every process before it is carried out. */
const HEAD_START_MS = 20;

async function startOpener(): Promise<ChildProcess> {
  const opener = fork(new URL('../support/opener.ts', import.meta.url), [], {
    execArgv: ['--import', 'tsx'],
  });
  await once(opener, 'message');
  return opener;
}

async function openThere(
  opener: ChildProcess,
  order: { path: string; atMs: number },
): Promise<unknown> {
  const answer = once(opener, 'message');
  opener.send(order);
  const [said] = (await answer) as unknown[];
  return said;
}

describe('processes that start at the same time', () => {
  it('all open a database that none of them had before', async () => {
    const openers = await Promise.all(Array.from({ length: OPENERS }, startOpener));
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        const file = path.join(place.folder, `${String(round)}.sqlite`);
        const order = { path: file, atMs: Date.now() + HEAD_START_MS };
        const said = await Promise.all(openers.map((opener) => openThere(opener, order)));
        expect(said).toEqual(openers.map(() => 'opened'));
      }
    } finally {
      for (const opener of openers) opener.kill();
    }
  });
});
