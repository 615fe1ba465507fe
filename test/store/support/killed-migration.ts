/** A process of its own that is killed between the last migration and its commit. */
import Database from 'better-sqlite3';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import { MIGRATIONS } from '../../../src/store/sql/migrations.js';

const database = new Database(process.argv[2] ?? '');
const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
const provider = { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) };
database.exec('BEGIN IMMEDIATE');
const { error } = await new Migrator({ db, provider }).migrateToLatest();
if (error === undefined) {
  // The changed pages reach the log before the process dies, as they do in a large transaction.
  database.pragma('cache_spill = 1');
  process.stdout.write(JSON.stringify(Object.keys(MIGRATIONS).at(-1)), () => {
    process.kill(process.pid, 'SIGKILL');
  });
}
