/** The organization's jobs, newest first. */
import { z } from 'zod';
import { isoTime } from '../core/clock.js';
import { LIMITS } from '../core/limits.js';
import { clip } from '../core/text.js';
import { countsOf, progressOf } from '../jobs/service/job-view.js';
import { RESOURCE_NAMES } from '../resources/registry.js';
import { JOB_STATUSES, OPERATIONS, type JobRecord } from '../model/job.js';
import { defineTool, organizationIdField, READS } from './tool.js';

const LIMIT_DEFAULT = 10;
const LABEL_CHARS = 40;

const row = z.looseObject({
  id: z.string(),
  label: z.string().nullable(),
  operation: z.enum(OPERATIONS),
  resourceType: z.string(),
  status: z.enum(JOB_STATUSES),
  progress: z.number(),
  failedItems: z.number(),
  createdAt: z.string().nullable(),
});

function rowOf(job: JobRecord): z.output<typeof row> {
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

export const listBulkJobs = defineTool({
  name: 'list_bulk_jobs',
  title: 'List jobs',
  description: 'The jobs of this organization, newest first, with counts by status.',
  annotations: READS,
  inputSchema: z.strictObject({
    organizationId: organizationIdField,
    status: z.enum(JOB_STATUSES).optional(),
    resourceType: z.enum(RESOURCE_NAMES).optional(),
    operation: z.enum(OPERATIONS).optional(),
    label: z.string().max(100).optional(),
    limit: z.number().int().min(1).max(100).optional(),
    cursor: z.string().max(100).optional().describe('nextCursor of the page before.'),
  }),
  outputSchema: z.looseObject({
    success: z.literal(true),
    jobs: z.array(row),
    nextCursor: z.string().optional(),
    statistics: z.record(z.string(), z.number()),
  }),
  async run({ limit, ...given }, { service }) {
    const filter = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    );
    const { jobs, nextCursor, statistics } = await service.list({
      ...filter,
      limit: Math.min(limit ?? LIMIT_DEFAULT, LIMITS.listJobsMax),
    });
    const next = nextCursor === null ? {} : { nextCursor };
    return { success: true as const, jobs: jobs.map(rowOf), ...next, statistics };
  },
  summarize({ jobs, nextCursor, statistics }) {
    const totals = Object.entries(statistics).map(
      ([status, count]) => `${status} ${String(count)}`,
    );
    const lines = jobs.map(
      (job) =>
        `${job.id} ${job.operation} ${job.resourceType}: ${job.status}, ${String(job.progress)} %, ${String(job.failedItems)} failed`,
    );
    const more = nextCursor === undefined ? [] : [`More: cursor ${nextCursor}`];
    return [`Jobs: ${totals.join(', ') || 'none'}.`, ...lines, ...more].join('\n');
  },
});
