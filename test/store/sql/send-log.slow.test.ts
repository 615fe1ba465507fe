import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Tables } from '../../../src/store/sql/schema.js';
import { sqlSends } from '../../../src/store/sql/send-log.js';
import type { SendDecision } from '../../../src/model/send-log.js';
import type { ScopedSendRequest } from '../../../src/store/ports/send-log.js';
import { migrateAll, temporaryFile, type Folder } from '../support/sqlite-files.js';

let place: Folder;
let connections: Kysely<Tables>[] = [];
beforeEach(async () => {
  place = temporaryFile();
  connections = [0, 1].map(() => {
    const database = new Database(place.file);
    return new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  });
  const [first] = connections;
  if (first !== undefined) await migrateAll(first);
});
afterEach(async () => {
  for (const connection of connections) await connection.destroy();
  place.remove();
});

let slots = 0;
function ask(nowMs: number, overrides: Partial<ScopedSendRequest> = {}): ScopedSendRequest {
  slots += 1;
  const slot = `slot-${String(slots)}`;
  const now = (): number => nowMs;
  const limit = { count: 3, windowMs: 10, spacingMs: 0, catchUpMs: 0, leadMs: 0, keepMs: 10 };
  return { scope: 'account', slot, ...limit, paceVersion: 0, now, ...overrides };
}

async function rowCount(): Promise<number> {
  const rows = await connections[0]?.selectFrom('sends').selectAll().execute();
  return rows?.length ?? 0;
}

describe('two connections to one log', () => {
  it('count the sends of both', async () => {
    const [left, right] = connections.map(sqlSends);
    for (const side of [left, right, left]) {
      expect(await side?.reserveSend(ask(100))).toMatchObject({ kind: 'taken' });
    }
    expect(await right?.reserveSend(ask(101))).toEqual({ kind: 'full', waitMs: 9 });
    await left?.pauseSends({ scope: 'account', nowMs: 101, ms: 50 });
    expect(await right?.reserveSend(ask(120))).toEqual({ kind: 'paused', waitMs: 31 });
  });
});

describe('the log', () => {
  it('holds no more than the windows do, also where nobody sends any more', async () => {
    const [left] = connections.map(sqlSends);
    await left?.reserveSend(ask(0, { scope: 'a token that was replaced' }));
    for (let nowMs = 0; nowMs < 200; nowMs += 1) {
      await left?.reserveSend(ask(nowMs));
      expect(await rowCount()).toBeLessThanOrEqual(4);
    }
    expect(await rowCount()).toBe(3);
  });
});

const PROCESSES = 3;
const COUNT = 4;
const WINDOW_MS = 25;
const FOR_MS = 600;

interface Stamp {
  readonly verdict: SendDecision;
  readonly atMs: number;
}

async function startSender(): Promise<ChildProcess> {
  const sender = fork(new URL('../support/sender.ts', import.meta.url), [], {
    execArgv: ['--import', 'tsx'],
  });
  await once(sender, 'message');
  return sender;
}

async function stampsOf(sender: ChildProcess): Promise<number[]> {
  const answer = once(sender, 'message');
  sender.send({ path: place.file, count: COUNT, windowMs: WINDOW_MS, forMs: FOR_MS });
  const [stamps] = (await answer) as [Stamp[]];
  return stamps.filter(({ verdict }) => verdict.kind === 'taken').map(({ atMs }) => atMs);
}

describe('processes that ask as fast as they can', () => {
  it('never see the last free place twice, and each gets some', async () => {
    const senders = await Promise.all(Array.from({ length: PROCESSES }, startSender));
    try {
      const stamps = await Promise.all(senders.map(stampsOf));
      for (const own of stamps) expect(own.length).toBeGreaterThan(0);
      const all = stamps.flat().sort((a, b) => a - b);
      for (const [index, atMs] of all.slice(COUNT).entries()) {
        expect(atMs - (all[index] ?? 0)).toBeGreaterThanOrEqual(WINDOW_MS);
      }
      expect(all.length).toBeGreaterThan((FOR_MS / WINDOW_MS) * COUNT * 0.2);
    } finally {
      for (const sender of senders) sender.kill();
    }
  });
});
