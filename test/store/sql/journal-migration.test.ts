/** The journal's tables: the database itself refuses to change or remove an entry. */
import { describe, expect, it } from 'vitest';
import { openTables } from '../support/sqlite-files.js';

const INSERT = `INTO journal (seq, at_ms, kind, actor, body, prev_hash, hash)
                VALUES (?, 1, 'tool.call', 'me', '{}', '', '')`;

async function tablesWithEntries() {
  const { db, database } = await openTables();
  for (const seq of [1, 2]) database.prepare(`INSERT ${INSERT}`).run(seq);
  return { db, database };
}

describe('the journal table', () => {
  it.each([
    ['UPDATE journal SET kind = ? WHERE seq = 1', 'x'],
    ['UPDATE journal SET seq = ? WHERE seq = 2', 9],
    ['DELETE FROM journal WHERE seq = ?', 2],
    [`INSERT OR REPLACE ${INSERT}`, 2],
    [`INSERT OR REPLACE ${INSERT}`, 1],
    [`INSERT ${INSERT}`, 4],
    [`INSERT ${INSERT}`, 0],
  ])('refuses %s', async (statement, value) => {
    const { db, database } = await tablesWithEntries();
    expect(() => database.prepare(statement).run(value)).toThrow('the journal only grows');
    expect(database.prepare('SELECT seq, kind FROM journal').raw().all()).toEqual([
      [1, 'tool.call'],
      [2, 'tool.call'],
    ]);
    await db.destroy();
  });

  it('grows by the next number', async () => {
    const { db, database } = await tablesWithEntries();
    expect(database.prepare(`INSERT ${INSERT}`).run(3).changes).toBe(1);
    await db.destroy();
  });
});
