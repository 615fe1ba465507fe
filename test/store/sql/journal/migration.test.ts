/** The journal's tables refuse every change but growth, and the migration seals the chain of older versions. */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MIGRATIONS } from '../../../../src/store/sql/migrations.js';
import { openSqliteStore } from '../../../../src/store/sqlite/sqlite-store.js';
import { chainOf, countsOf, entryOf, verdictsOf } from '../../contract/journal.js';
import { NOW_MS } from '../../contract/fixtures.js';
import { makeOldDatabase, tamper } from '../../support/old-database.js';
import { openTables, temporaryFile } from '../../support/sqlite-files.js';

const COLUMNS = '(organization_id, seq, at_ms, kind, actor, body, prev_hash, hash)';
const INSERT = `INTO journal_entries ${COLUMNS} VALUES ('o', ?, 1, 'tool.call', 'me', '{}', '', '')`;

async function tablesWithEntries() {
  const { db, database } = await openTables();
  for (const seq of [1, 2]) database.prepare(`INSERT ${INSERT}`).run(seq);
  database.exec("INSERT INTO journal_heads VALUES ('o', 2, 'h')");
  return { db, database };
}

describe('the tables of the journal', () => {
  it.each([
    ['UPDATE journal_entries SET kind = ? WHERE seq = 1', 'x'],
    ['UPDATE journal_entries SET seq = ? WHERE seq = 2', 9],
    ['UPDATE journal_entries SET organization_id = ?', 'p'],
    ['DELETE FROM journal_entries WHERE seq = ?', 2],
    [`INSERT OR REPLACE ${INSERT}`, 2],
    [`INSERT OR REPLACE ${INSERT}`, 1],
    [`INSERT ${INSERT}`, 4],
    [`INSERT ${INSERT}`, 0],
    ['UPDATE journal_heads SET entries = ?', 1],
    ['UPDATE journal_heads SET organization_id = ?', 'p'],
    ['DELETE FROM journal_heads WHERE entries = ?', 2],
    ["INSERT OR REPLACE INTO journal_heads VALUES ('o', ?, 'h')", 9],
  ])('refuse %s', async (statement, value) => {
    const { db, database } = await tablesWithEntries();
    expect(() => database.prepare(statement).run(value)).toThrow('the journal only grows');
    expect(database.prepare('SELECT seq, kind FROM journal_entries').raw().all()).toEqual([
      [1, 'tool.call'],
      [2, 'tool.call'],
    ]);
    expect(database.prepare('SELECT * FROM journal_heads').raw().all()).toEqual([['o', 2, 'h']]);
    await db.destroy();
  });

  it('refuse to lose all rows at once', async () => {
    const { db, database } = await tablesWithEntries();
    for (const table of ['journal_entries', 'journal_heads']) {
      expect(() => database.exec(`DELETE FROM ${table}`)).toThrow('the journal only grows');
    }
    await db.destroy();
  });

  it('grow by the next number of each organization', async () => {
    const { db, database } = await tablesWithEntries();
    expect(database.prepare(`INSERT ${INSERT}`).run(3).changes).toBe(1);
    expect(database.prepare(`INSERT ${INSERT.replace("'o'", "'p'")}`).run(1).changes).toBe(1);
    await db.destroy();
  });
});

describe('the sealed tables', () => {
  const row = "1, 'tool.call', NULL, NULL, 'me', 1, '{}', '', ''";
  it.each([
    `INSERT INTO journal VALUES (3, ${row})`,
    `INSERT OR REPLACE INTO journal VALUES (2, ${row})`,
    "UPDATE journal SET actor = 'you' WHERE seq = 1",
    'DELETE FROM journal WHERE seq = 2',
    'DELETE FROM journal',
    'UPDATE journal_head SET entries = entries + 1',
    'DELETE FROM journal_head',
    "INSERT OR REPLACE INTO journal_head VALUES (1, 9, 'h')",
    "INSERT INTO journal_head VALUES (2, 9, 'h')",
  ])('refuse %s', async (statement) => {
    const { file } = await migrated(['o1', 'o2']);
    const database = new Database(file);
    const content = () => [
      database.prepare('SELECT * FROM journal').all(),
      database.prepare('SELECT * FROM journal_head').all(),
    ];
    const before = content();
    expect(() => database.exec(statement)).toThrow('the old journal is sealed');
    expect(content()).toEqual(before);
    database.close();
  });
});

const OPENER = new URL('../../support/opener.ts', import.meta.url);
const KILLED_MIGRATION = new URL('../../support/killed-migration.ts', import.meta.url);

/** An old database that is tampered with before this version opens it. */
async function migrated(organizations: readonly (string | null)[], statements: string[] = []) {
  const { file, remove } = temporaryFile();
  onTestFinished(remove);
  const old = await makeOldDatabase(file, organizations);
  if (statements.length > 0) tamper(file, statements);
  const store = await openSqliteStore({ path: file });
  onTestFinished(() => store.close());
  return { file, old, store };
}

describe('the migration of an old journal', () => {
  it('changes no entry, and every chain begins with the last hash', async () => {
    const { old, store } = await migrated(['o1', null, 'o2', 'o1']);
    for (const id of ['o1', 'o2', null, 'new']) {
      await store.appendJournal({ entry: entryOf(id), nowMs: NOW_MS });
    }
    const sealed = await chainOf(store, 'sealed');
    expect(sealed.map(({ hash }) => hash)).toEqual(old.map(({ hash }) => hash));
    const lastHash = old.at(-1)?.hash;
    expect(await store.readJournalHead({ chain: 'sealed' })).toEqual({ entries: 4, lastHash });
    for (const organizationId of ['o1', 'o2', null, 'new']) {
      const [begin] = await chainOf(store, { organizationId });
      expect(begin).toMatchObject({ kind: 'journal.begin', prevHash: lastHash });
      expect(begin?.body).toEqual({ sealedEntries: 4, sealedLastHash: lastHash });
    }
    expect(await countsOf(store)).toEqual({
      ...{ sealed: 4, none: 2 },
      ...{ 'organization:o1': 2, 'organization:o2': 2, 'organization:new': 2 },
    });
  });

  it.each<[string, number, string]>([
    ['an entry was changed', 2, "UPDATE journal SET actor = 'you' WHERE seq = 2"],
    ['an entry was removed', 3, 'DELETE FROM journal WHERE seq = 3'],
    ['the end was cut off', 3, 'DELETE FROM journal WHERE seq >= 3'],
    ['the head was changed', 4, `UPDATE journal_head SET last_hash = '${'a'.repeat(64)}'`],
    [
      'the head was set back',
      3,
      'UPDATE journal_head SET entries = 2, last_hash = (SELECT hash FROM journal WHERE seq = 2)',
    ],
    ['the head was removed', 5, 'DELETE FROM journal_head'],
  ])('hides nothing of a chain that is broken: %s', async (_what, seq, statement) => {
    const { store } = await migrated(['o1', null, 'o2', 'o1'], [statement]);
    await store.appendJournal({ entry: entryOf('o1'), nowMs: NOW_MS });
    const { sealed, 'organization:o1': own } = await verdictsOf(store);
    expect(sealed).toMatchObject({ ok: false, seq });
    expect(own).toMatchObject({ ok: true, entries: 2 });
  });

  it('that is killed before its commit has changed nothing, and the next start completes it', async () => {
    const { file, remove } = temporaryFile();
    onTestFinished(remove);
    const old = await makeOldDatabase(file, ['o1', 'o2']);
    const script = fileURLToPath(KILLED_MIGRATION);
    const killed = await new Promise<{ signal: unknown; stdout: string }>((resolve) => {
      const args = ['--import', 'tsx', script, file];
      execFile(process.execPath, args, (error, stdout) => {
        resolve({ signal: error?.signal, stdout });
      });
    });
    const last = Object.keys(MIGRATIONS).at(-1);
    expect(killed).toEqual({ signal: 'SIGKILL', stdout: JSON.stringify(last) });
    const database = new Database(file);
    const tables = "SELECT count(*) FROM sqlite_master WHERE name LIKE 'journal_entries%'";
    expect(database.prepare(tables).pluck().get()).toBe(0);
    database.close();
    const store = await openSqliteStore({ path: file });
    onTestFinished(() => store.close());
    await store.appendJournal({ entry: entryOf('o1'), nowMs: NOW_MS });
    const [begin] = await chainOf(store, { organizationId: 'o1' });
    expect(begin?.prevHash).toBe(old.at(-1)?.hash);
    expect(await countsOf(store)).toEqual({ sealed: 2, 'organization:o1': 2 });
  });

  it('is done once when several processes open the database at once', async () => {
    const { file, remove } = temporaryFile();
    onTestFinished(remove);
    await makeOldDatabase(file, ['o1', 'o2', null]);
    const openers = [1, 2, 3].map(() => fork(OPENER, [], { execArgv: ['--import', 'tsx'] }));
    onTestFinished(() => {
      for (const opener of openers) opener.kill();
    });
    await Promise.all(openers.map((opener) => once(opener, 'message')));
    const atMs = Date.now() + 100;
    const said = openers.map(async (opener) => {
      opener.send({ path: file, atMs });
      return ((await once(opener, 'message')) as unknown[])[0];
    });
    expect(await Promise.all(said)).toEqual(['opened', 'opened', 'opened']);
    const store = await openSqliteStore({ path: file });
    onTestFinished(() => store.close());
    await store.appendJournal({ entry: entryOf('o1'), nowMs: NOW_MS });
    expect(await countsOf(store)).toEqual({ sealed: 3, 'organization:o1': 2 });
  });

  it('stops a process of an older version, which still appends to the old chain', async () => {
    const { file } = await migrated(['o1']);
    const older = new Database(file);
    const append = 'UPDATE journal_head SET entries = entries + 1 WHERE id = 1 RETURNING entries';
    expect(() => older.prepare(append).get()).toThrow('the old journal is sealed');
    older.close();
  });
});
