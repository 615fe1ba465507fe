/** What anybody may ask of a job in SQL: one statement each, so that the job's state decides, not a look before. */
import { sql, type Kysely, type Updateable } from 'kysely';
import type { JobStore, Journalled } from '../job-store.js';
import type { JobsTable, Tables } from './schema.js';
import { noteInJournal } from './journal.js';
import { newRollback, type JobStatus } from '../../model/job.js';

type RequestPart = Pick<
  JobStore,
  'requestCancel' | 'requestPause' | 'requestResume' | 'requestRetry' | 'requestRollback'
>;

/** Phases in which a job may still be stopped. */
const STOPPABLE = ['scan', 'plan', 'run', 'retry'] as const;

function stopQueries(db: Kysely<Tables>): Pick<RequestPart, 'requestCancel'> {
  return {
    requestCancel({ jobId, by, nowMs, journal = [], endJournal = [] }) {
      const asked = { cancel_requested: 1, pause_requested: 0, cancelled_by: by };
      const ended = { status: 'cancelled', phase: 'done', completed_at_ms: nowMs };
      return db.transaction().execute(async (transaction) => {
        const end = await transaction
          .updateTable('jobs')
          .set({ ...asked, ...ended, updated_at_ms: nowMs })
          .where('id', '=', jobId)
          // Nobody has begun it: it need not wait for its turn to be cancelled.
          .where('phase', '=', 'scan')
          .where('started_at_ms', 'is', null)
          .executeTakeFirst();
        if (end.numUpdatedRows === 1n) {
          await noteInJournal(transaction, { jobId, nowMs }, [...journal, ...endJournal]);
          return true;
        }
        const flag = await transaction
          .updateTable('jobs')
          .set({ ...asked, updated_at_ms: nowMs })
          .where('id', '=', jobId)
          // A job that ended between the caller's look and this statement stays as it ended.
          .where('phase', 'in', STOPPABLE)
          .executeTakeFirst();
        if (flag.numUpdatedRows !== 1n) return false;
        await noteInJournal(transaction, { jobId, nowMs }, journal);
        return true;
      });
    },
  };
}

function pauseQueries(db: Kysely<Tables>): Pick<RequestPart, 'requestPause' | 'requestResume'> {
  return {
    async requestPause({ jobId, nowMs }) {
      const asked = await db
        .updateTable('jobs')
        .set({
          pause_requested: 1,
          // Nobody works on a job that is pending: nothing has to come to rest first.
          status: sql<string>`CASE WHEN status = 'pending' THEN 'paused' ELSE status END`,
          updated_at_ms: nowMs,
        })
        .where('id', '=', jobId)
        .where('phase', 'in', STOPPABLE)
        .where('cancel_requested', '=', 0)
        .executeTakeFirst();
      return asked.numUpdatedRows === 1n;
    },

    async requestResume({ jobId, nowMs }) {
      const asked = await db
        .updateTable('jobs')
        .set({
          pause_requested: 0,
          status: sql<string>`CASE WHEN started_at_ms IS NULL THEN 'pending' ELSE 'processing' END`,
          updated_at_ms: nowMs,
        })
        .where('id', '=', jobId)
        .where('phase', 'in', STOPPABLE)
        .where('pause_requested', '=', 1)
        .executeTakeFirst();
      return asked.numUpdatedRows === 1n;
    },
  };
}

function againQueries(db: Kysely<Tables>): Pick<RequestPart, 'requestRetry' | 'requestRollback'> {
  /** Two callers at once: the first moves the status, the second finds no row. Nor does one who comes
   * while the images that the work needs are being purged. */
  const move = async (
    ask: { jobId: string; from: readonly JobStatus[]; nowMs: number } & Journalled,
    values: Updateable<JobsTable>,
  ): Promise<boolean> =>
    db.transaction().execute(async (transaction) => {
      const { jobId, from, nowMs, journal } = ask;
      const moved = await transaction
        .updateTable('jobs')
        .set({ ...values, cancel_requested: 0, pause_requested: 0, updated_at_ms: nowMs })
        .where('id', '=', jobId)
        .where('status', 'in', [...from])
        .where('purged_at_ms', 'is', null)
        .executeTakeFirst();
      if (moved.numUpdatedRows !== 1n) return false;
      await noteInJournal(transaction, { jobId, nowMs }, journal);
      return true;
    });
  return {
    requestRetry(ask) {
      return move(ask, {
        status: 'pending',
        phase: 'retry',
        error: null,
        undo: null,
        // What a dry run foretold does not bind an attempt that is planned afresh.
        plan_of_job_id: null,
        cancelled_by: null,
        completed_at_ms: null,
      });
    },

    requestRollback(ask) {
      const { reason, nowMs, by } = ask;
      const began = newRollback({ reason, nowMs, ...(by === undefined ? {} : { by }) });
      return move(ask, { status: 'rolling_back', phase: 'undo', undo: JSON.stringify(began) });
    },
  };
}

export function sqlRequests(db: Kysely<Tables>): RequestPart {
  return { ...stopQueries(db), ...pauseQueries(db), ...againQueries(db) };
}
