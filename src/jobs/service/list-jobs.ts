/** Lists the jobs of an organization, newest first, one short row each. */
import { z } from 'zod';
import { isoTime } from '../../core/clock.js';
import { LIMITS } from '../../core/limits.js';
import { clip } from '../../core/text.js';
import { JOB_STATUSES, OPERATIONS, type JobRecord, type JobStatus } from '../../model/job.js';
import type { JobFilter } from '../../store/ports/jobs.js';
import { countsOf, progressOf } from './job-view.js';
import type { ServiceDeps } from './service-deps.js';

const LABEL_CHARS = 40;

export const jobRowSchema = z.looseObject({
  id: z.string(),
  label: z.string().nullable(),
  operation: z.enum(OPERATIONS),
  resourceType: z.string(),
  status: z.enum(JOB_STATUSES),
  progress: z.number(),
  failedItems: z.number(),
  createdAt: z.string().nullable(),
});

export type JobRow = z.output<typeof jobRowSchema>;

function rowOf(job: JobRecord): JobRow {
  const { id, label, operation, resourceType, status } = job;
  return {
    id,
    label: label === null ? null : clip(label, LABEL_CHARS),
    operation,
    resourceType,
    status,
    progress: progressOf(job),
    failedItems: countsOf(job).failedItems,
    createdAt: isoTime(job.createdAtMs),
  };
}

export type JobListFilter = Omit<JobFilter, 'organizationIds'> & {
  readonly limit: number;
  readonly cursor?: string;
  readonly organizationId?: string;
};

export interface JobList {
  readonly jobs: JobRow[];
  readonly nextCursor: string | null;
  readonly statistics: Partial<Record<JobStatus, number>>;
}

/** Returns a page of at most `LIMITS.listJobsMax` jobs, and the number of all jobs by status. */
export async function listJobs(
  { store, organizations, caller }: Pick<ServiceDeps, 'store' | 'organizations' | 'caller'>,
  filter: JobListFilter,
): Promise<JobList> {
  const { organizationId, ...wanted } = filter;
  const organizationIds = await organizations.idsFor(caller, organizationId);
  const limit = Math.min(filter.limit, LIMITS.listJobsMax);
  const { jobs, nextCursor } = await store.listJobs({ ...wanted, limit, organizationIds });
  const statistics = await store.countJobs({ organizationIds });
  return { jobs: jobs.map(rowOf), nextCursor, statistics };
}
