/** What anybody may ask of a job in SQL: one statement each, so that the job's state decides, not a look before. */
import { sql, type Kysely } from 'kysely';
import type { JobStore } from './job-store.js';
import type { Tables } from './schema.js';
import { beganUndo } from './types.js';

type RequestPart = Pick<
  JobStore,
  'requestCancel' | 'requestPause' | 'requestResume' | 'requestRetry' | 'requestUndo'
>;

/** Phases in which a job may still be stopped. */
const STOPPABLE = ['scan', 'plan', 'run', 'retry'] as const;

function stopQueries(db: Kysely<Tables>): Pick<RequestPart, 'requestCancel'> {
  return {
    async requestCancel({ jobId, by, nowMs }) {
      const asked = { cancel_requested: 1, pause_requested: 0, cancelled_by: by };
      const ended = await db
        .updateTable('jobs')
        .set({
          ...asked,
          status: 'cancelled',
          phase: 'done',
          updated_at_ms: nowMs,
          completed_at_ms: nowMs,
        })
        .where('id', '=', jobId)
        // Nobody has begun it: it need not wait for its turn to be cancelled.
        .where('phase', '=', 'scan')
        .where('started_at_ms', 'is', null)
        .executeTakeFirst();
      if (ended.numUpdatedRows === 1n) return true;
      const flagged = await db
        .updateTable('jobs')
        .set({ ...asked, updated_at_ms: nowMs })
        .where('id', '=', jobId)
        // A job that ended between the caller's look and this statement stays as it ended.
        .where('phase', 'in', STOPPABLE)
        .executeTakeFirst();
      return flagged.numUpdatedRows === 1n;
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

function againQueries(db: Kysely<Tables>): Pick<RequestPart, 'requestRetry' | 'requestUndo'> {
  return {
    async requestRetry({ jobId, from, nowMs }) {
      const asked = await db
        .updateTable('jobs')
        .set({
          status: 'pending',
          phase: 'retry',
          error: null,
          undo: null,
          // What a dry run foretold does not bind an attempt that is planned afresh.
          plan_of_job_id: null,
          cancel_requested: 0,
          cancelled_by: null,
          pause_requested: 0,
          completed_at_ms: null,
          updated_at_ms: nowMs,
        })
        .where('id', '=', jobId)
        .where('status', 'in', [...from])
        .executeTakeFirst();
      return asked.numUpdatedRows === 1n;
    },

    async requestUndo({ jobId, from, reason, nowMs }) {
      const asked = await db
        .updateTable('jobs')
        .set({
          status: 'rolling_back',
          phase: 'undo',
          undo: JSON.stringify(beganUndo({ reason, nowMs })),
          cancel_requested: 0,
          updated_at_ms: nowMs,
        })
        .where('id', '=', jobId)
        // Two callers at once: the first moves the status, the second finds no row.
        .where('status', 'in', [...from])
        .executeTakeFirst();
      return asked.numUpdatedRows === 1n;
    },
  };
}

export function sqlRequests(db: Kysely<Tables>): RequestPart {
  return { ...stopQueries(db), ...pauseQueries(db), ...againQueries(db) };
}
