/** The tool `list_bulk_jobs`: lists the organization's jobs, newest first. */
import { z } from 'zod';
import { jobRowSchema } from '../jobs/service/list-jobs.js';
import { RESOURCE_NAMES } from '../resources/registry.js';
import { JOB_STATUSES, OPERATIONS } from '../model/job.js';
import { defineTool, organizationIdField, READS } from './tool.js';

const LIMIT_DEFAULT = 10;

export const listBulkJobs = defineTool({
  name: 'list_bulk_jobs',
  title: 'List jobs',
  description: 'Lists the jobs of this organization, newest first, with counts by status.',
  annotations: READS,
  inputSchema: z.strictObject({
    organizationId: organizationIdField,
    status: z.enum(JOB_STATUSES).optional(),
    resourceType: z.enum(RESOURCE_NAMES).optional(),
    operation: z.enum(OPERATIONS).optional(),
    label: z.string().max(100).optional(),
    limit: z.number().int().min(1).max(100).optional(),
    cursor: z.string().max(100).optional().describe('nextCursor of the previous page.'),
  }),
  outputSchema: z.looseObject({
    success: z.literal(true),
    jobs: z.array(jobRowSchema),
    nextCursor: z.string().optional(),
    statistics: z.record(z.string(), z.number()),
  }),
  async run({ limit, ...given }, { service }) {
    const filter = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    );
    const { jobs, nextCursor, statistics } = await service.list({
      ...filter,
      limit: limit ?? LIMIT_DEFAULT,
    });
    const next = nextCursor === null ? {} : { nextCursor };
    return { success: true as const, jobs, ...next, statistics };
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
