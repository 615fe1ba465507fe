/** The type of a tool: a value with names, schemas, annotations and `run`. Tools never catch and never format. */
import { z } from 'zod';
import { LIMITS } from '../core/limits.js';
import type { Service } from '../jobs/service/service.js';
import type { DownloadTarget } from '../model/web-file.js';
import { jobViewSchema, type JobView } from '../jobs/service/job-view.js';

/** All four are required: hosts assume the worst for a missing one. */
export interface ToolAnnotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** Addresses that need no key for a while, for files that are too large for a message. */
export interface WebLinks {
  /** To send one file to, with the secret of its upload. */
  readonly upload: (secret: string) => string;
  readonly download: (target: DownloadTarget) => string;
}

/** One call: the service of its caller, its signal and the receiver of its progress. */
export interface ToolCall {
  /** Reaches only what the caller may reach. */
  readonly service: Service;
  /** Aborts when the client no longer waits for the answer; it never stops a job. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { done: number; total: number | null; status: string }) => void;
  /** Absent: the caller is not on the web. */
  readonly links?: WebLinks;
}

export interface Tool<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: ToolAnnotations;
  readonly inputSchema: I;
  readonly outputSchema: O;
  run(input: z.output<I>, call: ToolCall): Promise<z.output<O>>;
  /** True: the tool is offered over HTTP only. */
  readonly isHttpOnly?: true;
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

export const jobIdField = z.string().min(1).max(64).describe('From the start.');

export const organizationIdField = z
  .string()
  .max(160)
  .optional()
  .describe('Only if list_organizations shows several.');

export const filePathOut = z
  .string()
  .min(1)
  .max(4096)
  .optional()
  .describe('Output file inside the allowed folders.');

export const downloadUrlField = z.string().optional();

/** The address of the file, where the caller is on the web. */
export function downloadOf(
  { links }: Pick<ToolCall, 'links'>,
  target: DownloadTarget,
): { readonly downloadUrl?: string } {
  return links === undefined ? {} : { downloadUrl: links.download(target) };
}

export const warningSchema = z.looseObject({ code: z.string(), message: z.string() });

/** Errors listed in the answer of a tool that controls a job: the causes with their rows say the rest. */
const CONTROL_ERRORS = 1;

/** A result with the whole job; tools/list has its schema once, in get_bulk_job_status. */
export const wholeJobResult = z.looseObject({ success: z.literal(true), job: jobViewSchema });

/** A schema of the decisive fields only: a dozen full copies would be too long. */
export const briefJobSchema = z
  .looseObject(jobViewSchema.pick({ id: true, cancelRequested: true }).shape)
  .describe('As in get_bulk_job_status.') as unknown as z.ZodType<JobView>;

export const jobResult = z.looseObject({
  success: z.literal(true),
  message: z.string().optional(),
  job: briefJobSchema,
});

/** The job in results that are about something else too: fewer errors are listed, as a status lists them. */
export function briefJob(job: JobView, errorsMax = CONTROL_ERRORS): JobView {
  return { ...job, errors: job.errors.slice(0, errorsMax) };
}

export const waitSecondsField = z
  .number()
  .min(0)
  .optional()
  .describe(`Waits for the end, to ${String(LIMITS.waitSecondsMax)} s; adds job.`);

/** Waits as long as the call asks. Longer waits are cut. */
export async function waitFor(
  { service, signal, onProgress }: ToolCall,
  jobId: string,
  waitSeconds: number,
): Promise<JobView> {
  const seconds = Math.min(waitSeconds, LIMITS.waitSecondsMax);
  return service.status(jobId, { seconds, signal, onProgress });
}

/** The job after the wait; null: the call did not ask for one. */
export async function waitedFor(
  call: ToolCall,
  jobId: string,
  waitSeconds: number | undefined,
): Promise<JobView | null> {
  return waitSeconds === undefined ? null : waitFor(call, jobId, waitSeconds);
}
