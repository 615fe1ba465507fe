/** The journal on disk: two processes on one chain, and hands that went around the triggers. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js';
import { journalOf, looseEntry, verdictOf } from '../contract/journal.js';
import { NOW_MS } from '../contract/fixtures.js';
import { temporaryFile } from '../support/sqlite-files.js';

/** Long enough for both to have opened the database. */
const HEAD_START_MS = 400;

function freshFile(): string {
  const { file, remove } = temporaryFile();
  onTestFinished(remove);
  return file;
}

async function openAt(file: string) {
  const store = await openSqliteStore({ path: file });
  onTestFinished(() => store.close());
  return store;
}

async function startAppender(): Promise<ChildProcess> {
  const appender = fork(new URL('../support/appender.ts', import.meta.url), [], {
    execArgv: ['--import', 'tsx'],
  });
  onTestFinished(() => {
    appender.kill();
  });
  await once(appender, 'message');
  return appender;
}

describe('two processes', () => {
  it('append to one chain', async () => {
    const file = freshFile();
    const store = await openAt(file);
    const count = 100;
    const appenders = await Promise.all([startAppender(), startAppender()]);
    const atMs = Date.now() + HEAD_START_MS;
    const said = appenders.map(async (appender, index) => {
      appender.send({ path: file, count, actor: `process ${String(index)}`, atMs });
      return ((await once(appender, 'message')) as unknown[])[0];
    });
    expect(await Promise.all(said)).toEqual(['done', 'done']);
    expect(await verdictOf(store)).toMatchObject({ ok: true, entries: 2 * count });
    const actors = (await journalOf(store)).map(({ actor }) => actor);
    const switches = actors.filter((actor, index) => index > 0 && actor !== actors[index - 1]);
    expect(switches.length, 'they did not meet').toBeGreaterThan(1);
  });
});

/** What somebody does who may write the file and has dropped the triggers. */
async function tampered(statements: readonly string[]) {
  const file = freshFile();
  const store = await openAt(file);
  for (let seq = 1; seq <= 6; seq += 1) {
    await store.appendJournal({ entry: looseEntry(`tool ${String(seq)}`), nowMs: NOW_MS });
  }
  const database = new Database(file);
  for (const trigger of ['its_text', 'its_rows']) {
    database.exec(`DROP TRIGGER journal_keeps_${trigger}`);
  }
  for (const statement of statements) database.exec(statement);
  database.close();
  return store;
}

describe('a journal that was tampered with', () => {
  it.each<[string, number, readonly string[]]>([
    ['a row edited', 3, [`UPDATE journal SET actor = 'you' WHERE seq = 3`]],
    [
      'a body edited',
      2,
      [`UPDATE journal SET body = replace(body, 'true', 'false') WHERE seq = 2`],
    ],
    ['a body broken', 5, [`UPDATE journal SET body = '{' WHERE seq = 5`]],
    ['one deleted', 4, ['DELETE FROM journal WHERE seq = 4']],
    [
      'one deleted and the gap closed',
      4,
      ['DELETE FROM journal WHERE seq = 4', 'UPDATE journal SET seq = seq - 1 WHERE seq > 4'],
    ],
    [
      'two swapped',
      2,
      [
        'UPDATE journal SET seq = 99 WHERE seq = 2',
        'UPDATE journal SET seq = 2 WHERE seq = 5',
        'UPDATE journal SET seq = 5 WHERE seq = 99',
      ],
    ],
    ['the last taken away', 6, ['DELETE FROM journal WHERE seq = 6']],
  ])('shows it: %s', async (_what, seq, statements) => {
    const store = await tampered(statements);
    expect(await verdictOf(store)).toMatchObject({ ok: false, seq });
  });

  it('untouched, is whole', async () => {
    expect(await verdictOf(await tampered([]))).toMatchObject({ ok: true, entries: 6 });
  });
});
