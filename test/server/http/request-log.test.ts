/** The log has one line for each request, and the journal one entry for each call. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, describe, it } from 'vitest';
import { journalOf } from '../../store/contract/journal.js';
import { tempRoot } from '../../tools/support/workbench.js';
import { serve, type LogLine, type Served } from './support/served.js';
import { ADMIN_KEY } from './support/settings.js';

const isRequest =
  (fields: Readonly<Record<string, unknown>>) =>
  (line: LogLine): boolean =>
    line.event === 'request' &&
    Object.entries(fields).every(([name, value]) => line[name] === value);

async function refusedCall({ connect }: Served, key: string): Promise<void> {
  const client = await connect(key);
  const answer = await client.callTool({
    name: 'get_bulk_job_status',
    arguments: { jobId: 'no-such-job' },
  });
  expect(answer.isError).toBe(true);
}

describe('the line of a request', () => {
  it('names the route, the caller, the organization and the code of a refused call', async () => {
    const served = await serve();
    const key = await served.keyFor('Grete', 'viewer');
    // Billy is asked once for the organization of its token.
    await (await served.connect(ADMIN_KEY)).callTool({ name: 'list_bulk_jobs', arguments: {} });
    await refusedCall(served, key);
    const line = await served.logged(isRequest({ code: 'JOB_NOT_FOUND' }));
    expect(line).toMatchObject({
      method: 'POST',
      route: '/mcp',
      status: 200,
      caller: 'Grete',
      organization: served.organizationId,
    });
    expect(line['ms']).toBeGreaterThanOrEqual(0);
  });

  it('names the organization of the path, and the pattern instead of the address', async () => {
    const served = await serve();
    const client = await served.connect(ADMIN_KEY);
    await client.callTool({ name: 'list_bulk_jobs', arguments: {} });
    const { organizationId: organization } = served;
    const bound = await served.connect(ADMIN_KEY, `/mcp/${organization}`);
    await bound.listTools();
    const route = '/mcp/:organizationId';
    expect(await served.logged(isRequest({ route, organization }))).toMatchObject({
      caller: 'BULK_API_KEY',
      code: null,
    });
  });

  it('names no organization that the caller may not reach', async () => {
    const { logged, get, keyFor } = await serve();
    const key = await keyFor('Grete', 'viewer');
    expect((await get('/mcp/somebody-else', key)).status).toBe(422);
    expect(await logged(isRequest({ code: 'ORGANIZATION_REQUIRED' }))).toMatchObject({
      route: '/mcp/:organizationId',
      organization: null,
      status: 422,
    });
  });

  it('holds nothing of an unknown address, of a query, or of a wrong key', async () => {
    const { logged, get } = await serve();
    await get('/secret-of-a-path?secret=1', ADMIN_KEY);
    await get('/mcp?secret=2', 'bbk_secret-key-secret-key-secret-key-1');
    const lines = [
      await logged(isRequest({ status: 404 })),
      await logged(isRequest({ status: 401 })),
    ];
    expect(lines).toMatchObject([
      { route: '/*', caller: null },
      { route: '/mcp', caller: null, code: 'UNAUTHENTICATED' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('stands for health checks too', async () => {
    const { logged, get } = await serve();
    await get('/health');
    expect(await logged(isRequest({ route: '/health' }))).toMatchObject({ status: 200 });
  });
});

describe('the journal', () => {
  it('has an entry for each call over HTTP, with its caller, duration and error', async () => {
    const served = await serve();
    const client = await served.connect(await served.keyFor('Grete', 'operator'));
    await client.callTool({ name: 'list_bulk_jobs', arguments: {} });
    await client.callTool({ name: 'cancel_bulk_job', arguments: { jobId: 'no-such-job' } });
    await client.callTool({
      name: 'import_customers_csv',
      arguments: { csvContent: 'name\nA\n', options: { dryRun: true } },
    });
    const calls = (await journalOf(served.app.store)).filter(({ kind }) => kind === 'tool.call');
    expect(calls).toMatchObject([
      { actor: 'Grete', body: { tool: 'list_bulk_jobs', success: true, code: null } },
      { actor: 'Grete', body: { tool: 'cancel_bulk_job', success: false, code: 'JOB_NOT_FOUND' } },
      {
        actor: 'Grete',
        organizationId: served.organizationId,
        body: { tool: 'import_customers_csv', success: true },
      },
    ]);
    for (const { durationMs } of calls) expect(durationMs).toBeGreaterThanOrEqual(0);
  });

  it('has the refusal of a caller whose role does not suffice', async () => {
    const served = await serve();
    const client = await served.connect(await served.keyFor('Grete', 'viewer'));
    await client.callTool({ name: 'import_customers_csv', arguments: { csvContent: 'name\nA\n' } });
    const calls = (await journalOf(served.app.store)).filter(({ kind }) => kind === 'tool.call');
    expect(calls).toMatchObject([{ actor: 'Grete', body: { success: false, code: 'FORBIDDEN' } }]);
  });
});

describe('/health/ready', () => {
  it('names the store once it cannot be reached, and needs no key', async () => {
    const { app, get, logged } = await serve();
    const ready = await get('/health/ready');
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
    await app.store.close();
    const away = await get('/health/ready');
    expect(away.status).toBe(503);
    expect(away.headers.get('content-type')).toBe('application/problem+json');
    expect(await away.json()).toMatchObject({
      status: 503,
      code: 'STORE_FAILED',
      notReady: ['store'],
    });
    await logged(({ event }) => event === 'not-ready');
    await logged(isRequest({ route: '/health/ready', code: 'STORE_FAILED', status: 503 }));
    expect((await get('/health')).status).toBe(200);
  });

  it('is 503 where the store could not be opened at all', async () => {
    const file = path.join(await tempRoot(), 'nowhere');
    await writeFile(file, '');
    const { get } = await serve({ BULK_DATA_DIR: path.join(file, 'data') });
    const away = await get('/health/ready');
    expect(away.status).toBe(503);
    const text = await away.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'STORE_FAILED', notReady: ['store'] });
    // Whoever asks has no key: the path is none of his business.
    expect(text).not.toContain('nowhere');
    const metrics = await (await get('/metrics', ADMIN_KEY)).text();
    expect(metrics).toContain('\nbilly_bulk_store_up 0\n');
  });
});
