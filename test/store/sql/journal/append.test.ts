/** The transaction of a change and its journal entries: both or neither, and the entries last. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Kysely, SqliteDialect, type CompiledQuery } from 'kysely';
import Database from 'better-sqlite3';
import { journalled, type JournalOfChange } from '../../../../src/store/sql/fence.js';
import type { Tables } from '../../../../src/store/sql/schema.js';
import type { JournalNote } from '../../../../src/model/journal.js';
import { entryOf } from '../../contract/journal.js';
import { NOW_MS } from '../../contract/fixtures.js';
import { migrateAll } from '../../support/sqlite-files.js';

let db: Kysely<Tables>;
let database: Database.Database;
let queries: CompiledQuery[] = [];
beforeEach(async () => {
  database = new Database(':memory:');
  db = new Kysely<Tables>({
    dialect: new SqliteDialect({ database }),
    log: ({ query }) => {
      queries.push(query);
    },
  });
  await migrateAll(db);
  queries = [];
});
afterEach(() => db.destroy());

const NOTE: JournalNote = { kind: 'job.start', durationMs: null, body: {} };

function writtenTables(): string[] {
  return queries.flatMap(({ sql }) => {
    const match = /^(?:insert into|update|delete from) "(\w+)"/.exec(sql);
    return match?.[1] === undefined ? [] : [match[1]];
  });
}

/** A change that is noted first and then made. */
async function rememberLate(journal: JournalOfChange, transaction: Kysely<Tables>): Promise<void> {
  journal.addEntry(entryOf('o2'), NOW_MS);
  journal.addEntry(entryOf('o1'), NOW_MS);
  const row = { token_hash: 'h', id: 'o1', name: 'A', registration_no: null };
  await transaction.insertInto('organizations').values(row).execute();
}

describe('the entries of a change', () => {
  it('come after it, by organization, whatever was noted first', async () => {
    await journalled(db, (transaction, journal) => rememberLate(journal, transaction));
    const [first, ...others] = writtenTables();
    expect(first).toBe('organizations');
    expect(new Set(others)).toEqual(new Set(['journal_heads', 'journal_entries']));
    const locks = queries.filter(({ sql }) => sql.startsWith('update "journal_heads"'));
    const keys = locks.map(({ parameters }) => parameters.at(-1));
    expect([...keys].sort()).toEqual(keys);
    expect(new Set(keys)).toEqual(new Set(['o1', 'o2']));
  });

  it('are not stored when it fails, nor is the change', async () => {
    const failed = journalled(db, async (transaction, journal) => {
      await rememberLate(journal, transaction);
      throw new Error('after the change');
    });
    await expect(failed).rejects.toThrow('after the change');
    for (const table of ['organizations', 'journal_entries', 'journal_heads']) {
      expect(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0);
    }
  });

  it.each([1, 2, 100, 101, 250])('are %i rows in one chain', async (count) => {
    await journalled(db, (_transaction, journal) => {
      for (let index = 0; index < count; index += 1) journal.addEntry(entryOf('o1'), NOW_MS);
      return Promise.resolve();
    });
    const select = 'SELECT seq, hash, prev_hash AS prevHash FROM journal_entries ORDER BY seq';
    const rows = database.prepare(select).all() as Record<string, unknown>[];
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: count + 1 }, (_, i) => i + 1));
    const hashes = rows.map(({ hash }) => hash);
    expect(rows.slice(1).map(({ prevHash }) => prevHash)).toEqual(hashes.slice(0, -1));
    const head = database.prepare('SELECT * FROM journal_heads').raw().all();
    expect(head).toEqual([['o1', count + 1, hashes.at(-1)]]);
  });

  it('are none when they were dropped', async () => {
    await journalled(db, (_transaction, journal) => {
      journal.addEntry(entryOf('o1'), NOW_MS);
      journal.drop();
      return Promise.resolve();
    });
    expect(writtenTables()).toEqual([]);
  });

  it('need their job, but only if there is a note', async () => {
    const job = { jobId: 'none', nowMs: NOW_MS };
    const add = (notes: readonly JournalNote[]) =>
      journalled(db, (_transaction, journal) => journal.add(job, notes));
    await expect(add([NOTE])).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await expect(add([])).resolves.toBeUndefined();
  });
});
