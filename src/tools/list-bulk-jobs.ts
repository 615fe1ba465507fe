/** The tool `list_bulk_jobs`: lists the organization's jobs, newest first. */
import { z } from 'zod';
import { quote } from '../core/text.js';
import { jobRowSchema, type JobRow } from '../jobs/service/list-jobs.js';
import { RESOURCE_NAMES } from '../resources/registry.js';
import { JOB_STATUSES, OPERATIONS } from '../model/job.js';
import { defineTool, organizationIdField, READS } from './tool.js';

const LIMIT_DEFAULT = 10;
const NAME_CHARS = 40;

/** `2026-11-29T14:03:11.123Z` without seconds. */
const MINUTE_CHARS = 'yyyy-mm-ddThh:mm'.length;

function lineOf(job: JobRow): string {
  const { id, createdAt, operation, resourceType, status, label, source, failedItems } = job;
  const kind = `${job.dryRun ? 'dry run' : 'run'}, ${operation} ${resourceType}`;
  const when = (createdAt ?? '').slice(0, MINUTE_CHARS).replace('T', ' ');
  const named = [label, source]
    .filter((name) => name !== null)
    .map((name) => quote(name, NAME_CHARS));
  const total = job.totalItems === null ? '' : ` of ${String(job.totalItems)}`;
  const counts = `${String(job.successfulItems)}${total} successful, ${String(failedItems)} failed`;
  return `${[`${id} ${when} ${kind}`, ...named].join(', ')}: ${status}, ${counts}`;
}

export const listBulkJobs = defineTool({
  name: 'list_bulk_jobs',
  title: 'List jobs',
  description:
    'Lists jobs, newest first, dry runs and runs, with counts by status. Example: {"since":"2026-11-29","dryRun":false,"operation":"import"}.',
  annotations: READS,
  inputSchema: z.strictObject({
    organizationId: organizationIdField,
    status: z.enum(JOB_STATUSES).optional(),
    resourceType: z.enum(RESOURCE_NAMES).optional(),
    operation: z.enum(OPERATIONS).optional(),
    label: z.string().max(100).optional(),
    dryRun: z.boolean().optional(),
    since: z.string().max(40).optional().describe('First day or moment (UTC).'),
    until: z.string().max(40).optional().describe('Last day or moment.'),
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
    const more = nextCursor === undefined ? [] : [`More: cursor ${nextCursor}`];
    return [`Jobs: ${totals.join(', ') || 'none'}.`, ...jobs.map(lineOf), ...more].join('\n');
  },
});
