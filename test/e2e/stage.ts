/** A sandbox, a home and a server for one test file, and the calls that most tests make. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { jobViewSchema, type JobView } from '../../src/jobs/service/job-view.js';
import { storedFiles } from '../support/stored-files.js';
import { startSandboxProcess, type SandboxProcess } from '../support/sandbox-process.js';
import {
  makeHome,
  openServer,
  settingsFor,
  type ClientKind,
  type Connection,
  type Env,
  type Home,
  type Progress,
  type ToolAnswer,
} from '../support/stdio-clients.js';

export interface Stage {
  readonly sandbox: SandboxProcess;
  readonly home: Home;
  /** The settings of its servers. */
  readonly env: Env;
  readonly connection: Connection;
}

export interface StageOptions {
  readonly flags?: readonly string[];
  readonly env?: Env;
  readonly kind?: ClientKind;
}

/** Everything is stopped and removed when the test ends. */
export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const sandbox = await startSandboxProcess(options.flags);
  onTestFinished(() => sandbox.stop());
  const home = await makeHome();
  onTestFinished(() => home.remove());
  const env = { ...settingsFor(sandbox, home), ...options.env };
  const connection = await openFor(env, options.kind);
  return { sandbox, home, env, connection };
}

/** A server that is closed when the test ends, before its home goes. */
export async function openFor(env: Env, kind?: ClientKind): Promise<Connection> {
  const connection = await openServer(env, kind);
  onTestFinished(() => connection.close());
  return connection;
}

/** Writes a file where the server may read it; the answer is its path. */
export async function putFile(
  home: Home,
  name: string,
  content: string | Uint8Array,
): Promise<string> {
  const file = path.join(home.folder, name);
  await writeFile(file, content);
  return file;
}

/** Names of the copies of sources that the server keeps. */
export function sourcesIn(home: Home): string[] {
  return storedFiles(home.dataDir, 'sources');
}

const startedSchema = z.looseObject({ jobId: z.string() });
const jobSchema = z.looseObject({ job: jobViewSchema });

const errorSchema = z.strictObject({
  success: z.literal(false),
  error: z.looseObject({ code: z.string(), message: z.string(), hint: z.string() }),
});
export type ToolError = z.output<typeof errorSchema>['error'];

/** The error of a failed call, in exactly the contract's form. */
export function errorOf(answer: ToolAnswer): ToolError {
  if (!answer.isError) throw new Error(`no error, but ${answer.text}`);
  return errorSchema.parse(JSON.parse(answer.text)).error;
}

function structuredOf(answer: ToolAnswer): unknown {
  if (answer.isError || answer.structured === null) throw new Error(answer.text);
  return answer.structured;
}

/** Starts a job and gives its id. */
export async function startJob(
  connection: Connection,
  args: Record<string, unknown>,
  tool = 'import_customers_csv',
): Promise<string> {
  return startedSchema.parse(structuredOf(await connection.callTool(tool, args))).jobId;
}

export function jobOf(answer: ToolAnswer): JobView {
  return jobSchema.parse(structuredOf(answer)).job;
}

export async function readJob(connection: Connection, jobId: string): Promise<JobView> {
  return jobOf(await connection.callTool('get_bulk_job_status', { jobId }));
}

const RUNNING: readonly string[] = [
  'pending',
  'validating',
  'processing',
  'paused',
  'rolling_back',
];
const CALLS_MAX = 4;

/** Waits for the job's end with waitSeconds, as a host would. */
export async function jobAtEnd(
  connection: Connection,
  jobId: string,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<JobView> {
  for (let calls = 0; calls < CALLS_MAX; calls += 1) {
    const answer = await connection.callTool(
      'get_bulk_job_status',
      { jobId, waitSeconds: 45 },
      { onProgress },
    );
    const job = jobOf(answer);
    if (!RUNNING.includes(job.status)) return job;
  }
  throw new Error(`job ${jobId} did not end`);
}

/** Runs a job from start to end. */
export async function runJob(
  connection: Connection,
  args: Record<string, unknown>,
  tool?: string,
): Promise<JobView> {
  return jobAtEnd(connection, await startJob(connection, args, tool));
}

export async function rollBack(connection: Connection, jobId: string): Promise<JobView> {
  jobOf(await connection.callTool('rollback_job', { jobId }));
  return jobAtEnd(connection, jobId);
}

const PAUSE_MS = 25;

/** Looks again and again until the answer is not null, until the deadline. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null> | T | null,
  deadlineMs = 15_000,
): Promise<T> {
  const endMs = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > endMs) throw new Error(`${what} did not happen in time`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** `count` rows of customers with numbers of their own. */
export function customersCsv(count: number, prefix = 'T'): string {
  const rows = Array.from(
    { length: count },
    (_, index) => `Kunde ${prefix}${index} ApS,k${index}@${prefix}.example,${prefix}${index}`,
  );
  return `name,email,contactNo\n${rows.join('\n')}\n`;
}
