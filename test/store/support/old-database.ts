/** A database of the versions in which one chain held the entries of all organizations. */
import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import { MIGRATIONS } from '../../../src/store/sql/migrations.js';

const LAST_OLD_MIGRATION = '0009-altered-fields';

export interface OldEntry {
  readonly seq: number;
  readonly organizationId: string | null;
  readonly hash: string;
  /** The line that the old version exported. */
  readonly line: string;
}

async function migrateOld(database: Database.Database): Promise<void> {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
  const provider = { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) };
  const { error } = await new Migrator({ db, provider }).migrateTo(LAST_OLD_MIGRATION);
  if (error !== undefined) throw new Error('The old tables could not be made.', { cause: error });
}

/** The keys are in order, as in an exported line. */
function oldEntry(seq: number, organizationId: string | null, prevHash: string): OldEntry {
  const body = { success: true, tool: `tool ${String(seq)}` };
  const start = { actor: 'me', atMs: 1000 + seq, body, durationMs: seq };
  const end = { jobId: null, kind: 'tool.call', organizationId, prevHash, seq };
  const hash = createHash('sha256')
    .update(JSON.stringify({ ...start, ...end }))
    .digest('hex');
  const line = JSON.stringify({ ...start, hash, ...end });
  return { seq, organizationId, hash, line };
}

const INSERT = `INSERT INTO journal
  (seq, at_ms, kind, organization_id, job_id, actor, duration_ms, body, prev_hash, hash)
  VALUES (:seq, :atMs, :kind, :organizationId, :jobId, :actor, :durationMs, :bodyText, :prevHash, :hash)`;

/** Makes the database with one entry for each of the organizations, in their order. */
export async function makeOldDatabase(
  file: string,
  organizations: readonly (string | null)[],
): Promise<readonly OldEntry[]> {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  await migrateOld(database);
  const insert = database.prepare(INSERT);
  const entries: OldEntry[] = [];
  for (const [index, organizationId] of organizations.entries()) {
    const entry = oldEntry(index + 1, organizationId, entries.at(-1)?.hash ?? '0'.repeat(64));
    const columns = JSON.parse(entry.line) as { body: unknown };
    insert.run({ ...columns, bodyText: JSON.stringify(columns.body) });
    entries.push(entry);
  }
  database
    .prepare('UPDATE journal_head SET entries = ?, last_hash = ?')
    .run(entries.length, entries.at(-1)?.hash ?? '0'.repeat(64));
  database.close();
  return entries;
}

/** Changes the database file past the program, as somebody who may write it and drops the triggers. */
export function tamper(file: string, statements: readonly string[]): void {
  const database = new Database(file);
  const triggers = database
    .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    .pluck()
    .all();
  for (const trigger of triggers) database.exec(`DROP TRIGGER ${trigger}`);
  for (const statement of statements) database.exec(statement);
  database.close();
}
