/** What all tools that start a job from rows have in common. */
import { z } from 'zod';
import { LIMITS } from '../core/limits.js';
import { startOptionsSchema } from '../jobs/options.js';
import type { SourceInput } from '../jobs/sources.js';
import type { StartOptions } from '../jobs/options.js';
import { resourceNamed } from '../resources/registry.js';
import { JOB_STATUSES } from '../store/types.js';
import { organizationIdField, type ToolCall } from './tool.js';

export const cellField = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Exactly one is to be given; the service says so, with the contract's code. */
export const sourceFields = {
  filePath: z
    .string()
    .min(1)
    .max(4096)
    .optional()
    .describe('A CSV, JSON or XLSX file in an allowed folder. Best for anything but a few rows.'),
  csvContent: z.string().optional().describe('CSV text, to 1 MiB.'),
  rows: z
    .array(z.record(z.string(), cellField))
    .optional()
    .describe(`Objects with column names, to ${String(LIMITS.inlineRowsMax)}.`),
  uploadId: z.string().optional().describe('Only where the server runs over HTTP.'),
  dryRunJobId: z
    .string()
    .optional()
    .describe('Runs exactly the plan of a completed dry run; rows that changed since fail.'),
};

export const startFields = {
  organizationId: organizationIdField,
  options: startOptionsSchema.optional(),
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

/** Starts the job and says what comes next. */
export async function start(
  what: { resourceType: string; operation: 'import' | 'update' },
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
    actor: call.actor,
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
      : 'The same start is this job already; nothing new was begun. options.force starts another.',
    ...(isNew ? {} : { alreadySubmitted: true }),
  };
}

export function summarizeStart(result: StartResult): string {
  const { jobId, status, dryRun, organization, message } = result;
  const kind = dryRun ? 'dry run' : 'job';
  return `${message}\njobId ${jobId} (${kind}, ${status}), organization ${organization.id}.`;
}
