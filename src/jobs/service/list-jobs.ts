/** Lists the jobs of an organization, newest first, one short row each. */
import { z } from 'zod';
import { isoTime } from '../../core/clock.js';
import { InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { clip } from '../../core/text.js';
import { tokensOfJson } from '../../core/tokens.js';
import type { Outcome } from '../../model/item.js';
import { JOB_STATUSES, type JobRecord, type JobStatus } from '../../model/job.js';
import { isEnded } from '../../model/job-status.js';
import type { JobFilter } from '../../store/ports/jobs.js';
import { countsOf, progressOf } from './job-view.js';
import type { ServiceDeps } from './service-deps.js';

const LABEL_CHARS = 40;
/** Room for the rows of a page beside its statistics and cursor. */
const ROWS_TOKENS_MAX = LIMITS.jobTokensMax - 250;

export const jobRowSchema = z.looseObject({
  id: z.string(),
  label: z.string().nullable(),
  operation: z.string(),
  resourceType: z.string(),
  dryRun: z.boolean(),
  status: z.string(),
  /** The name of the file; null: the job has no source. */
  source: z.string().nullable(),
  progress: z.number(),
  totalItems: z.number().nullable(),
  successfulItems: z.number(),
  failedItems: z.number(),
  createdAt: z.string().nullable(),
  completedAt: z.string().nullable(),
  createdBy: z.string(),
});

/** Programs list the jobs of several organizations together. */
export const programJobRowSchema = jobRowSchema.extend({ organizationId: z.string() });

export type JobRow = z.output<typeof jobRowSchema>;

function rowOf(job: JobRecord, charsMax: number): JobRow {
  const { id, label, operation, resourceType, dryRun, status, source, totalItems } = job;
  const { successfulItems, failedItems } = countsOf(job);
  return {
    id,
    label: label === null ? null : clip(label, charsMax),
    operation,
    resourceType,
    dryRun,
    status,
    source: source === null ? null : clip(source.name, charsMax),
    progress: progressOf(job),
    totalItems,
    successfulItems,
    failedItems,
    createdAt: isoTime(job.createdAtMs),
    completedAt: isoTime(job.completedAtMs),
    createdBy: clip(job.createdBy, charsMax),
  };
}

export type JobListFilter = Omit<JobFilter, 'organizationIds' | 'createdFromMs' | 'createdToMs'> & {
  /** A day or a moment; a day is meant whole. */
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
  readonly cursor?: string;
  readonly organizationId?: string;
  /** For programs: longer pages and names than the answer of a tool has room for. */
  readonly isForPrograms?: boolean;
};

export interface JobList {
  readonly jobs: JobRow[];
  readonly nextCursor: string | null;
  readonly statistics: Partial<Record<JobStatus, number>>;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MS_PER_DAY = 24 * 3_600_000;

function momentOf(name: string, text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new InputError({
    code: 'INPUT_INVALID',
    message: `${name} is not a date.`,
    hint: 'Give a day such as 2026-11-29, or a moment such as 2026-11-29T12:00:00Z.',
  });
}

/** The bounds of the creation time. Days are those of UTC, as all times of jobs. */
function boundsOf({ since, until }: Pick<JobListFilter, 'since' | 'until'>) {
  const toMs = until === undefined ? null : momentOf('until', until);
  const isDay = until !== undefined && DAY.test(until);
  return {
    ...(since === undefined ? {} : { createdFromMs: momentOf('since', since) }),
    ...(toMs === null ? {} : { createdToMs: isDay ? toMs + MS_PER_DAY - 1 : toMs }),
  };
}

/** The number of rows, at least one, that an answer has room for. */
function rowsThatFit(jobs: readonly JobRecord[]): number {
  const rows = jobs.map((job) => rowOf(job, LABEL_CHARS));
  let count = rows.length;
  while (count > 1 && tokensOfJson(rows.slice(0, count)) > ROWS_TOKENS_MAX) count -= 1;
  return count;
}

type ListDeps = Pick<ServiceDeps, 'store' | 'organizations' | 'caller'>;

/**
 * Returns a page of jobs, and the number of all jobs by status. The answer of a tool has at most
 * `LIMITS.listJobsMax` jobs.
 */
export async function listJobs(
  { store, organizations, caller }: ListDeps,
  filter: JobListFilter,
): Promise<JobList> {
  const { organizationId, since, until, isForPrograms = false, ...wanted } = filter;
  const bounds = boundsOf({
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  });
  const organizationIds = await organizations.idsFor(caller, organizationId);
  const limitMax = isForPrograms ? LIMITS.listJobsPageMax : LIMITS.listJobsMax;
  const limit = Math.min(filter.limit, limitMax);
  const query = { ...wanted, ...bounds, organizationIds };
  const page = await store.listJobs({ ...query, limit });
  const fitting = isForPrograms ? page.jobs.length : rowsThatFit(page.jobs);
  // A shorter page has a cursor of its own, so that no job is left out.
  const { jobs, nextCursor } =
    fitting < page.jobs.length ? await store.listJobs({ ...query, limit: fitting }) : page;
  const statistics = await store.countJobs({ organizationIds });
  const charsMax = isForPrograms ? LIMITS.fieldCharsMax : LABEL_CHARS;
  const rows = jobs.map((job) => {
    const row = rowOf(job, charsMax);
    return isForPrograms ? { ...row, organizationId: job.organizationId } : row;
  });
  return { jobs: rows, nextCursor, statistics };
}

export interface JobStatistics {
  /** Jobs by status. */
  readonly statistics: JobList['statistics'];
  /** Jobs that have not ended, rollbacks under way among them. */
  readonly openJobs: number;
  /** Items of all jobs by outcome; dry runs are left out. */
  readonly items: Readonly<Record<Outcome, number>>;
}

/** Reads the counters of jobs and no item. */
export async function jobStatistics(
  { store, organizations, caller }: ListDeps,
  organizationId: string | undefined,
): Promise<JobStatistics> {
  const organizationIds = await organizations.idsFor(caller, organizationId);
  const statistics = await store.countJobs({ organizationIds });
  const open = JOB_STATUSES.filter((status) => !isEnded(status));
  return {
    statistics,
    openJobs: open.reduce((sum, status) => sum + (statistics[status] ?? 0), 0),
    items: await store.sumOutcomes({ organizationIds }),
  };
}
