/** A tool as a value: names, schemas, annotations and what it does. It never catches, never formats. */
import { z } from 'zod';
import type { Service } from '../jobs/service/service.js';
import { jobViewSchema, type JobView } from '../jobs/service/job-view.js';

/** All four are spelled out: hosts assume the worst of what is left out. */
export interface ToolAnnotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** One call: who asks, until when, and who hears of progress. */
export interface ToolCall {
  readonly service: Service;
  /** The OS user and the client's name, as they stand in jobs. */
  readonly actor: string;
  /** Aborts when nobody waits for the answer any more; it never touches a job. */
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

/** Starts a job that adds records; the same once more adds others. */
export const ADDS: ToolAnnotations = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: false,
  openWorldHint: true,
};

/** Starts a job that changes or deletes records; the same once more changes nothing. */
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
  .describe("Only to make sure: must be the token's own organization.");

export const filePathOut = z
  .string()
  .min(1)
  .max(4096)
  .optional()
  .describe('Where to write it, inside the allowed folders.');

/** The job in full; told once in tools/list, by get_bulk_job_status. */
export const wholeJobResult = z.looseObject({ success: z.literal(true), job: jobViewSchema });

/** The same result with the schema of its decisive fields: five more copies would crowd the context. */
export const jobResult = z.looseObject({
  success: z.literal(true),
  job: z
    .looseObject(jobViewSchema.pick({ id: true, status: true, cancelRequested: true }).shape)
    .describe('All fields as get_bulk_job_status lists them.') as unknown as z.ZodType<JobView>,
});

const SUMMARY_CAUSES = 3;

/** What ended the job, or what makes it stand still now: the one warning that cannot wait. */
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
    const time = seconds === null ? '' : `, about ${String(seconds)} s at the allowed rate`;
    lines.push(`Running it takes ${String(requests)} requests${time}.`);
  }
  if (job.rate.learned !== null) {
    lines.push(`Billy tolerates ${job.rate.learned} now; ${job.rate.allowed} is allowed.`);
  }
  if (job.etaSeconds !== null) lines.push(`About ${String(job.etaSeconds)} s left.`);
  lines.push(`Report: ${job.reportUri}`);
  return lines.join('\n');
}
