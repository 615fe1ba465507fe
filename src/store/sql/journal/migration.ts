/** Creates the journal's tables, and the triggers that allow nothing but growth. */
import { sql, type Kysely } from 'kysely';
import { CHAIN_START } from '../../../model/journal-chain.js';

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

/**
 * The old tables hold the sealed chain: nothing is appended to it any more, also by a process of an older
 * version. Its content is not checked here, so a chain that was altered stays as it is, and `journal verify`
 * names the place. The old triggers may have been dropped by hand.
 */
const SEALING = [
  'DROP TRIGGER IF EXISTS journal_keeps_its_text',
  'DROP TRIGGER IF EXISTS journal_keeps_its_rows',
  'DROP TRIGGER IF EXISTS journal_grows_at_its_end',
  ...['journal', 'journal_head'].flatMap((table) =>
    ['INSERT', 'UPDATE', 'DELETE'].map(
      (operation) => `CREATE TRIGGER ${table}_is_sealed_for_${operation.toLowerCase()}
   BEFORE ${operation} ON ${table}
   BEGIN SELECT RAISE(ABORT, 'the old journal is sealed'); END`,
    ),
  ),
];

const CHAIN_TRIGGERS = [
  `CREATE TRIGGER journal_entries_keep_their_text BEFORE UPDATE ON journal_entries
   BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END`,
  `CREATE TRIGGER journal_entries_keep_their_rows BEFORE DELETE ON journal_entries
   BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END`,
  `CREATE TRIGGER journal_entries_grow_at_the_end BEFORE INSERT ON journal_entries
   WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM journal_entries
                        WHERE organization_id = NEW.organization_id)
   BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END`,
  `CREATE TRIGGER journal_heads_move_forward BEFORE UPDATE ON journal_heads
   WHEN NEW.organization_id IS NOT OLD.organization_id OR NEW.entries < OLD.entries
   BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END`,
  `CREATE TRIGGER journal_heads_keep_their_rows BEFORE DELETE ON journal_heads
   BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END`,
  `CREATE TRIGGER journal_heads_begin_once BEFORE INSERT ON journal_heads
   WHEN EXISTS (SELECT 1 FROM journal_heads WHERE organization_id = NEW.organization_id)
   BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END`,
];

/** Seals the one chain of all organizations, and creates the tables of the chains that follow it. */
export async function splitJournal(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('journal_entries')
    .addColumn('organization_id', 'text', (column) => column.notNull())
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('job_id', 'text')
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('duration_ms', 'bigint')
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('prev_hash', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('journal_entries_pk', ['organization_id', 'seq'])
    .execute();
  await db.schema
    .createTable('journal_heads')
    .addColumn('organization_id', 'text', (column) => column.primaryKey())
    .addColumn('entries', 'integer', (column) => column.notNull())
    .addColumn('last_hash', 'text', (column) => column.notNull())
    .execute();
  for (const statement of [...SEALING, ...CHAIN_TRIGGERS]) await sql.raw(statement).execute(db);
}
