/** The fields, the start and the text that all tools share which start a job from rows. */
import { z } from 'zod';
import { LIMITS } from '../core/limits.js';
import { startOptionsSchema, type StartOptions } from '../jobs/job/job-options.js';
import { tooManyRows, type SourceInput } from '../jobs/service/take-source.js';
import { resourceNamed } from '../resources/registry.js';
import { JOB_STATUSES } from '../model/job.js';
import type { WritingOperation } from '../resources/definition/resource.js';
import { organizationIdField, type ToolCall } from './tool.js';

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
  .describe('Columns to change per record id; null clears. Amounts: numbers or decimal strings.');

/** Exactly one must be given; the service refuses others with the contract's code. */
export const sourceFields = {
  filePath: z
    .string()
    .min(1)
    .max(4096)
    .optional()
    .describe('A CSV, XLSX or JSON file in an allowed folder. Best for anything but a few rows.'),
  csvContent: z.string().optional().describe('CSV text, to 1 MiB.'),
  rows: counted(z.array(z.record(z.string(), cellField)), isRow)
    .optional()
    .describe(`Objects with column names, to ${String(LIMITS.inlineRowsMax)}.`),
  uploadId: z.string().optional().describe('Only if the server runs over HTTP.'),
  dryRunJobId: z
    .string()
    .optional()
    .describe('Runs exactly the plan of a completed dry run; records changed since then fail.'),
};

/** A filter of records. The service reads it, so that a fault is told by the name of its column. */
export const whereField = z
  .record(z.string(), z.unknown())
  .optional()
  .describe(
    'Filter by column; all must hold. A value, or eq, ne, gt, gte, lt, lte, contains, startsWith, in, isEmpty; any, all, not combine. Archived ones only if isArchived is named. ' +
      'Ex. {"unit":"hour","name":{"contains":"consult"}}; {"vatNo":{"isEmpty":true}}.',
  );

/** What becomes of the records that `where` finds. */
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

export const startFields = {
  organizationId: organizationIdField,
  options: startOptionsSchema.optional(),
};

const OPTION_NAMES = Object.keys(startOptionsSchema.shape).join(', ');

/** Like `startFields`, but with a short schema: tools/list has the full one once, since six copies are too long. */
export const startFieldsBrief = {
  organizationId: organizationIdField,
  options: z
    .record(z.string(), z.unknown())
    .pipe(startOptionsSchema)
    .optional()
    .describe(`As in import_customers_csv: ${OPTION_NAMES}.`),
};

export const startResult = z.looseObject({
  success: z.literal(true),
  jobId: z.string(),
  status: z.enum(JOB_STATUSES),
  totalItems: z.number().nullable(),
  dryRun: z.boolean(),
  organization: z.looseObject({
    id: z.string(),
    name: z.string(),
    registrationNo: z.string().nullable(),
  }),
  message: z.string(),
  alreadySubmitted: z.boolean().optional(),
});

export type StartResult = z.output<typeof startResult>;

/** Starts the job, and returns its id with the next step. */
export async function start(
  what: { resourceType: string; operation: WritingOperation },
  input: SourceInput & {
    organizationId?: string | undefined;
    options?: StartOptions | undefined;
  },
  call: ToolCall,
): Promise<StartResult> {
  const { organizationId, options, ...source } = input;
  const { job, organization, isNew } = await call.service.start({
    resource: resourceNamed(what.resourceType),
    operation: what.operation,
    input: source,
    organizationId,
    options: options ?? {},
  });
  const { id, name, registrationNo } = organization;
  const kind = job.dryRun ? 'Dry run' : 'Job';
  return {
    success: true,
    jobId: job.id,
    status: job.status,
    totalItems: job.totalItems,
    dryRun: job.dryRun,
    organization: { id, name, registrationNo },
    message: isNew
      ? `${kind} started. Call get_bulk_job_status with this jobId and waitSeconds to watch it.`
      : 'This job was already started with the same input; nothing new was started. options.force starts another.',
    ...(isNew ? {} : { alreadySubmitted: true }),
  };
}

export function summarizeStart(result: StartResult): string {
  const { jobId, status, dryRun, organization, message } = result;
  const kind = dryRun ? 'dry run' : 'job';
  return `${message}\njobId ${jobId} (${kind}, ${status}), organization ${organization.id}.`;
}
