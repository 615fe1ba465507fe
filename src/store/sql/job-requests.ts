/**
 * The SQL for requests about a job: cancel, pause, resume, retry, rollback. Each is one statement, so the
 * job's state at that moment decides, not an earlier read.
 */
import { sql, type Kysely, type Updateable } from 'kysely';
import type { JobRequestsPort } from '../ports/job-requests.js';
import type { Journalled } from '../ports/journal.js';
import type { JobsTable, Tables } from './schema.js';
import { journalled } from './fence.js';
import { recordEvent } from './notices/record-event.js';
import { newRollback, type JobStatus } from '../../model/job.js';
import { checkCanFollow, statusesBefore } from '../../model/job-status.js';

/** Phases in which a job may still be stopped. */
const STOPPABLE = ['scan', 'plan', 'run', 'retry'] as const;

function stopQueries(db: Kysely<Tables>): Pick<JobRequestsPort, 'requestCancel'> {
  return {
    requestCancel({ jobId, by, nowMs, journal = [], endJournal = [] }) {
      const asked = { cancel_requested: 1, pause_requested: 0, cancelled_by: by };
      const ended = { status: 'cancelled', phase: 'done', completed_at_ms: nowMs };
      return journalled(db, async (transaction, pending) => {
        const end = await transaction
          .updateTable('jobs')
          .set({ ...asked, ...ended, updated_at_ms: nowMs })
          .where('id', '=', jobId)
          // No worker has begun the job, so it is cancelled at once.
          .where('phase', '=', 'scan')
          .where('started_at_ms', 'is', null)
          .where('status', 'in', statusesBefore('cancelled'))
          .where('status', '!=', 'cancelled')
          .executeTakeFirst();
        if (end.numUpdatedRows === 1n) {
          await recordEvent(transaction, { jobId, nowMs });
          await pending.add({ jobId, nowMs }, [...journal, ...endJournal]);
          return true;
        }
        const flag = await transaction
          .updateTable('jobs')
          .set({ ...asked, updated_at_ms: nowMs })
          .where('id', '=', jobId)
          // A job that ended between the caller's read and this statement keeps its result.
          .where('phase', 'in', STOPPABLE)
          .executeTakeFirst();
        if (flag.numUpdatedRows !== 1n) return false;
        await pending.add({ jobId, nowMs }, journal);
        return true;
      });
    },
  };
}

function pauseQueries(db: Kysely<Tables>): Pick<JobRequestsPort, 'requestPause' | 'requestResume'> {
  return {
    async requestPause({ jobId, nowMs }) {
      return db.transaction().execute(async (transaction) => {
        const ask = (values: Updateable<JobsTable>, from: readonly JobStatus[]) =>
          transaction
            .updateTable('jobs')
            .set({ ...values, pause_requested: 1, updated_at_ms: nowMs })
            .where('id', '=', jobId)
            .where('phase', 'in', STOPPABLE)
            .where('cancel_requested', '=', 0)
            .where('status', 'in', from)
            .executeTakeFirst();
        // No worker has begun a pending job, so it is paused at once.
        const paused = await ask({ status: 'paused' }, ['pending']);
        if (paused.numUpdatedRows === 1n) {
          await recordEvent(transaction, { jobId, nowMs });
          return true;
        }
        return (await ask({}, statusesBefore('paused'))).numUpdatedRows === 1n;
      });
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
        .where((row) =>
          row.or([
            row.and([
              row('started_at_ms', 'is', null),
              row('status', 'in', statusesBefore('pending')),
            ]),
            row.and([
              row('started_at_ms', 'is not', null),
              row('status', 'in', statusesBefore('processing')),
            ]),
          ]),
        )
        .executeTakeFirst();
      return asked.numUpdatedRows === 1n;
    },
  };
}

function againQueries(
  db: Kysely<Tables>,
): Pick<JobRequestsPort, 'requestRetry' | 'requestRollback'> {
  /** Two callers at once: the first moves the status, the second finds no row. Nor does one who comes
   * while the images that the work needs are being purged. */
  const move = async (
    ask: { jobId: string; from: readonly JobStatus[]; nowMs: number } & Journalled,
    status: JobStatus,
    values: Updateable<JobsTable>,
  ): Promise<boolean> =>
    journalled(db, async (transaction, pending) => {
      const { jobId, from, nowMs, journal } = ask;
      for (const one of from) checkCanFollow(one, status);
      const moved = await transaction
        .updateTable('jobs')
        .set({ ...values, status, cancel_requested: 0, pause_requested: 0, updated_at_ms: nowMs })
        .where('id', '=', jobId)
        .where('status', 'in', [...from])
        .where('purged_at_ms', 'is', null)
        .executeTakeFirst();
      if (moved.numUpdatedRows !== 1n) return false;
      await pending.add({ jobId, nowMs }, journal);
      return true;
    });
  return {
    requestRetry(ask) {
      return move(ask, 'pending', {
        phase: 'retry',
        error: null,
        undo: null,
        // A retry is planned again, so the plan of the dry run no longer applies.
        plan_of_job_id: null,
        cancelled_by: null,
        completed_at_ms: null,
      });
    },

    requestRollback(ask) {
      const { reason, nowMs, by } = ask;
      const began = newRollback({ reason, nowMs, ...(by === undefined ? {} : { by }) });
      return move(ask, 'rolling_back', { phase: 'undo', undo: JSON.stringify(began) });
    },
  };
}

export function sqlRequests(db: Kysely<Tables>): JobRequestsPort {
  return { ...stopQueries(db), ...pauseQueries(db), ...againQueries(db) };
}
