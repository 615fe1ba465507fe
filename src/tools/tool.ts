/** The type of a tool: a value with names, schemas, annotations and `run`. Tools never catch and never format. */
import { z } from 'zod';
import { countWords, durationWords } from '../model/words.js';
import type { Service } from '../jobs/service/service.js';
import { jobViewSchema, type JobView } from '../jobs/service/job-view.js';

/** All four are required: hosts assume the worst for a missing one. */
export interface ToolAnnotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** One call: the service of its caller, its signal and the receiver of its progress. */
export interface ToolCall {
  /** Reaches only what the caller may reach. */
  readonly service: Service;
  /** Aborts when the client no longer waits for the answer; it never stops a job. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { done: number; total: number | null; status: string }) => void;
}

export interface Tool<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: ToolAnnotations;
  readonly inputSchema: I;
  readonly outputSchema: O;
  run(input: z.output<I>, call: ToolCall): Promise<z.output<O>>;
  /** The decisive facts of a result in words, for hosts that show only text. */
  summarize(result: z.output<O>): string;
}

/** Returns its argument; exists so that the types of `run` flow from the schemas. */
export function defineTool<I extends z.ZodType, O extends z.ZodType>(tool: Tool<I, O>): Tool {
  // The choke point parses with this very schema before it calls `run`.
  return tool;
}

export const READS: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

/** For imports: the same call again adds others, an update overwrites values, and an approval is final. */
export const ADDS: ToolAnnotations = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: true,
};

/** For tools that start a job that changes or deletes records; the same call again changes nothing. */
export const CHANGES: ToolAnnotations = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: true,
  openWorldHint: true,
};

export const jobIdField = z
  .string()
  .min(1)
  .max(64)
  .describe('As returned by the tool that started the job.');

export const organizationIdField = z
  .string()
  .max(160)
  .optional()
  .describe("Only a check: must be the token's own organization.");

export const filePathOut = z
  .string()
  .min(1)
  .max(4096)
  .optional()
  .describe('Output file inside the allowed folders.');

/** A result with the whole job; tools/list has its schema once, in get_bulk_job_status. */
export const wholeJobResult = z.looseObject({ success: z.literal(true), job: jobViewSchema });

/** The same result with a schema of its decisive fields only: five more full copies would be too long. */
export const jobResult = z.looseObject({
  success: z.literal(true),
  job: z
    .looseObject(jobViewSchema.pick({ id: true, status: true, cancelRequested: true }).shape)
    .describe('All fields as in get_bulk_job_status.') as unknown as z.ZodType<JobView>,
});

const SUMMARY_CAUSES = 3;

/** The error that ended the job, and the warning that its store fails. Other warnings are less urgent. */
function troubleLines({ error, warnings }: JobView): string[] {
  const ended = error === null ? [] : [`${error.code}: ${error.message} ${error.hint}`];
  const still = warnings.filter(({ code }) => code === 'STORE_FAILED');
  return [...ended, ...still.map(({ code, message }) => `${code}: ${message}`)];
}

/** A job in a few lines. */
export function summarizeJob(job: JobView): string {
  const counts = Object.entries(job.outcomes)
    .filter(([, count]) => typeof count === 'number' && count > 0)
    .map(([outcome, count]) => `${outcome} ${String(count)}`);
  const total =
    job.totalItems === null ? 'items not counted yet' : `${String(job.totalItems)} items`;
  const lines = [
    `Job ${job.id} (${job.dryRun ? 'dry run of ' : ''}${job.operation} ${job.resourceType}): ${job.status}, ${String(job.progress)} % of ${total}.`,
  ];
  if (counts.length > 0) lines.push(`Outcomes: ${counts.join(', ')}.`);
  lines.push(...troubleLines(job));
  for (const { code, message, count } of job.errorSummary.slice(0, SUMMARY_CAUSES)) {
    lines.push(`${String(count)} x ${code}: ${message}`);
  }
  if (job.rollback !== null) {
    const { status, total: undone, reversed, kept, errored } = job.rollback;
    lines.push(
      `Rollback ${status}: ${String(reversed)} of ${String(undone)} reversed, ${String(kept)} kept, ${String(errored)} errored.`,
    );
  }
  if (job.queuedBehind !== null) lines.push(`Waits for job ${job.queuedBehind}.`);
  if (job.estimate !== null) {
    const { requests, seconds } = job.estimate;
    const time = seconds === null ? '' : `, about ${durationWords(seconds)} at the allowed rate`;
    lines.push(`Running it takes ${countWords(requests, 'request')}${time}.`);
  }
  if (job.rate.learned !== null) {
    lines.push(`Billy tolerates ${job.rate.learned} now; ${job.rate.allowed} is allowed.`);
  }
  if (job.etaSeconds !== null) lines.push(`About ${durationWords(job.etaSeconds)} left.`);
  lines.push(`Report: ${job.reportUri}`);
  return lines.join('\n');
}
