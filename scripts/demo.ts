/**
 * The main job on the sandbox, as a user would see it: a local Billy and the server as processes of
 * their own, driven by a real MCP client; a file of 1,000 customers goes in and comes out again.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Presets, SingleBar } from 'cli-progress';
import Papa from 'papaparse';
import type { JobView } from '../src/jobs/service/job-view.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const MAIN = join(ROOT, 'dist', 'main.js');
const FILE = join(ROOT, 'demo', 'customers.csv');
const RATE = '50/s';
const SEEDED_CONTACTS = 25;
/** Every so many-th customer of the file is in Billy already. */
const KNOWN_EVERY = 25;
const PLAIN_LINE_EVERY_PERCENT = 20;

interface Billy {
  readonly url: string;
  readonly token: string;
  readonly child: ChildProcess;
}

interface Summary {
  readonly counts: Readonly<Record<string, number>>;
  readonly sha256: string;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function startBilly(): Promise<Billy> {
  const child = spawn(
    process.execPath,
    [MAIN, 'sandbox', '--port', '0', '--contacts', String(SEEDED_CONTACTS)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', () => {
      reject(new Error('the sandbox did not start'));
    });
  });
  return { ...(JSON.parse(line) as { url: string; token: string }), child };
}

async function summaryOf(billy: Billy): Promise<Summary> {
  const response = await fetch(new URL('/sandbox/summary', billy.url));
  return (await response.json()) as Summary;
}

/** What the bookkeeper typed in by hand before: some of the file's customers. */
async function enterKnownCustomers(billy: Billy): Promise<number> {
  const text = readFileSync(FILE, 'utf8');
  const { data } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  const known = data.filter((row, index) => index % KNOWN_EVERY === 0 && row['name'] !== '');
  for (const { name, contactNo, vatNo } of known) {
    const contact = { name, contactNo, registrationNo: vatNo, countryId: 'DK', isCustomer: true };
    const response = await fetch(`${billy.url}/contacts`, {
      method: 'POST',
      headers: { 'X-Access-Token': billy.token, 'Content-Type': 'application/json' },
      body: JSON.stringify({ contact }),
    });
    if (!response.ok) throw new Error(`the sandbox refused a customer: ${await response.text()}`);
  }
  return known.length;
}

async function connect(billy: Billy, folder: string): Promise<Client> {
  const client = new Client({ name: 'billy-bulk-demo', version: '1.0.0' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [MAIN],
      env: {
        ...(process.env as Record<string, string>),
        BILLY_ACCESS_TOKEN: billy.token,
        BILLY_API_BASE_URL: billy.url,
        BILLY_RATE_LIMIT: RATE,
        BULK_DATA_DIR: join(folder, 'data'),
        BULK_ALLOWED_DIRS: [dirname(FILE), folder].join(process.platform === 'win32' ? ';' : ':'),
        BULK_LOG_LEVEL: 'warn',
      },
      stderr: 'inherit',
    }),
  );
  return client;
}

interface ToolCall {
  readonly name: string;
  readonly args: Record<string, unknown>;
  readonly onProgress?: (done: number, total: number) => void;
}

async function call<T>(client: Client, { name, args, onProgress }: ToolCall): Promise<T> {
  const onprogress = ({ progress, total }: { progress: number; total?: number | undefined }) => {
    onProgress?.(progress, total ?? 0);
  };
  const result = await client.callTool(
    { name, arguments: args },
    onProgress === undefined ? {} : { onprogress },
  );
  if (result.isError === true) throw new Error(`${name}: ${JSON.stringify(result.content)}`);
  return result.structuredContent as T;
}

interface Meter {
  readonly update: (done: number, total: number) => void;
  readonly stop: () => void;
}

/** A bar on a terminal, a line now and then elsewhere. */
function meterFor(what: string): Meter {
  if (process.stdout.isTTY) {
    const format = `  ${what} [{bar}] {percentage}% | {value}/{total} | {duration_formatted}`;
    const bar = new SingleBar({ format, hideCursor: true }, Presets.shades_classic);
    bar.start(1, 0);
    return {
      update: (done, total) => {
        if (total > 0) bar.setTotal(total);
        bar.update(done);
      },
      stop: () => {
        bar.stop();
      },
    };
  }
  let said = -1;
  return {
    update: (done, total) => {
      const percent = total === 0 ? 0 : Math.floor((100 * done) / total);
      const step = Math.floor(percent / PLAIN_LINE_EVERY_PERCENT);
      if (total === 0 || step === said) return;
      said = step;
      say(`  ${what}: ${String(done)}/${String(total)} (${String(percent)} %)`);
    },
    stop: () => undefined,
  };
}

async function watch(client: Client, jobId: string, what: string): Promise<JobView> {
  const meter = meterFor(what);
  for (;;) {
    const args = { jobId, waitSeconds: 45 };
    const { job } = await call<{ job: JobView }>(client, {
      name: 'get_bulk_job_status',
      args,
      onProgress: meter.update,
    });
    if (!['pending', 'validating', 'processing', 'paused', 'rolling_back'].includes(job.status)) {
      const undone = job.rollback;
      const total = undone?.total ?? job.totalItems ?? 0;
      meter.update(undone === null ? job.processedItems : undone.reversed, total);
      meter.stop();
      return job;
    }
  }
}

function sayOutcomes(title: string, job: JobView): void {
  const counts = Object.entries(job.outcomes).filter(([, count]) => Number(count) > 0);
  say(`${title}: ${counts.map(([outcome, count]) => `${String(count)} ${outcome}`).join(', ')}`);
  for (const { code, message, count, rows } of job.errorSummary) {
    say(`  ${String(count)} x ${code}: ${message} (rows ${rows.join(', ')})`);
  }
}

async function importAndTakeBack(client: Client, folder: string): Promise<void> {
  const start = (args: object): Promise<{ jobId: string }> =>
    call(client, { name: 'import_customers_csv', args: { ...args } });
  const dry = await start({ filePath: FILE, options: { dryRun: true } });
  sayOutcomes('Dry run', await watch(client, dry.jobId, 'dry run '));

  const { jobId } = await start({ dryRunJobId: dry.jobId });
  sayOutcomes('Import', await watch(client, jobId, 'import  '));
  const filePath = join(folder, 'failed-rows.csv');
  const report = await call<{ totalRows: number }>(client, {
    name: 'get_bulk_job_report',
    args: { jobId, filePath },
  });
  say(`Report: ${String(report.totalRows)} failed rows in ${filePath}`);

  await call(client, { name: 'rollback_job', args: { jobId, reason: 'demo' } });
  const { rollback } = await watch(client, jobId, 'rollback');
  say(`Rollback: ${String(rollback?.reversed)} of ${String(rollback?.total)} taken back`);
}

async function demo(): Promise<void> {
  const startedMs = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'billy-bulk-demo-'));
  const billy = await startBilly();
  try {
    const known = await enterKnownCustomers(billy);
    const before = await summaryOf(billy);
    say(
      `A local Billy at ${billy.url} with ${String(before.counts['contacts'])} contacts, ` +
        `${String(known)} of them in the file already.`,
    );
    const client = await connect(billy, folder);
    try {
      await importAndTakeBack(client, folder);
    } finally {
      await client.close();
    }
    const after = await summaryOf(billy);
    if (after.sha256 !== before.sha256) throw new Error('Billy is not as it was before');
    say(`Billy is as before: ${String(after.counts['contacts'])} contacts, same state hash.`);
    say(`Done in ${((Date.now() - startedMs) / 1000).toFixed(1)} s.`);
  } finally {
    billy.child.kill();
  }
}

await demo();
