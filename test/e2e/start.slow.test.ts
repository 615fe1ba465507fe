// The start: the client is greeted before the store is open, and whatever comes meanwhile is done as ever.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { databaseOf } from '../../src/config.js';
import { exitOf, MAIN, startSandboxProcess } from '../support/sandbox-process.js';
import { makeHome, settingsFor } from '../support/stdio-clients.js';
import { startRawServer } from './raw-server.js';
import { eventually } from './stage.js';

async function openPlace() {
  const sandbox = await startSandboxProcess();
  onTestFinished(() => sandbox.stop());
  const home = await makeHome();
  onTestFinished(() => home.remove());
  const database = databaseOf(home.dataDir);
  return { home, database, env: settingsFor(sandbox, home) };
}

function opened(database: string): Promise<true> {
  return eventually('the store', () => (existsSync(database) ? true : null));
}

describe('a server that has just been greeted', () => {
  it('has not opened its store, and does so without being asked', async () => {
    const { database, env } = await openPlace();
    await startRawServer(env);
    expect(existsSync(database)).toBe(false);
    await opened(database);
  });

  it('answers calls that come before the store is open', async () => {
    const { env } = await openPlace();
    const server = await startRawServer(env);
    const csvContent = 'name\nA\n';
    const [start, list] = await Promise.all([
      server.callTool('import_customers_csv', { csvContent }),
      server.callTool('list_bulk_jobs', {}),
    ]);
    const { jobId } = start;
    const end = await server.callTool('get_bulk_job_status', { jobId, waitSeconds: 20 });
    expect(end['job']).toMatchObject({ status: 'completed', outcomes: { created: 1 } });
    expect(list).toMatchObject({ success: true });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends well with %s, before it opens', async (signal) => {
    const { database, env } = await openPlace();
    const { child } = await startRawServer(env);
    child.kill(signal);
    expect(await exitOf(child)).toBe(0);
    expect(existsSync(database)).toBe(false);
  });

  it.each([
    ['a signal', (child: { kill: (name: 'SIGTERM') => unknown }) => child.kill('SIGTERM')],
    ['the end of stdin', (child: { stdin: { end: () => unknown } }) => child.stdin.end()],
  ])('ends well with %s while it opens, and leaves a store that opens', async (_name, end) => {
    const { database, env } = await openPlace();
    const server = await startRawServer(env);
    server.send('tools/call', { name: 'list_bulk_jobs', arguments: {} });
    await opened(database);
    end(server.child);
    expect(await exitOf(server.child)).toBe(0);
    const next = await startRawServer(env);
    expect(await next.callTool('list_bulk_jobs', {})).toMatchObject({ success: true, jobs: [] });
  });
});

it('a server that nobody greets opens its store nevertheless', async () => {
  const { database, env } = await openPlace();
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exitOf(child);
  });
  await opened(database);
  child.stdin.end();
  expect(await exitOf(child)).toBe(0);
});
