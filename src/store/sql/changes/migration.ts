/**
 * Numbers the changes of jobs. Triggers do it, so that no statement can forget it.
 *
 * A reader that goes on from the highest number it has seen has no gap only if numbers become visible in their order.
 * SQLite has one writer at a time, so the order of the numbers is that of the commits. A database with several writers
 * must hold the row of `job_changes` locked until the commit, or its readers must stay below the numbers of
 * transactions that are still open; a sequence alone leaves gaps.
 */
import { sql, type Kysely } from 'kysely';

const NUMBER_IT = `UPDATE job_changes SET last = last + 1;
   UPDATE jobs SET change = (SELECT last FROM job_changes) WHERE id = NEW.id;`;

const TRIGGERS = [
  `CREATE TRIGGER jobs_number_creation AFTER INSERT ON jobs BEGIN ${NUMBER_IT} END`,
  // The condition ends the chain: the trigger's own update changes the number.
  `CREATE TRIGGER jobs_number_change AFTER UPDATE ON jobs WHEN NEW.change = OLD.change
   BEGIN ${NUMBER_IT} END`,
  // A waiting job shows the job ahead of it, which changes when that one, or what that one waits for, moves on.
  // The update sets nothing; it makes the trigger above number each of these jobs.
  `CREATE TRIGGER jobs_number_queue AFTER UPDATE OF status, phase ON jobs
   WHEN NEW.status <> OLD.status OR NEW.phase <> OLD.phase
   BEGIN
     UPDATE jobs SET change = change
     WHERE id <> NEW.id
       AND lane IN (SELECT NEW.lane UNION SELECT lane FROM jobs WHERE after_job_id = NEW.id)
       AND phase IN ('scan', 'retry', 'undo')
       AND status IN ('pending', 'rolling_back');
   END`,
];

/** Jobs from before have the order in which they were last written. */
export async function numberChanges(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('jobs')
    .addColumn('change', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await sql`
    UPDATE jobs SET change = numbered.number
    FROM (SELECT id, row_number() OVER (ORDER BY updated_at_ms, id) AS number FROM jobs) AS numbered
    WHERE numbered.id = jobs.id`.execute(db);
  await db.schema
    .createTable('job_changes')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('last', 'bigint', (column) => column.notNull())
    .execute();
  await sql`INSERT INTO job_changes (id, last) SELECT 1, count(*) FROM jobs`.execute(db);
  await db.schema
    .createIndex('jobs_by_change')
    .on('jobs')
    .columns(['change', 'organization_id', 'phase'])
    .execute();
  await sql`CREATE INDEX jobs_by_after ON jobs (after_job_id) WHERE after_job_id IS NOT NULL`.execute(
    db,
  );
  for (const trigger of TRIGGERS) await sql.raw(trigger).execute(db);
}
