/** SQLite stores on files of their own, and the bare tables under them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, Migrator, SqliteDialect, type CompiledQuery } from 'kysely';
import type { JobStore } from '../../../src/store/job-store.js';
import { MIGRATIONS } from '../../../src/store/sql/migrations.js';
import type { Tables } from '../../../src/store/sql/schema.js';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js';
import type { OpenedStore } from '../contract/fixtures.js';

export interface Folder {
  readonly file: string;
  readonly folder: string;
  readonly remove: () => void;
}

export function temporaryFile(): Folder {
  const folder = mkdtempSync(path.join(tmpdir(), 'billy-bulk-store-'));
  const file = path.join(folder, 'jobs.sqlite');
  return {
    file,
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function openMemoryStore(): Promise<OpenedStore> {
  const store = await openSqliteStore({ path: ':memory:' });
  return { store, cleanup: () => store.close() };
}

export async function openFileStore(): Promise<OpenedStore> {
  const { file, remove } = temporaryFile();
  const store = await openSqliteStore({ path: file });
  const stores: JobStore[] = [store];
  const reopen = async (): Promise<JobStore> => {
    await store.close();
    const again = await openSqliteStore({ path: file });
    stores.push(again);
    return again;
  };
  const cleanup = async (): Promise<void> => {
    for (const opened of stores) await opened.close();
    remove();
  };
  return { store, reopen, cleanup };
}

/** Runs all migrations that have not run, or those before the named one. */
export async function migrateAll(db: Kysely<Tables>, before?: string): Promise<string[]> {
  const entries = Object.entries(MIGRATIONS).filter(([name]) => name < (before ?? '~'));
  const provider = { getMigrations: () => Promise.resolve(Object.fromEntries(entries)) };
  const { error, results } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) throw new Error('The tables could not be made.', { cause: error });
  return (results ?? []).map(({ migrationName }) => migrationName);
}

export interface BareTables {
  readonly db: Kysely<Tables>;
  readonly database: Database.Database;
  /** How SQLite carries out the last query that `run` sends. */
  plan(run: () => Promise<unknown>): Promise<string>;
  /** How it carries out each that reads, in order. */
  plans(run: () => Promise<unknown>): Promise<string[]>;
}

/** The bare tables, empty, in memory; `before`: as they were before that migration. */
export async function openTables({ before }: { before?: string } = {}): Promise<BareTables> {
  const database = new Database(':memory:');
  const queries: CompiledQuery[] = [];
  const db = new Kysely<Tables>({
    dialect: new SqliteDialect({ database }),
    log: ({ query }) => {
      queries.push(query);
    },
  });
  await migrateAll(db, before);
  const explain = ({ sql, parameters }: CompiledQuery): string => {
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters);
    return (steps as { detail: string }[]).map(({ detail }) => detail).join('\n');
  };
  const plan = async (run: () => Promise<unknown>): Promise<string> => {
    await run();
    const last = queries.at(-1);
    return last === undefined ? '' : explain(last);
  };
  const plans = async (run: () => Promise<unknown>): Promise<string[]> => {
    const from = queries.length;
    await run();
    const reads = queries.slice(from).filter(({ sql }) => /^(select|with)/i.test(sql));
    return reads.map(explain);
  };
  return { db, database, plan, plans };
}
