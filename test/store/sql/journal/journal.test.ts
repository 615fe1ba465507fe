/** The journal on disk: two processes on the same chains, and hands that went around the triggers. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqliteStore } from '../../../../src/store/sqlite/sqlite-store.js';
import { countsOf, entryOf, journalOf, verdictsOf } from '../../contract/journal.js';
import { NOW_MS } from '../../contract/fixtures.js';
import { makeOldDatabase, tamper } from '../../support/old-database.js';
import { temporaryFile } from '../../support/sqlite-files.js';

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
  const appender = fork(new URL('../../support/appender.ts', import.meta.url), [], {
    execArgv: ['--import', 'tsx'],
  });
  onTestFinished(() => {
    appender.kill();
  });
  await once(appender, 'message');
  return appender;
}

describe('two processes', () => {
  it('append to one chain, which one of them begins', async () => {
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
    expect(await countsOf(store)).toEqual({ sealed: 0, none: 1 + 2 * count });
    const actors = (await journalOf(store)).map(({ actor }) => actor);
    const switches = actors.filter((actor, index) => index > 0 && actor !== actors[index - 1]);
    expect(switches.length, 'they did not meet').toBeGreaterThan(1);
  });
});

/** Two old entries of each organization, then the chains of both with a beginning and four entries each. */
async function tampered(statements: readonly string[]) {
  const file = freshFile();
  await makeOldDatabase(file, ['o1', 'o2', 'o1', 'o2']);
  const store = await openAt(file);
  for (const id of ['o1', 'o2', 'o2', 'o1', 'o1', 'o2', 'o1', 'o2']) {
    await store.appendJournal({ entry: entryOf(id), nowMs: NOW_MS });
  }
  tamper(file, statements);
  return store;
}

const FIRST = "WHERE organization_id = 'o1'";

describe('a journal that was tampered with', () => {
  it.each<[string, Record<string, number>, readonly string[]]>([
    [
      'an entry edited',
      { 'organization:o1': 3 },
      [`UPDATE journal_entries SET actor = 'you' ${FIRST} AND seq = 3`],
    ],
    [
      'a body edited',
      { 'organization:o1': 2 },
      [`UPDATE journal_entries SET body = replace(body, 'true', 'false') ${FIRST} AND seq = 2`],
    ],
    [
      'a body broken',
      { 'organization:o1': 5 },
      [`UPDATE journal_entries SET body = '{' ${FIRST} AND seq = 5`],
    ],
    [
      'an entry deleted',
      { 'organization:o1': 4 },
      [`DELETE FROM journal_entries ${FIRST} AND seq = 4`],
    ],
    [
      'an entry deleted and the gap closed',
      { 'organization:o1': 4 },
      [
        `DELETE FROM journal_entries ${FIRST} AND seq = 4`,
        `UPDATE journal_entries SET seq = 4 ${FIRST} AND seq = 5`,
      ],
    ],
    [
      'two entries swapped',
      { 'organization:o1': 2 },
      [
        `UPDATE journal_entries SET seq = 99 ${FIRST} AND seq = 2`,
        `UPDATE journal_entries SET seq = 2 ${FIRST} AND seq = 5`,
        `UPDATE journal_entries SET seq = 5 ${FIRST} AND seq = 99`,
      ],
    ],
    [
      'the last entries removed',
      { 'organization:o1': 4 },
      [`DELETE FROM journal_entries ${FIRST} AND seq >= 4`],
    ],
    ['all entries removed', { 'organization:o1': 1 }, [`DELETE FROM journal_entries ${FIRST}`]],
    [
      'the first entry removed',
      { 'organization:o1': 1 },
      [`DELETE FROM journal_entries ${FIRST} AND seq = 1`],
    ],
    [
      'an entry moved to the end of another chain',
      { 'organization:o1': 5, 'organization:o2': 6 },
      [`UPDATE journal_entries SET organization_id = 'o2', seq = 6 ${FIRST} AND seq = 5`],
    ],
    [
      'two entries of two chains exchanged',
      { 'organization:o1': 3, 'organization:o2': 3 },
      [
        `UPDATE journal_entries SET organization_id = 'x' ${FIRST} AND seq = 3`,
        "UPDATE journal_entries SET organization_id = 'o1' WHERE organization_id = 'o2' AND seq = 3",
        "UPDATE journal_entries SET organization_id = 'o2' WHERE organization_id = 'x'",
      ],
    ],
    [
      'a whole chain renamed',
      { 'organization:x': 1 },
      ['journal_entries', 'journal_heads'].map(
        (table) => `UPDATE ${table} SET organization_id = 'x' ${FIRST}`,
      ),
    ],
    [
      'a head changed',
      { 'organization:o1': 5 },
      [`UPDATE journal_heads SET last_hash = '${'a'.repeat(64)}' ${FIRST}`],
    ],
    [
      'a head set back',
      { 'organization:o1': 1 },
      [`UPDATE journal_heads SET entries = 0 ${FIRST}`],
    ],
    ['a head removed', { 'organization:o1': 6 }, [`DELETE FROM journal_heads ${FIRST}`]],
    [
      'an entry of the sealed chain edited',
      { sealed: 2 },
      ["UPDATE journal SET actor = 'you' WHERE seq = 2"],
    ],
    [
      'an entry appended to the sealed chain',
      { sealed: 5 },
      [
        `INSERT INTO journal SELECT 5, at_ms, kind, organization_id, job_id, actor, duration_ms, body, hash, hash
         FROM journal WHERE seq = 4`,
      ],
    ],
    [
      'the sealed head changed',
      { sealed: 4, 'organization:o1': 1, 'organization:o2': 1 },
      [`UPDATE journal_head SET last_hash = '${'a'.repeat(64)}'`],
    ],
    [
      'the sealed head removed',
      { sealed: 5, 'organization:o1': 1, 'organization:o2': 1 },
      ['DELETE FROM journal_head'],
    ],
    [
      'the sealed chain emptied with its head',
      { 'organization:o1': 1, 'organization:o2': 1 },
      [
        'DELETE FROM journal',
        `UPDATE journal_head SET entries = 0, last_hash = '${'0'.repeat(64)}'`,
      ],
    ],
  ])('shows it: %s', async (_what, places, statements) => {
    const store = await tampered(statements);
    const found = Object.entries(await verdictsOf(store)).flatMap(([chain, verdict]) =>
      verdict.ok ? [] : [[chain, verdict.seq] as const],
    );
    expect(Object.fromEntries(found)).toEqual(places);
  });

  it('untouched, is whole', async () => {
    const whole = { sealed: 4, 'organization:o1': 5, 'organization:o2': 5 };
    expect(await countsOf(await tampered([]))).toEqual(whole);
  });

  it('is not continued in a chain whose head was removed', async () => {
    const store = await tampered([`DELETE FROM journal_heads ${FIRST}`]);
    const append = (id: string) => store.appendJournal({ entry: entryOf(id), nowMs: NOW_MS });
    const hint = expect.stringContaining('journal verify') as string;
    await expect(append('o1')).rejects.toMatchObject({ code: 'STORE_FAILED', hint });
    await append('o2');
    expect(await countsOf(store)).toMatchObject({ 'organization:o2': 6 });
  });
});
