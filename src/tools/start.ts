/** The fields, the start and the text that all tools share which start a job from rows. */
import { z } from 'zod';
import { LIMITS } from '../core/limits.js';
import { isEnded } from '../model/job-status.js';
import type { StartOptions } from '../jobs/job/job-options.js';
import type { JobView } from '../jobs/service/job-view.js';
import type { StartedJob } from '../jobs/service/start-job.js';
import { tooManyRows, type SourceInput } from '../jobs/service/take-source.js';
import { resourceNamed } from '../resources/registry.js';
import type { WritingOperation } from '../resources/definition/resource.js';
import {
  briefJob,
  briefJobSchema,
  organizationIdField,
  waitedFor,
  waitSecondsField,
  warningSchema,
  type ToolCall,
} from './tool.js';
import { companyWords, summarizeJob, warningLines } from './job-words.js';

export const cellField = z.union([z.string(), z.number(), z.boolean(), z.null()]);

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isRow(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(isScalar);
}

function isUpdate(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isText(Reflect.get(value, 'id')) && isRow(Reflect.get(value, 'changes'));
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/**
 * A list schema that counts the elements first, and checks them only up to the first fault. A plain schema
 * reports each fault of each element, which takes seconds for a long list.
 */
function counted<T extends z.ZodType>(list: T, isGood: (element: unknown) => boolean) {
  return z.preprocess((value) => {
    if (!Array.isArray(value)) return value;
    if (value.length > LIMITS.inlineRowsMax) throw tooManyRows();
    const elements: unknown[] = value;
    const bad = elements.findIndex((element) => !isGood(element));
    if (bad === -1) return elements;
    const toFault = [...elements.slice(0, bad), withFirstFault(elements[bad])];
    // If the shortened list passes, the whole list is taken.
    return list.safeParse(toFault).success ? elements : toFault;
  }, list);
}

/** The members up to the first that is not a cell. */
function withFirstFault(element: unknown): unknown {
  if (typeof element !== 'object' || element === null || Array.isArray(element)) return element;
  const entries = Object.entries(element);
  const bad = entries.findIndex(([, value]) => !isScalar(value));
  return bad === -1 ? element : Object.fromEntries(entries.slice(0, bad + 1));
}

/** Changes to records, by their ids. */
export const updatesField = counted(
  z.array(
    z.strictObject({
      id: z.string().min(1).max(160),
      changes: z.record(z.string(), cellField),
    }),
  ),
  isUpdate,
)
  .optional()
  .describe(
    'Columns to change per record id; null clears. Example: [{"id":"GblDWRCs...","changes":{"unitPrice":"408.93"}}]',
  );

/** Exactly one must be given; the service refuses others with the contract's code. */
export const sourceFields = {
  filePath: z
    .string()
    .min(1)
    .max(4096)
    .optional()
    .describe('CSV, XLSX or JSON file; best for many rows.'),
  csvContent: z.string().optional().describe('CSV text, to 1 MiB.'),
  rows: counted(z.array(z.record(z.string(), cellField)), isRow)
    .optional()
    .describe(`To ${String(LIMITS.inlineRowsMax)}, e.g. [{"name":"Nord ApS","vatNo":"13748136"}].`),
  uploadId: z.string().optional().describe('HTTP only.'),
  dryRunJobId: z.string().optional().describe('Runs exactly the plan of that dry run.'),
};

/** A filter of records. The service reads it, so that a fault is named by its column. */
export const whereField = z
  .record(z.string(), z.unknown())
  .optional()
  .describe(
    'Filter by column; all must hold. A value, or eq, ne, gt, gte, lt, lte, contains, startsWith, in, isEmpty; any, all, not combine. Archived ones only if isArchived is named. ' +
      'Ex. {"unit":"hour","name":{"contains":"consult"}}; {"vatNo":{"isEmpty":true}}.',
  );

/** The change of the records that `where` finds. */
export const setField = z
  .record(z.string(), z.unknown())
  .optional()
  .describe(
    'With where: column to value (null clears), or for a number multiplyBy, add, roundTo, roundMode (nearest, up, down), in this order. ' +
      'Ex. {"unitPrice":{"multiplyBy":"1.04","roundTo":"0.50"}}.',
  );

/** Ids of records. */
export const idsField = counted(z.array(z.string().min(1).max(160)), isText)
  .optional()
  .describe('Record ids. Or give a source with an id or match key in each row.');

/** The fields of every start beside its source and its options. */
export const startFields = {
  organizationId: organizationIdField,
  waitSeconds: waitSecondsField,
};

export const startResult = z.looseObject({
  success: z.literal(true),
  jobId: z.string(),
  status: z.string(),
  totalItems: z.number().nullable(),
  dryRun: z.boolean(),
  organization: z.looseObject({
    id: z.string(),
    name: z.string(),
    registrationNo: z.string().nullable(),
  }),
  message: z.string(),
  alreadySubmitted: z.boolean().optional(),
  warnings: z.array(warningSchema).optional(),
  job: briefJobSchema.optional(),
});

/** The decisive fields of the same result: tools/list has its whole schema once, in import_customers_csv. */
export const startResultBrief = z
  .looseObject(startResult.pick({ success: true, jobId: true, status: true, message: true }).shape)
  .describe('As of import_customers_csv.') as unknown as typeof startResult;

export type StartResult = z.output<typeof startResult>;

/** Errors listed after a wait; `get_bulk_job_status` lists 20. */
const START_ERRORS = 3;

const OPERATION_WORDS: Readonly<Record<WritingOperation, string>> = {
  import: 'import',
  update: 'update',
  delete: 'deletion',
};

/** The result in a sentence, and the next step. `job`: the job after a wait. */
function messageOf(
  { job, isNew }: StartedJob,
  waited: JobView | null,
  operation: WritingOperation,
): string {
  const kind = job.dryRun ? 'Dry run' : 'Job';
  if (!isNew) {
    return `This ${OPERATION_WORDS[operation]} was already started as this job; nothing new was sent. options.force starts another.`;
  }
  if (waited === null || !isEnded(waited.status)) {
    return `${kind} started. Call get_bulk_job_status with this jobId and waitSeconds to watch it.`;
  }
  if (waited.status !== 'completed') return `${kind} ${waited.status}.`;
  return job.dryRun
    ? 'Dry run completed; nothing was sent. Show its counts and warnings, then run it with dryRunJobId.'
    : 'Job completed. rollback_job undoes it.';
}

/** Starts the job, waits for its end if asked to, and returns its id with the next step. */
export async function start(
  what: { resourceType: string; operation: WritingOperation },
  input: SourceInput & {
    organizationId?: string | undefined;
    options?: StartOptions | undefined;
    waitSeconds?: number | undefined;
  },
  call: ToolCall,
): Promise<StartResult> {
  const { organizationId, options, waitSeconds, ...source } = input;
  const started = await call.service.start({
    resource: resourceNamed(what.resourceType),
    operation: what.operation,
    input: source,
    organizationId,
    options: options ?? {},
  });
  const { job, organization, isNew } = started;
  const waited = await waitedFor(call, job.id, waitSeconds);
  const { id, name, registrationNo } = organization;
  const warnings = job.warnings
    .slice(0, LIMITS.warningsShownMax)
    .map((warning) => ({ ...warning }));
  return {
    success: true,
    jobId: job.id,
    status: waited?.status ?? job.status,
    totalItems: waited === null ? job.totalItems : waited.totalItems,
    dryRun: job.dryRun,
    organization: { id, name, registrationNo },
    message: messageOf(started, waited, what.operation),
    ...(isNew ? {} : { alreadySubmitted: true }),
    // The job has them too.
    ...(waited === null && warnings.length > 0 ? { warnings } : {}),
    ...(waited === null ? {} : { job: briefJob(waited, START_ERRORS) }),
  };
}

export function summarizeStart(result: StartResult): string {
  const { jobId, status, dryRun, organization, message, warnings = [], job } = result;
  const company = `Company ${companyWords(organization)}.`;
  // The words of a job name the company among several.
  const isNamed = job !== undefined && 'organization' in job;
  if (job !== undefined)
    return [message, ...(isNamed ? [] : [company]), summarizeJob(job)].join('\n');
  const kind = dryRun ? 'dry run' : 'job';
  return [message, `jobId ${jobId} (${kind}, ${status}).`, company, ...warningLines(warnings)].join(
    '\n',
  );
}
