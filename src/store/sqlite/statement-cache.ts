/** Caches prepared SQLite statements, since a job runs the same few statements for every row. */
import type Database from 'better-sqlite3';
import type { SqliteDatabase } from 'kysely';

type Statement = Database.Statement;

/** The cache size. Lists of ids produce many different texts, so the oldest statement is dropped. */
const KEPT_MAX = 200;

export class StatementCache implements SqliteDatabase {
  readonly #database: Database.Database;
  readonly #kept = new Map<string, Statement>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  prepare(sql: string): Statement {
    const known = this.#kept.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size >= KEPT_MAX) this.#kept.delete(oldest);
    this.#kept.set(sql, statement);
    return statement;
  }

  /** Empties the cache after the tables have changed. */
  forget(): void {
    this.#kept.clear();
  }

  close(): void {
    this.#kept.clear();
    this.#database.close();
  }
}
