/** SQLite's statements, prepared once and kept: a job asks for the same few again with every row. */
import type Database from 'better-sqlite3';
import type { SqliteDatabase } from 'kysely';

type Statement = Database.Statement;

/** Lists of ids make texts of many lengths; the oldest gives way. */
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

  /** The tables are others now. */
  forget(): void {
    this.#kept.clear();
  }

  close(): void {
    this.#kept.clear();
    this.#database.close();
  }
}
