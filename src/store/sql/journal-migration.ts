/** Creates the journal's tables, and the triggers that allow only inserts. */
import { sql, type Kysely } from 'kysely';
import { CHAIN_START } from '../../model/journal-chain.js';

/**
 * Protect against bugs and manual changes. If the triggers are dropped first, the chain shows the change.
 * The trigger on insert also stops INSERT OR REPLACE, which deletes without firing a delete trigger.
 */
const TRIGGERS = [
  `CREATE TRIGGER journal_keeps_its_text BEFORE UPDATE ON journal
   BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END`,
  `CREATE TRIGGER journal_keeps_its_rows BEFORE DELETE ON journal
   BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END`,
  `CREATE TRIGGER journal_grows_at_its_end BEFORE INSERT ON journal
   WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM journal)
   BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END`,
];

export async function createJournal(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('journal')
    .addColumn('seq', 'integer', (column) => column.primaryKey())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('organization_id', 'text')
    .addColumn('job_id', 'text')
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('duration_ms', 'bigint')
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('prev_hash', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('journal_head')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('entries', 'integer', (column) => column.notNull())
    .addColumn('last_hash', 'text', (column) => column.notNull())
    .execute();
  await sql`INSERT INTO journal_head (id, entries, last_hash) VALUES (1, 0, ${sql.lit(CHAIN_START)})`.execute(
    db,
  );
  for (const trigger of TRIGGERS) await sql.raw(trigger).execute(db);
  await db.schema.alterTable('jobs').addColumn('purged_at_ms', 'bigint').execute();
  await db.schema
    .alterTable('jobs')
    .addColumn('is_purging', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}
