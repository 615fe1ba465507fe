// Statements of SQLite that are prepared once.
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { StatementCache } from '../../../src/store/sqlite/statement-cache.js';

let database: Database.Database;
let statements: StatementCache;
beforeEach(() => {
  database = new Database(':memory:');
  database.exec('CREATE TABLE pairs (key INTEGER, value TEXT)');
  statements = new StatementCache(database);
});

describe('a statement', () => {
  it('is prepared once for its text, and takes other values each time', () => {
    const insert = statements.prepare('INSERT INTO pairs VALUES (?, ?)');
    insert.run(1, 'a');
    expect(statements.prepare('INSERT INTO pairs VALUES (?, ?)')).toBe(insert);
    insert.run(2, 'b');
    expect(statements.prepare('SELECT value FROM pairs ORDER BY key').all()).toEqual([
      { value: 'a' },
      { value: 'b' },
    ]);
  });

  it('is prepared anew once the tables are others', () => {
    const select = statements.prepare('SELECT * FROM pairs');
    database.exec('ALTER TABLE pairs ADD COLUMN more TEXT');
    statements.forget();
    const again = statements.prepare('SELECT * FROM pairs');
    expect(again).not.toBe(select);
    expect(again.columns().map(({ name }) => name)).toEqual(['key', 'value', 'more']);
  });

  it('of more texts than are kept gives way, the oldest first', () => {
    const first = statements.prepare('SELECT 0');
    for (let number = 1; number < 200; number += 1) statements.prepare(`SELECT ${String(number)}`);
    expect(statements.prepare('SELECT 0')).toBe(first);
    statements.prepare('SELECT 200');
    expect(statements.prepare('SELECT 0')).not.toBe(first);
  });
});

it('closing closes the database', () => {
  statements.close();
  expect(database.open).toBe(false);
});
