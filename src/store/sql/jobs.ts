/** Jobs in SQL. */
import { sql, type Kysely, type Transaction } from 'kysely';
import { StoreError } from '../../core/errors.js';
import { missingJob, tooManyJobs } from '../refused-writes.js';
import { fenced, journalled } from './fence.js';
import { recordEvent, statusBefore } from './notices/record-event.js';
import type { JobsPort } from '../ports/jobs.js';
import { after, idsNamed, type ListPlace } from './requests/named-jobs.js';
import { jobOf, jobPatchRow, newJobRow } from './rows.js';
import type { Tables } from './schema.js';
import type { JobPhase, JobStatus, Rollback } from '../../model/job.js';
import { checkCanFollow, statusesBefore } from '../../model/job-status.js';

/** Parses a cursor `<createdAtMs>.<id>`: the last job of the page before. */
function parseCursor(cursor: string): ListPlace {
  const match = /^(\d{1,16})\.([\w-]{1,64})$/.exec(cursor);
  if (match === null) {
    throw new StoreError({
      code: 'INPUT_INVALID',
      message: 'The cursor is invalid.',
      hint: 'Pass nextCursor of the page before, or leave it out.',
    });
  }
  return { createdAtMs: Number(match[1]), id: match[2] ?? '' };
}

const AT_WORK: readonly JobStatus[] = ['validating', 'processing', 'rolling_back'];

/** The time at which the stored rollback was asked for. */
function startOfRollback(undo: string): number {
  return (JSON.parse(undo) as Pick<Rollback, 'startedAtMs'>).startedAtMs ?? 0;
}

function findQueries(db: Kysely<Tables>): Pick<JobsPort, 'getJob' | 'findJob'> {
  return {
    async getJob({ jobId }) {
      const row = await db
        .selectFrom('jobs')
        .selectAll()
        .where('id', '=', jobId)
        .executeTakeFirst();
      return row === undefined ? null : jobOf(row);
    },

    async findJob({ jobId, organizationIds }) {
      const row = await db
        .selectFrom('jobs')
        .selectAll()
        .where('id', '=', jobId)
        .where('organization_id', 'in', [...organizationIds])
        .executeTakeFirst();
      return row === undefined ? null : jobOf(row);
    },
  };
}

type JobPage = Parameters<JobsPort['listJobs']>[0];

/** The jobs of a page and of those after it, newest first, before they are searched for a text. */
function fromPage(db: Kysely<Tables>, { organizationIds, cursor, ...filter }: JobPage) {
  const { status, resourceType, operation, label, dryRun, createdBy } = filter;
  const { createdFromMs, createdToMs } = filter;
  let query = db
    .selectFrom('jobs')
    .where('organization_id', 'in', [...organizationIds])
    .orderBy('created_at_ms', 'desc')
    .orderBy('id', 'desc');
  if (status !== undefined) query = query.where('status', '=', status);
  if (resourceType !== undefined) query = query.where('resource_type', '=', resourceType);
  if (operation !== undefined) query = query.where('operation', '=', operation);
  if (label !== undefined) query = query.where('label', '=', label);
  if (dryRun !== undefined) query = query.where('dry_run', '=', dryRun ? 1 : 0);
  if (createdBy !== undefined) query = query.where('created_by', '=', createdBy);
  if (createdFromMs !== undefined) query = query.where('created_at_ms', '>=', createdFromMs);
  if (createdToMs !== undefined) query = query.where('created_at_ms', '<=', createdToMs);
  if (cursor === undefined) return query;
  const place = parseCursor(cursor);
  return query.where((row) => after(row, place));
}

function listQueries(db: Kysely<Tables>): Pick<JobsPort, 'listJobs' | 'countJobs'> {
  return {
    async listJobs({ limit, text, ...page }) {
      const query = fromPage(db, { ...page, limit }).limit(limit + 1);
      const named = text === undefined ? null : await idsNamed(query, { text, count: limit + 1 });
      const listed = named === null ? query : query.where('id', 'in', named);
      const jobs = (await listed.selectAll().execute()).map(jobOf);
      const shown = jobs.slice(0, limit);
      const last = shown.at(-1);
      const hasMore = jobs.length > limit && last !== undefined;
      return { jobs: shown, nextCursor: hasMore ? `${String(last.createdAtMs)}.${last.id}` : null };
    },

    async countJobs({ organizationIds }) {
      const rows = await db
        .selectFrom('jobs')
        .select((row) => ['status', row.fn.countAll<number>().as('count')])
        .where('organization_id', 'in', [...organizationIds])
        .groupBy('status')
        .execute();
      return Object.fromEntries(rows.map((row) => [row.status as JobStatus, row.count]));
    },
  };
}

function sourceQueries(db: Kysely<Tables>): Pick<JobsPort, 'listJobsOfSource'> {
  return {
    async listJobsOfSource({ organizationId, operation, resourceType, sha256, limit }) {
      const rows = await db
        .selectFrom('jobs')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('operation', '=', operation)
        .where('resource_type', '=', resourceType)
        .where('dry_run', '=', 0)
        // The source is JSON. An organization has some thousands of jobs, so no index is needed.
        .where('source', 'like', `%"sha256":"${sha256}"%`)
        .orderBy('created_at_ms', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(jobOf);
    },
  };
}

/** True unless the job has yet to start and the job that it comes after has not ended. */
export const MAY_BEGIN = sql<boolean>`(jobs.started_at_ms IS NOT NULL OR jobs.phase <> 'scan'
  OR NOT EXISTS (SELECT 1 FROM jobs AS earlier WHERE earlier.id = jobs.after_job_id AND earlier.phase <> 'done'))`;

function queueQueries(
  db: Kysely<Tables>,
): Pick<JobsPort, 'listWaitingOrganizations' | 'listUnfinished' | 'jobAhead'> {
  return {
    async listWaitingOrganizations() {
      const rows = await db
        .selectFrom('jobs')
        .select('organization_id')
        .distinct()
        .where('phase', '!=', 'done')
        .orderBy('organization_id')
        .execute();
      return rows.map((row) => row.organization_id);
    },

    async listUnfinished({ organizationIds }) {
      const rows = await db
        .selectFrom('jobs')
        .selectAll()
        .where('organization_id', 'in', [...organizationIds])
        .where('phase', '!=', 'done')
        .where(MAY_BEGIN)
        .orderBy('created_at_ms')
        .orderBy('id')
        .execute();
      return rows.map(jobOf);
    },

    async jobAhead({ jobId, lane }) {
      const row = await db
        .selectFrom('jobs')
        .innerJoin('jobs as mine', (join) => join.on('mine.id', '=', jobId))
        .select('jobs.id')
        .where('jobs.lane', '=', lane)
        .where('jobs.phase', '!=', 'done')
        .where(MAY_BEGIN)
        .where((row) =>
          row.or([
            row('jobs.created_at_ms', '<', row.ref('mine.created_at_ms')),
            row.and([
              row('jobs.created_at_ms', '=', row.ref('mine.created_at_ms')),
              row('jobs.id', '<', jobId),
            ]),
          ]),
        )
        .orderBy('jobs.created_at_ms', 'desc')
        .orderBy('jobs.id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.id ?? null;
    },
  };
}

function laneQueries(db: Kysely<Tables>): Pick<JobsPort, 'jobAtWork'> {
  return {
    async jobAtWork({ jobId, lane, sinceMs }) {
      const rows = await db
        .selectFrom('jobs')
        .select(['id', 'undo'])
        .where('lane', '=', lane)
        .where('phase', '!=', 'done')
        .where('id', '!=', jobId)
        .where('status', 'in', AT_WORK)
        .orderBy('created_at_ms', 'desc')
        .execute();
      const isBefore = ({ undo }: { undo: string | null }): boolean =>
        undo === null || startOfRollback(undo) < sinceMs;
      return rows.find(isBefore)?.id ?? null;
    },
  };
}

async function countOpen(
  transaction: Transaction<Tables>,
  organizationId: string,
): Promise<number> {
  const { count } = await transaction
    .selectFrom('jobs')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .where('phase', '!=', 'done')
    .executeTakeFirstOrThrow();
  return count;
}

function createQueries(db: Kysely<Tables>): Pick<JobsPort, 'createJob' | 'releaseFingerprint'> {
  return {
    createJob({ journal, openMax = Infinity, ...job }) {
      const { fingerprint = null } = job;
      return journalled(db, async (transaction, pending) => {
        const { numInsertedOrUpdatedRows: count } = await transaction
          .insertInto('jobs')
          .values(newJobRow(job))
          .onConflict((conflict) => conflict.column('fingerprint').doNothing())
          .executeTakeFirst();
        const stored = transaction.selectFrom('jobs').selectAll();
        if (count !== 1n) {
          const first = stored.where('fingerprint', '=', fingerprint);
          return jobOf(await first.executeTakeFirstOrThrow());
        }
        if ((await countOpen(transaction, job.organizationId)) > openMax)
          throw tooManyJobs(openMax);
        await pending.add({ jobId: job.id, nowMs: job.createdAtMs }, journal);
        // Not by RETURNING, which shows the row before a trigger has numbered it.
        return jobOf(await stored.where('id', '=', job.id).executeTakeFirstOrThrow());
      });
    },

    async releaseFingerprint({ jobId }) {
      await db.updateTable('jobs').set({ fingerprint: null }).where('id', '=', jobId).execute();
    },
  };
}

/** The job inside the transaction of an update that matched no row. */
async function standingOf(
  transaction: Transaction<Tables>,
  jobId: string,
): Promise<{ status: JobStatus; phase: JobPhase } | null> {
  const row = await transaction
    .selectFrom('jobs')
    .select(['status', 'phase'])
    .where('id', '=', jobId)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { status: row.status as JobStatus, phase: row.phase as JobPhase };
}

function writeQueries(db: Kysely<Tables>): Pick<JobsPort, 'updateJob' | 'beginStage'> {
  return {
    async updateJob({ jobId, lease, patch, nowMs, journal, whileStatus }) {
      await fenced(db, lease, async (transaction, pending) => {
        // Before the patch: the job names the actor of a rollback only until the rollback has ended.
        await pending.add({ jobId, nowMs }, journal);
        let update = transaction
          .updateTable('jobs')
          .set({ ...jobPatchRow(patch), updated_at_ms: nowMs })
          .where('id', '=', jobId);
        if (whileStatus !== undefined) update = update.where('status', 'in', [...whileStatus]);
        const { status } = patch;
        const before = await statusBefore(transaction, jobId, status);
        if (status !== undefined) update = update.where('status', 'in', statusesBefore(status));
        const updated = await update.executeTakeFirst();
        if (updated.numUpdatedRows === 1n) {
          if (before !== null) await recordEvent(transaction, { jobId, before, nowMs });
          return;
        }
        const job = await standingOf(transaction, jobId);
        if (whileStatus?.every((one) => one !== job?.status) ?? false) {
          // The job is outside of `whileStatus`: nothing has changed, so nothing is noted.
          pending.drop();
          return;
        }
        if (job === null) throw missingJob();
        checkCanFollow(job.status, status ?? job.status);
      });
    },

    async beginStage({ jobId, lease, status, startedAtMs, nowMs }) {
      return fenced(db, lease, async (transaction) => {
        const before = await statusBefore(transaction, jobId, status);
        const begun = await transaction
          .updateTable('jobs')
          .set({ status, started_at_ms: startedAtMs, updated_at_ms: nowMs })
          .where('id', '=', jobId)
          .where('phase', '!=', 'done')
          .where('status', 'in', statusesBefore(status))
          .executeTakeFirst();
        if (begun.numUpdatedRows === 1n) {
          if (before !== null) await recordEvent(transaction, { jobId, before, nowMs });
          return true;
        }
        const job = await standingOf(transaction, jobId);
        if (job !== null && job.phase !== 'done') checkCanFollow(job.status, status);
        return false;
      });
    },
  };
}

export function sqlJobs(db: Kysely<Tables>): JobsPort {
  return {
    ...findQueries(db),
    ...listQueries(db),
    ...sourceQueries(db),
    ...queueQueries(db),
    ...laneQueries(db),
    ...createQueries(db),
    ...writeQueries(db),
  };
}
