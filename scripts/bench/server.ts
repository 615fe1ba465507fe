/** The built server as a process that is measured, driven over MCP on its pipes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Client } from '@modelcontextprotocol/client';
import { isEnded } from '../../src/model/job-status.js';
import type { JobView } from '../../src/jobs/service/job-view.js';
import { MAIN, type SandboxProcess } from '../../test/support/sandbox-process.js';
import { makeHome, settingsFor, type Env, type Home } from '../../test/support/stdio-clients.js';
import { callTool, connect } from '../chaos/mcp-pipe.js';
import { cpuMsOf, peakMiBOf } from './process-cost.js';
import { percentile } from './figures.js';

const IDLE_MS = 300;
const WAIT_SECONDS = 10;

export interface MeasuredServer {
  readonly home: Home;
  call(tool: string, args: Record<string, unknown>): Promise<Record<string, unknown>>;
  cpuMs(): number;
  peakMiB(): number;
  readonly close: () => Promise<void>;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A server on a fresh data folder; what it did to start is over when this resolves. */
export async function startServer(sandbox: SandboxProcess, env: Env = {}): Promise<MeasuredServer> {
  const home = await makeHome();
  const settings = { ...settingsFor(sandbox, home), BULK_LOG_LEVEL: 'warn', ...env };
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'] ?? '', ...settings },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stderr.pipe(process.stderr);
  const client: Client = await connect(child);
  // Asks Billy who the token belongs to, and loads what the first call loads.
  await callTool(client, 'list_bulk_jobs', {});
  await pause(IDLE_MS);
  const pid = child.pid ?? 0;
  return {
    home,
    call: (tool, args) => callTool(client, tool, args),
    cpuMs: () => cpuMsOf(pid),
    peakMiB: () => peakMiBOf(pid),
    close: async () => {
      const exited = once(child, 'exit');
      child.stdin.end();
      await exited;
      await home.remove();
    },
  };
}

/** What something cost the server. */
export interface Cost {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
}

export interface Run extends Cost {
  readonly job: JobView;
}

export interface JobCall {
  readonly tool: string;
  readonly args: Record<string, unknown>;
  readonly say: (line: string) => void;
}

async function readJob(
  server: Pick<MeasuredServer, 'call'>,
  id: string,
  waitSeconds: number,
): Promise<JobView> {
  const { job } = await server.call('get_bulk_job_status', { jobId: id, waitSeconds });
  return job as JobView;
}

async function jobAtEnd(
  server: Pick<MeasuredServer, 'call'>,
  id: string,
  say: (line: string) => void,
): Promise<JobView> {
  for (;;) {
    const job = await readJob(server, id, WAIT_SECONDS);
    if (isEnded(job.status)) return job;
    const { status, processedItems, totalItems, rollback } = job;
    const done = rollback === null ? processedItems : rollback.reversed;
    say(`  ${status} ${String(done)}/${String(totalItems ?? '?')}`);
  }
}

/** Runs the work; its cost is the server's from here on. */
async function costOf<T>(
  server: Pick<MeasuredServer, 'cpuMs' | 'peakMiB'>,
  work: () => Promise<T>,
): Promise<Cost & { of: T }> {
  const [startedMs, startedCpuMs] = [performance.now(), server.cpuMs()];
  const of = await work();
  const ms = performance.now() - startedMs;
  return { of, ms, cpuMs: server.cpuMs() - startedCpuMs, peakMiB: server.peakMiB() };
}

/** Starts a job, or goes on with the one that the call names, and waits for its end. */
export async function runJob(server: MeasuredServer, asked: JobCall): Promise<Run> {
  const { of: job, ...cost } = await costOf(server, async () => {
    const begun = await server.call(asked.tool, asked.args);
    const { jobId, job: named } = begun as { jobId?: string; job?: JobView };
    return jobAtEnd(server, jobId ?? named?.id ?? '', asked.say);
  });
  return { job, ...cost };
}

/** Imports the customers of a file and waits for the end. */
export function runImport(
  server: MeasuredServer,
  filePath: string,
  say: JobCall['say'],
): Promise<Run> {
  return runJob(server, { tool: 'import_customers_csv', args: { filePath }, say });
}

/** The customers among the contacts that the sandbox seeds: the fifth of every fifteen is a supplier only. */
export function customersAmong(contacts: number): number {
  return contacts - Math.ceil(Math.max(0, contacts - 4) / 15);
}

/**
 * Exports the customers; an export has no job to wait for when it is done within its own call. Throws unless it holds
 * so many records: one that failed is quick.
 */
export async function runExport(
  server: Pick<MeasuredServer, 'call' | 'cpuMs' | 'peakMiB'>,
  asked: JobCall,
  records: number,
): Promise<Cost> {
  const { of: exported, ...cost } = await costOf(server, async () => {
    const { jobId, totalCustomers } = await server.call(asked.tool, asked.args);
    if (typeof jobId !== 'string') return totalCustomers;
    const { status, totalItems } = await jobAtEnd(server, jobId, asked.say);
    return status === 'completed' ? totalItems : status;
  });
  if (exported === records) return cost;
  throw new Error(`exported ${String(exported)} of ${String(records)} records`);
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly calls: number;
}

export interface WatchedRun extends Run {
  /** How long the starting call took. */
  readonly startMs: number;
  /** At its highest before the job began. */
  readonly idlePeakMiB: number;
  readonly status: Latency;
}

/** Asks for the status until the job has ended; the answers' delays go into `latencies`. */
function jobWatched(
  server: MeasuredServer,
  id: string,
  watch: { readonly everyMs: number; readonly latencies: number[] },
): Promise<JobView> {
  return new Promise((resolve, reject) => {
    const look = async (): Promise<void> => {
      const askedMs = performance.now();
      const job = await readJob(server, id, 0);
      watch.latencies.push(performance.now() - askedMs);
      if (!isEnded(job.status)) return;
      clearInterval(timer);
      resolve(job);
    };
    const timer = setInterval(() => {
      look().catch(reject);
    }, watch.everyMs);
  });
}

/**
 * The same, with a status call every `everyMs`, whether the one before has been answered or not: a
 * server that stands still for a second is seen by all the calls of that second.
 */
export async function watchJob(
  server: MeasuredServer,
  asked: JobCall,
  everyMs: number,
): Promise<WatchedRun> {
  const latencies: number[] = [];
  const idlePeakMiB = server.peakMiB();
  const { of, ...cost } = await costOf(server, async () => {
    const askedMs = performance.now();
    const { jobId } = await server.call(asked.tool, asked.args);
    const startMs = performance.now() - askedMs;
    return { job: await jobWatched(server, String(jobId), { everyMs, latencies }), startMs };
  });
  const status = {
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    max: percentile(latencies, 1),
    calls: latencies.length,
  };
  return { ...of, ...cost, idlePeakMiB, status };
}
