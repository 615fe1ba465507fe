/**
 * The SQL for purging. The rows and images of a job are deleted; its record, its counts and the ids of the
 * records it created stay. The job is marked first, in one statement, so that no rollback can begin on a
 * half-purged job.
 */
import type { Kysely, Transaction } from 'kysely';
import { LIMITS } from '../../core/limits.js';
import type { PurgePort } from '../ports/purge.js';
import { jobOf } from './rows.js';
import type { Tables } from './schema.js';
import { journalled } from './fence.js';

/** Everything in an item that came from a file or from Billy; `record_id`, `has_written` and the hash of the group stay. */
const WIPED = {
  key: '',
  cells: '[]',
  problem: null,
  lines: null,
  plan: null,
  before: null,
  after: null,
  field: null,
  message: null,
  undo_message: null,
};

/**
 * Deletes something that the job shows. Writing the job, though nothing in it changes, numbers the change in the same
 * transaction.
 */
async function deleteShown(
  db: Kysely<Tables>,
  jobId: string,
  erase: (transaction: Transaction<Tables>) => Promise<unknown>,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('jobs')
      .set((row) => ({ is_purging: row.ref('is_purging') }))
      .where('id', '=', jobId)
      .execute();
    await erase(transaction);
  });
}

async function wipeItems(db: Kysely<Tables>, jobId: string): Promise<void> {
  const { last } = await db
    .selectFrom('items')
    .select((row) => row.fn.max<number | null>('seq').as('last'))
    .where('job_id', '=', jobId)
    .executeTakeFirstOrThrow();
  // In batches, since other processes wait for the write lock meanwhile.
  for (let seq = 0; seq < (last ?? 0); seq += LIMITS.storeBatchRows) {
    await deleteShown(db, jobId, (transaction) =>
      transaction
        .updateTable('items')
        .set(WIPED)
        .where('job_id', '=', jobId)
        .where('seq', '>', seq)
        .where('seq', '<=', seq + LIMITS.storeBatchRows)
        .execute(),
    );
  }
}

async function deletePool(db: Kysely<Tables>, jobId: string): Promise<void> {
  for (const table of ['pool', 'pool_keys'] as const) {
    for (;;) {
      const deleted = await db
        .deleteFrom(table)
        .where('job_id', '=', jobId)
        .where('record_id', 'in', (row) =>
          row
            .selectFrom(table)
            .select('record_id')
            .where('job_id', '=', jobId)
            .limit(LIMITS.storeBatchRows),
        )
        .executeTakeFirst();
      if (deleted.numDeletedRows === 0n) break;
    }
  }
}

/** Jobs that ended long enough ago, and have no unfinished job that runs their plan. */
function purgeable(db: Kysely<Tables>, endedBeforeMs: number) {
  return db
    .selectFrom('jobs')
    .where('phase', '=', 'done')
    .where('purged_at_ms', 'is', null)
    .where('completed_at_ms', '<=', endedBeforeMs)
    .where((row) =>
      row.not(
        row.exists(
          row
            .selectFrom('jobs as heirs')
            .select('heirs.id')
            .whereRef('heirs.plan_of_job_id', '=', 'jobs.id')
            .where('heirs.phase', '!=', 'done'),
        ),
      ),
    );
}

export function sqlPurge(db: Kysely<Tables>): PurgePort {
  return {
    async listPurgeable({ endedBeforeMs }) {
      const begun = await db.selectFrom('jobs').selectAll().where('is_purging', '=', 1).execute();
      const due = await purgeable(db, endedBeforeMs).selectAll('jobs').execute();
      return [...begun, ...due].map(jobOf);
    },

    beginPurge({ jobId, endedBeforeMs, nowMs, journal }) {
      return journalled(db, async (transaction, pending) => {
        // Deciding inside the statement closes the race with a request for a rollback, and with another
        // process that purges.
        const marked = await transaction
          .updateTable('jobs')
          .set({ purged_at_ms: nowMs, is_purging: 1 })
          .where('id', '=', jobId)
          .where('id', 'in', purgeable(transaction, endedBeforeMs).select('jobs.id'))
          .executeTakeFirst();
        if (marked.numUpdatedRows !== 1n) return false;
        await pending.add({ jobId, nowMs }, journal);
        return true;
      });
    },

    async purgeContents({ jobId }) {
      await wipeItems(db, jobId);
      await deletePool(db, jobId);
      await deleteShown(db, jobId, (transaction) =>
        transaction.deleteFrom('causes').where('job_id', '=', jobId).execute(),
      );
      // The answer of the start may name rows. A repeated request still learns which job it was.
      const body = JSON.stringify({ success: true, jobId });
      await db.updateTable('kept_answers').set({ body }).where('job_id', '=', jobId).execute();
    },

    async endPurge({ jobId }) {
      await db.updateTable('jobs').set({ is_purging: 0 }).where('id', '=', jobId).execute();
    },

    async isSourceShared({ jobId, planOfJobId }) {
      const kin = await db
        .selectFrom('jobs')
        .select('id')
        .where('id', '!=', jobId)
        .where('purged_at_ms', 'is', null)
        .where((row) =>
          row.or([
            row('plan_of_job_id', '=', planOfJobId ?? jobId),
            row('id', '=', planOfJobId ?? jobId),
          ]),
        )
        .executeTakeFirst();
      return kin !== undefined;
    },
  };
}
