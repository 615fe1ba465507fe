/** A database that cannot be used: the server still answers, and says what is wrong and where it lies. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { databaseOf } from '../../src/config.js';
import { systemClock } from '../../src/core/clock.js';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import { exitOf, MAIN } from '../support/sandbox-process.js';
import { makeHome, settingsFor } from '../support/stdio-clients.js';

/** Real milliseconds within which a server answers. */
const PATIENCE_MS = 5000;
const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'by-hand', version: '1' },
};

interface Message {
  readonly id?: number;
  readonly result?: Readonly<Record<string, unknown>>;
}

interface Asked {
  /** null: there was no answer. */
  readonly initialized: Message | null;
  readonly listed: Message | null;
}

/** Starts the server on the data folder, and asks it who it is and which jobs it has. */
async function ask(dataDir: string, folder: string): Promise<Asked> {
  const nowhere = { url: 'http://127.0.0.1:9/v2', token: 'token' };
  const settings = settingsFor(nowhere, { dataDir, folder, remove: () => Promise.resolve() });
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'] ?? '', ...settings },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exitOf(child);
  });
  // Who has died takes no more lines: that is what is found out.
  child.stdin.on('error', () => undefined);
  const messages: Message[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    messages.push(JSON.parse(line) as Message);
  });
  const send = (message: object): void => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  };
  const answerTo = async (id: number): Promise<Message | null> => {
    const endMs = systemClock.monotonicMs() + PATIENCE_MS;
    while (child.exitCode === null && systemClock.monotonicMs() < endMs) {
      const answer = messages.find((message) => message.id === id);
      if (answer !== undefined) return answer;
      await systemClock.sleep(20);
    }
    return messages.find((message) => message.id === id) ?? null;
  };
  send({ id: 1, method: 'initialize', params: INITIALIZE });
  const initialized = await answerTo(1);
  send({ method: 'notifications/initialized', params: {} });
  send({ id: 2, method: 'tools/call', params: { name: 'list_bulk_jobs', arguments: {} } });
  return { initialized, listed: await answerTo(2) };
}

interface Place {
  readonly dataDir: string;
  readonly folder: string;
  readonly file: string;
}

/** A data folder with a database as the server makes it. */
async function placeWithDatabase(): Promise<Place> {
  const home = await makeHome();
  onTestFinished(() => home.remove());
  mkdirSync(home.dataDir, { recursive: true });
  const file = databaseOf(home.dataDir);
  const store = await openSqliteStore({ path: file });
  await store.close();
  return { ...home, file };
}

/** The first page stays, so that it still looks like a database; the rest is noise. */
function damage(file: string): void {
  const bytes = readFileSync(file);
  bytes.fill(0xa5, 100);
  writeFileSync(file, bytes);
}

/** As a later version of the program would leave it: with a step that this one does not know. */
function makeNewer(file: string): void {
  const database = new Database(file);
  database
    .prepare('insert into kysely_migration (name, timestamp) values (?, ?)')
    .run('9999_from_a_later_version', '2030-01-01T00:00:00.000Z');
  database.close();
}

const CASES: readonly (readonly [string, (file: string) => void, RegExp])[] = [
  ['that is damaged', damage, /damaged|malformed|corrupt|not a database/i],
  [
    'that is no database at all',
    (file) => {
      writeFileSync(file, 'This is somebody’s letter.');
    },
    /damaged|malformed|corrupt|not a database/i,
  ],
  ['of a later version of the program', makeNewer, /newer|later|version/i],
];

describe.each(CASES)('a database %s', (_name, spoil, reason) => {
  it('does not keep the server from answering', async () => {
    const { dataDir, folder, file } = await placeWithDatabase();
    spoil(file);
    const { initialized } = await ask(dataDir, folder);
    expect(initialized?.result).toMatchObject({ serverInfo: {} });
  });

  it('is told of in each tool: what is wrong, and where the file lies', async () => {
    const { dataDir, folder, file } = await placeWithDatabase();
    spoil(file);
    const { listed } = await ask(dataDir, folder);
    const text = JSON.stringify(listed?.result ?? {});
    expect(text).toContain('STORE_FAILED');
    expect(text).toContain(file);
    expect(text).toMatch(reason);
    expect(text).not.toMatch(/has room/);
  });

  it('is left as it is', async () => {
    const { dataDir, folder, file } = await placeWithDatabase();
    spoil(file);
    const before = readFileSync(file);
    await ask(dataDir, folder);
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe('a sound database', () => {
  it('is opened, and its jobs are listed', async () => {
    const { dataDir, folder } = await placeWithDatabase();
    const { initialized, listed } = await ask(dataDir, folder);
    expect(initialized?.result).toMatchObject({ serverInfo: {} });
    expect(listed?.result).not.toBeUndefined();
  });
});
