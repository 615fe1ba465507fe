// The process: its two streams, its end, and that jobs outlive requests, clients and processes.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { databaseOf } from '../../src/config.js';
import type { JobView } from '../../src/jobs/service/job-view.js';
import { exitOf, startSandboxProcess, type SandboxProcess } from '../support/sandbox-process.js';
import { makeHome, settingsFor, type Env, type Home } from '../support/stdio-clients.js';
import { startRawServer, type RawServer } from './raw-server.js';
import {
  customersCsv,
  eventually,
  jobAtEnd,
  openFor,
  openStage,
  putFile,
  readJob,
  rollBack,
  runJob,
  startJob,
} from './stage.js';

const ROWS = 160;
/** Enough for a job to be under way, and far from its end. */
const ROWS_BEFORE = 24;
/** Many times what a job has before its rows go to the thread. */
const DRY_ROWS = 60_000;
const EXIT_MS = 6000;
/** A lost answer is settled soon, so that a resumed job ends soon. */
const QUICK = { BILLY_TIMEOUT_MS: '3000', BILLY_SETTLE_MS: '500', BULK_LOG_LEVEL: 'trace' };

interface Place {
  readonly sandbox: SandboxProcess;
  readonly home: Home;
  readonly env: Env;
}

/** Slow enough that a job can be met in the middle. */
async function openPlace(flags: readonly string[] = ['--latency']): Promise<Place> {
  const sandbox = await startSandboxProcess(flags);
  onTestFinished(() => sandbox.stop());
  const home = await makeHome();
  onTestFinished(() => home.remove());
  return { sandbox, home, env: { ...settingsFor(sandbox, home), ...QUICK } };
}

async function contactsIn(sandbox: SandboxProcess): Promise<number> {
  return (await sandbox.summary()).counts['contacts'] ?? 0;
}

function untilContacts(
  sandbox: SandboxProcess,
  least: number,
  deadlineMs?: number,
): Promise<number> {
  const look = async (): Promise<number | null> => {
    const count = await contactsIn(sandbox);
    return count >= least ? count : null;
  };
  return eventually(`${least} contacts`, look, deadlineMs);
}

/** A server with a job that has written some of its rows. */
async function serverAtWork({ sandbox, home, env }: Place) {
  const filePath = await putFile(home, 'customers.csv', customersCsv(ROWS));
  const server = await startRawServer(env);
  const { jobId } = await server.callTool('import_customers_csv', { filePath });
  const counted = await untilContacts(sandbox, ROWS_BEFORE);
  expect(counted).toBeLessThan(ROWS);
  return { server, jobId: String(jobId) };
}

/** A new server finishes the job without being asked, and no record is there twice. */
async function expectFinished({ sandbox, env }: Place, jobId: string): Promise<void> {
  const connection = await openFor(env);
  await untilContacts(sandbox, ROWS, 25_000);
  const job = await jobAtEnd(connection, jobId);
  expect(job).toMatchObject({
    status: 'completed',
    cancelRequested: false,
    processedItems: ROWS,
    outcomes: { created: ROWS, failed: 0, unknown: 0 },
  });
  const contacts = (await sandbox.state()).records['contacts'] ?? [];
  expect(contacts).toHaveLength(ROWS);
  expect(new Set(contacts.map((contact) => contact['contactNo'])).size).toBe(ROWS);
}

function expectJsonLines(lines: readonly string[]): void {
  for (const line of lines) {
    const parsed: unknown = JSON.parse(line);
    expect(parsed).toBeTypeOf('object');
  }
}

describe('the streams', () => {
  it('carry the protocol on stdout and JSON lines on stderr, whatever comes in', async () => {
    const place = await openPlace([]);
    const server = await startRawServer({ ...place.env, BULK_LOG_LEVEL: 'trace' });
    server.write('this is not JSON');
    server.write('{"jsonrpc":"2.0","id":"odd","method":"no/such/method"}');
    server.notify('notifications/cancelled', { requestId: 4711 });
    await expect(
      server.request('tools/call', { name: 'nothing', arguments: {} }),
    ).rejects.toThrow();
    const csvContent = customersCsv(20);
    const { jobId } = await server.callTool('import_customers_csv', { csvContent });
    await server.callTool('get_bulk_job_status', { jobId, waitSeconds: 10 });
    await server.callTool('export_customers_csv', {});
    server.child.stdin.end();
    expect(await exitOf(server.child)).toBe(0);
    expectJsonLines(server.stdoutLines);
    for (const line of server.stdoutLines) expect(line).toContain('"jsonrpc":"2.0"');
    expect(server.stderrLines.length).toBeGreaterThan(2);
    expectJsonLines(server.stderrLines);
  });

  it('and no file ever hold the token', async () => {
    const { sandbox, home, env } = await openPlace([]);
    const server = await startRawServer({ ...env, BULK_LOG_LEVEL: 'trace' });
    const csvContent = 'name,email\nGod ApS,god@x.example\nDårlig ApS,nej\n';
    const { jobId } = await server.callTool('import_customers_csv', { csvContent });
    await server.callTool('get_bulk_job_status', { jobId, waitSeconds: 10 });
    await server.callTool('get_bulk_job_report', { jobId, include: 'all' });
    await server.callTool('export_customers_csv', { filePath: 'out.csv' });
    await sandbox.act('revoke-token', {});
    const refused = await server.request('tools/call', {
      name: 'import_customers_csv',
      arguments: { csvContent },
    });
    expect(refused['isError']).toBe(true);
    const root = path.dirname(home.dataDir);
    const files = await filesBelow(root);
    expect(files.length).toBeGreaterThan(3);
    const texts = [
      ...server.stdoutLines,
      ...server.stderrLines,
      ...(await Promise.all(files.map((file) => readFile(file, 'latin1')))),
    ];
    expect(texts.filter((text) => text.includes(sandbox.token))).toEqual([]);
    expect(files.filter((file) => file.includes(sandbox.token))).toEqual([]);
  });
});

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

describe('a request that nobody waits for any more', () => {
  it('leaves its job alone when it is cancelled', async () => {
    const { sandbox, connection } = await openStage({ flags: ['--latency'] });
    const jobId = await startJob(connection, { csvContent: customersCsv(80) });
    const leaving = new AbortController();
    const waiting = connection.callTool(
      'get_bulk_job_status',
      { jobId, waitSeconds: 45 },
      { signal: leaving.signal },
    );
    const gone = expect(waiting).rejects.toThrow();
    await untilContacts(sandbox, 5);
    leaving.abort();
    await gone;
    expect((await readJob(connection, jobId)).cancelRequested).toBe(false);
    expect(await jobAtEnd(connection, jobId)).toMatchObject({
      status: 'completed',
      cancelledBy: null,
      outcomes: { created: 80 },
    });
  });

  it('leaves its job to the next process when its client is gone', async () => {
    const place = await openPlace();
    const { server, jobId } = await serverAtWork(place);
    server.send('tools/call', {
      name: 'get_bulk_job_status',
      arguments: { jobId, waitSeconds: 45 },
    });
    server.child.stdin.destroy();
    server.child.stdout.destroy();
    expect(await exitOf(server.child)).toBe(0);
    await expectFinished(place, jobId);
  }, 60_000);
});

const ENDINGS: [string, (server: RawServer) => void][] = [
  ['SIGTERM', ({ child }) => child.kill('SIGTERM')],
  ['the end of stdin', ({ child }) => child.stdin.end()],
];

describe('the end of the process', () => {
  it.each(ENDINGS)(
    'by %s is quick and clean, and the job goes on',
    async (_how, end) => {
      const place = await openPlace();
      const { server, jobId } = await serverAtWork(place);
      const startedMs = performance.now();
      end(server);
      expect(await exitOf(server.child)).toBe(0);
      expect(performance.now() - startedMs).toBeLessThan(EXIT_MS);
      expect(await contactsIn(place.sandbox)).toBeLessThan(ROWS);
      expectJsonLines(server.stderrLines);
      await expectFinished(place, jobId);
    },
    60_000,
  );

  it('by SIGKILL loses nothing and doubles nothing', async () => {
    const place = await openPlace();
    const { server, jobId } = await serverAtWork(place);
    server.child.kill('SIGKILL');
    await exitOf(server.child);
    expect(await contactsIn(place.sandbox)).toBeLessThan(ROWS);
    await expectFinished(place, jobId);
  }, 60_000);

  it('in the middle of a dry run that a thread stores leaves each row once', async () => {
    const place = await openPlace([]);
    const filePath = await putFile(place.home, 'many.csv', customersCsv(DRY_ROWS));
    const server = await startRawServer(place.env);
    const asked = { filePath, options: { dryRun: true } };
    const { jobId } = await server.callTool('import_customers_csv', asked);
    const look = async () => {
      const { job } = await server.callTool('get_bulk_job_status', { jobId });
      const { processedItems } = job as JobView;
      return processedItems > DRY_ROWS / 4 ? processedItems : null;
    };
    expect(await eventually('a dry run under way', look)).toBeLessThan(DRY_ROWS);
    server.child.kill('SIGKILL');
    await exitOf(server.child);
    const next = await openFor(place.env);
    expect(await jobAtEnd(next, String(jobId))).toMatchObject({
      status: 'completed',
      processedItems: DRY_ROWS,
      outcomes: { created: DRY_ROWS },
    });
    await next.close();
    const database = new Database(databaseOf(place.home.dataDir), { readonly: true });
    onTestFinished(() => {
      database.close();
    });
    const stored =
      'SELECT count(*) AS rows, count(DISTINCT cells) AS said, max(seq) AS last FROM items';
    expect(database.prepare(stored).get()).toEqual({
      rows: DRY_ROWS,
      said: DRY_ROWS,
      last: DRY_ROWS,
    });
    expect(await contactsIn(place.sandbox)).toBe(0);
  }, 60_000);

  it('in the middle of a rollback leaves the rest to the next process', async () => {
    const place = await openPlace();
    const before = await place.sandbox.summary();
    const first = await openFor(place.env);
    const job = await runJob(first, { csvContent: customersCsv(80) });
    await first.close();
    const server = await startRawServer(place.env);
    await server.callTool('rollback_job', { jobId: job.id });
    const look = async () => ((await contactsIn(place.sandbox)) < 70 ? true : null);
    await eventually('a rollback under way', look);
    server.child.kill('SIGKILL');
    await exitOf(server.child);
    const next = await openFor(place.env);
    expect(await jobAtEnd(next, job.id)).toMatchObject({
      status: 'rolled_back',
      rollback: { total: 80, reversed: 80, kept: 0, errored: 0 },
    });
    expect(await place.sandbox.summary()).toEqual(before);
    expect(await rollBack(next, job.id)).toMatchObject({ status: 'rolled_back' });
  }, 60_000);
});
