/** The routes of jobs: list, show, their rows, change their course, delete. */
import { z } from 'zod';
import { itemViewSchema } from '../../jobs/service/list-items.js';
import { programJobRowSchema } from '../../jobs/service/list-jobs.js';
import { OUTCOMES } from '../../model/item.js';
import { JOB_STATUSES, OPERATIONS } from '../../model/job.js';
import { RESOURCE_NAMES } from '../../resources/registry.js';
import { cancelBulkJob } from '../../tools/cancel-bulk-job.js';
import { pauseBulkJob } from '../../tools/pause-bulk-job.js';
import { resumeBulkJob } from '../../tools/resume-bulk-job.js';
import { retryFailedItems } from '../../tools/retry-failed-items.js';
import { rollbackJob } from '../../tools/rollback-job.js';
import { waitFor, wholeJobResult, type Tool } from '../../tools/tool.js';
import {
  cursorQuery,
  done,
  flagQuery,
  given,
  idParams,
  NOTHING,
  organizationQuery,
  waitQuery,
  wholeQuery,
} from './fields.js';
import { defineRoute, type RestParts, type RestRoute } from './route.js';
import { toolCall } from './start-routes.js';

const TAG = 'Jobs';
const ACCEPTED = 202;
const NO_CONTENT = 204;
const JOBS_USUAL = 10;
const JOBS_MAX = 200;
const ITEMS_USUAL = 100;
const ITEMS_MAX = 1000;
const TEXT_CHARS_MAX = 100;
const TIME_CHARS_MAX = 40;

const text = z.string().min(1).max(TEXT_CHARS_MAX).optional();
const time = z.string().min(1).max(TIME_CHARS_MAX).optional();

const listJobs = defineRoute({
  id: 'listJobs',
  method: 'get',
  path: '/api/v1/jobs',
  tag: TAG,
  summary: 'Lists jobs, newest first, with the number of all by status',
  role: 'viewer',
  params: NOTHING,
  query: z.strictObject({
    organizationId: organizationQuery,
    status: z.enum(JOB_STATUSES).optional(),
    resourceType: z.enum(RESOURCE_NAMES).optional(),
    operation: z.enum(OPERATIONS).optional(),
    label: text,
    q: text.describe('A part of the label or of the name of the file.'),
    createdBy: text.describe('Whole name of the key, or subject of the token.'),
    dryRun: flagQuery,
    since: time.describe('First day or moment (UTC).'),
    until: time.describe('Last day or moment.'),
    limit: wholeQuery({ min: 1, max: JOBS_MAX, usual: JOBS_USUAL }),
    cursor: cursorQuery,
  }),
  body: null,
  status: 200,
  result: done.extend({
    jobs: z.array(programJobRowSchema),
    nextCursor: z.string().optional(),
    statistics: z.record(z.string(), z.number()),
  }),
  async run({ query: { q, limit = JOBS_USUAL, ...filter }, service }) {
    const wanted = { ...given(filter), ...given({ text: q }), limit, isForPrograms: true };
    const { jobs, nextCursor, statistics } = await service.list(wanted);
    const next = nextCursor === null ? {} : { nextCursor };
    return { body: { success: true, jobs, ...next, statistics } };
  },
});

const getJob = defineRoute({
  id: 'getJob',
  method: 'get',
  path: '/api/v1/jobs/{id}',
  tag: TAG,
  summary: 'Shows a job, now or after waiting for its end',
  role: 'viewer',
  params: idParams,
  query: z.strictObject({
    waitSeconds: waitQuery.describe('Waits for the end of the job, to 45 seconds.'),
  }),
  body: null,
  status: 200,
  result: wholeJobResult,
  async run(call) {
    const job = await waitFor(toolCall(call), call.params.id, call.query.waitSeconds ?? 0);
    return { body: { success: true, job } };
  },
});

const listItems = defineRoute({
  id: 'listItems',
  method: 'get',
  path: '/api/v1/jobs/{id}/items',
  tag: TAG,
  summary: 'Lists the rows of a job with outcome, message and changes, in the order of the file',
  role: 'viewer',
  params: idParams,
  query: z.strictObject({
    outcome: z.enum(OUTCOMES).optional(),
    limit: wholeQuery({ min: 1, max: ITEMS_MAX, usual: ITEMS_USUAL }),
    cursor: cursorQuery,
  }),
  body: null,
  status: 200,
  result: done.extend({ items: z.array(itemViewSchema), nextCursor: z.string().optional() }),
  async run({ params, query: { limit = ITEMS_USUAL, ...filter }, service }) {
    const { items, nextCursor } = await service.items(params.id, { ...filter, limit });
    return { body: { success: true, items, ...(nextCursor === null ? {} : { nextCursor }) } };
  },
});

/** The routes that do what a tool does with the job of the path. */
const CONTROLS = { cancelBulkJob, pauseBulkJob, resumeBulkJob, retryFailedItems, rollbackJob };
const CONTROL_PATHS: Readonly<Record<keyof typeof CONTROLS, string>> = {
  cancelBulkJob: 'cancel',
  pauseBulkJob: 'pause',
  resumeBulkJob: 'resume',
  retryFailedItems: 'retry',
  rollbackJob: 'rollback',
};

/** The input of the tool without the job, which the path names. */
function bodyOf({ inputSchema }: Tool): z.ZodObject {
  if (inputSchema instanceof z.ZodObject) return inputSchema.omit({ jobId: true });
  throw new Error('the input of a tool is an object');
}

function controlRoute(id: keyof typeof CONTROLS): RestRoute {
  const tool = CONTROLS[id];
  return defineRoute({
    id,
    method: 'post',
    path: `/api/v1/jobs/{id}/${CONTROL_PATHS[id]}`,
    tag: TAG,
    summary: tool.title,
    role: 'operator',
    params: idParams,
    query: NOTHING,
    body: bodyOf(tool),
    status: ACCEPTED,
    // The whole schema of the job: only the list of tools must be short.
    result: wholeJobResult.extend({ message: z.string().optional() }),
    async run(call) {
      const result = await tool.run({ jobId: call.params.id, ...call.body }, toolCall(call));
      return { status: ACCEPTED, body: result as Readonly<Record<string, unknown>> };
    },
  });
}

const getStatistics = defineRoute({
  id: 'getStatistics',
  method: 'get',
  path: '/api/v1/statistics',
  tag: TAG,
  summary: 'Counts jobs by status and items by outcome',
  role: 'viewer',
  params: NOTHING,
  query: z.strictObject({ organizationId: organizationQuery }),
  body: null,
  status: 200,
  result: done.extend({
    statistics: z.record(z.string(), z.number()),
    openJobs: z.number().describe('Jobs that have not ended.'),
    items: z.record(z.string(), z.number()).describe('Without dry runs.'),
  }),
  async run({ query, service }) {
    return { body: { success: true, ...(await service.statistics(query.organizationId)) } };
  },
});

function deleteJob({ adminFor }: RestParts): RestRoute {
  return defineRoute({
    id: 'deleteJob',
    method: 'delete',
    path: '/api/v1/jobs/{id}',
    tag: TAG,
    summary: 'Deletes the rows and files of an ended job; its record and the journal stay',
    role: 'admin',
    params: idParams,
    query: NOTHING,
    body: null,
    status: NO_CONTENT,
    result: null,
    async run({ params, caller }) {
      await adminFor(caller).purgeJob(params.id);
      return {};
    },
  });
}

export function jobRoutes(parts: RestParts): RestRoute[] {
  const controls = (Object.keys(CONTROLS) as (keyof typeof CONTROLS)[]).map(controlRoute);
  return [listJobs, getJob, listItems, ...controls, getStatistics, deleteJob(parts)];
}
