/**
 * Counts the source files that one row of a customer file passes: from the tool call through scan, plan and
 * send to the end of the job. A file counts if at least one of its functions ran. `npm run row-path` prints
 * the files by folder, and fails above `FILES_MAX`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { createApp, type App } from '../src/app.js';
import { resolveConfig } from '../src/config.js';
import { systemClock } from '../src/core/clock.js';
import { DEFAULT_UNKNOWNS } from '../src/sandbox/world/options.js';
import { startSandbox, type Sandbox } from '../src/sandbox/sandbox.js';
import { createMcpServer } from '../src/server/mcp/mcp-server.js';

const FILES_MAX = 80;
const POLL_MS = 20;
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');
const NO_WATCH = {
  notice: () => undefined,
  subscribe: () => Promise.resolve(),
  unsubscribe: () => undefined,
  stop: () => undefined,
};

function openSandbox(): Promise<Sandbox> {
  return startSandbox({
    port: 0,
    seed: 1,
    rateLimit: null,
    latencyMs: null,
    faults: null,
    contacts: 5,
    products: 0,
    clock: systemClock,
    unknowns: DEFAULT_UNKNOWNS,
  });
}

async function connect(app: App): Promise<Client> {
  const server = createMcpServer({
    ...app,
    callerOf: (actor) => ({ actor, organizations: 'all', role: 'admin' }),
    version: '0',
    watch: NO_WATCH,
  });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'row-path', version: '0' });
  await Promise.all([server.connect(far), client.connect(near)]);
  return client;
}

/** Runs the work, and returns the source files with a function that it called. */
async function filesEnteredBy(work: () => Promise<void>): Promise<string[]> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await session.post('Profiler.takePreciseCoverage');
  await work();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  return result
    .filter(({ url }) => url.startsWith('file:'))
    .map(({ url, functions }) => ({ path: relative(ROOT, fileURLToPath(url)), functions }))
    .filter(({ path }) => !path.startsWith('..') && !path.startsWith('sandbox'))
    .filter(({ functions }) =>
      functions.some(
        ({ functionName, ranges }) => functionName !== '' && (ranges[0]?.count ?? 0) > 0,
      ),
    )
    .map(({ path }) => path)
    .sort();
}

async function importOneRow(client: Client, app: App, filePath: string): Promise<void> {
  const answer = await client.callTool({ name: 'import_customers_csv', arguments: { filePath } });
  if (answer.isError === true) throw new Error(JSON.stringify(answer.content));
  const { jobId } = answer.structuredContent as { jobId: string };
  for (;;) {
    const job = await app.store.getJob({ jobId });
    if (job?.status === 'completed' && job.outcomes.created === 1) return;
    if (job?.status === 'failed')
      throw new Error(`the import failed: ${JSON.stringify(job.error)}`);
    await sleep(POLL_MS);
  }
}

function print(files: readonly string[]): void {
  const byFolder = new Map<string, string[]>();
  for (const file of files) {
    const folder = dirname(file);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), file.slice(folder.length + 1)]);
  }
  for (const [folder, names] of byFolder) {
    process.stdout.write(`${folder} (${String(names.length)}): ${names.join(', ')}\n`);
  }
  process.stdout.write(`${String(files.length)} files (at most ${String(FILES_MAX)})\n`);
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'row-path-'));
  const filePath = join(folder, 'customers.csv');
  writeFileSync(filePath, 'name;email;phone\nNordlys ApS;post@nordlys.example;+45 12 34 56 78\n');
  const sandbox = await openSandbox();
  const env = {
    BILLY_ACCESS_TOKEN: sandbox.token,
    BILLY_API_BASE_URL: sandbox.url,
    BULK_DATA_DIR: join(folder, 'data'),
    BULK_ALLOWED_DIRS: folder,
    BULK_LOG_LEVEL: 'error',
  };
  const app = await createApp(resolveConfig({ flags: {}, env }), folder);
  const client = await connect(app);
  const files = await filesEnteredBy(() => importOneRow(client, app, filePath));
  await client.close();
  await app.close();
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
  print(files);
  if (files.length > FILES_MAX) process.exitCode = 1;
}

await main();
