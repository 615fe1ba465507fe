/** The migration that keeps answers for repeated requests, and finds items by outcome. */
import { sql, type Kysely } from 'kysely';

/** The answers to requests with a key of their own. */
async function createKeptAnswers(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('kept_answers')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('holder', 'text', (column) => column.notNull())
    .addColumn('held_until_ms', 'bigint', (column) => column.notNull())
    .addColumn('kept_until_ms', 'bigint', (column) => column.notNull())
    .addColumn('status', 'integer')
    .addColumn('headers', 'text')
    .addColumn('body', 'text')
    .addColumn('job_id', 'text')
    .execute();
  await db.schema
    .createIndex('kept_answers_by_time')
    .on('kept_answers')
    .column('kept_until_ms')
    .execute();
  await sql`CREATE INDEX kept_answers_by_job ON kept_answers (job_id) WHERE job_id IS NOT NULL`.execute(
    db,
  );
}

/** Partial: failed and unknown items are in `items_in_trouble`, which a status reads in the order of the file. */
async function indexOutcomes(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX items_by_outcome ON items (job_id, outcome, seq)
    WHERE outcome IS NOT NULL AND outcome <> 'failed' AND outcome <> 'unknown'`.execute(db);
}

export async function addRequests(db: Kysely<unknown>): Promise<void> {
  await createKeptAnswers(db);
  await indexOutcomes(db);
}
