// The server for one connection, spoken to without a process between.
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { JobView } from '../../../src/jobs/service/job-view.js';
import { createMcpServer } from '../../../src/server/mcp/mcp-server.js';
import { watchJobs } from '../../../src/server/job-changes.js';
import { listedTools } from '../../../src/server/mcp/tool-list.js';
import { FakeClock } from '../../support/fake-clock.js';
import { openWorkbench, SOMEBODY, type Workbench } from '../../tools/support/workbench.js';

async function connect(bench: Workbench) {
  const clock = new FakeClock();
  const told: [uri: string, isSubscribed: boolean][] = [];
  const watch = watchJobs({ service: bench.call().service, clock }, (uri, isSubscribed) => {
    told.push([uri, isSubscribed]);
  });
  const server = createMcpServer({
    ...bench.app,
    callerOf: (actor) => ({ ...SOMEBODY, actor }),
    version: '9.8.7',
    watch,
  });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'the tester', version: '1' });
  await Promise.all([server.connect(far), client.connect(near)]);
  onTestFinished(async () => {
    watch.stop();
    await client.close();
  });
  const look = async (): Promise<void> => {
    await clock.advance(1000);
    await bench.app.store.countJobs({ organizationIds: [''] });
    await clock.advance(0);
  };
  return { client, told, look };
}

const CSV = { csvContent: 'name\nA ApS\n' };

describe('the server', () => {
  it('says who it is and how to use it', async () => {
    const { client } = await connect(await openWorkbench());
    expect(client.getServerVersion()).toMatchObject({ name: 'billy-bulk-mcp', version: '9.8.7' });
    expect(client.getInstructions()).toContain('dry run');
    expect(client.getServerCapabilities()).toMatchObject({ resources: { subscribe: true } });
    expect((await client.listTools()).tools).toEqual(listedTools());
  });

  it('runs tools for the client that it names in the job, with progress', async () => {
    const { client } = await connect(await openWorkbench());
    const started = await client.callTool({ name: 'import_customers_csv', arguments: CSV });
    const jobId = (started.structuredContent as { jobId: string }).jobId;
    const heard: unknown[] = [];
    const status = await client.callTool(
      { name: 'get_bulk_job_status', arguments: { jobId, waitSeconds: 20 } },
      { onprogress: (progress) => heard.push(progress) },
    );
    const { job } = status.structuredContent as { job: JobView };
    expect(job).toMatchObject({ status: 'completed', outcomes: { created: 1 } });
    expect(job.createdBy).toBe('the tester');
    expect(heard).not.toEqual([]);
  });

  it('gives failures as results, and unknown tools as protocol errors', async () => {
    const { client } = await connect(await openWorkbench());
    const failed = await client.callTool({ name: 'import_customers_csv', arguments: {} });
    expect(failed.isError).toBe(true);
    expect(JSON.stringify(failed.content)).toContain('INPUT_SOURCE');
    await expect(client.callTool({ name: 'none' })).rejects.toThrow('There is no tool');
  });

  it('gives resources, and refuses with code and hint', async () => {
    const { client } = await connect(await openWorkbench());
    const { resources } = await client.listResources();
    expect(resources).toHaveLength(5);
    expect((await client.listResourceTemplates()).resourceTemplates).toHaveLength(4);
    const uri = resources[0]?.uri ?? '';
    expect(await client.readResource({ uri })).toMatchObject({
      contents: [{ uri, mimeType: 'text/csv' }],
    });
    const none = client.readResource({ uri: 'billy-bulk://jobs/none' });
    await expect(none).rejects.toThrow(/JOB_NOT_FOUND: .*list_bulk_jobs/);
  });

  it('watches the jobs of its results, and those that are subscribed to', async () => {
    const bench = await openWorkbench();
    const { client, told, look } = await connect(bench);
    const args = { ...CSV, options: { dryRun: true } };
    const started = await client.callTool({ name: 'import_customers_csv', arguments: args });
    const jobId = (started.structuredContent as { jobId: string }).jobId;
    const uri = `billy-bulk://jobs/${jobId}`;
    await bench.ended(jobId);
    await look();
    // Whether the run itself was a change depends on how soon it ended.
    told.length = 0;
    const { store } = bench.app;
    const change = async (nowMs: number): Promise<void> => {
      await store.requestRollback({
        jobId,
        from: ['completed', 'rolling_back'],
        reason: null,
        nowMs,
      });
      await look();
    };
    await change(1);
    await client.subscribeResource({ uri });
    await change(2);
    await client.unsubscribeResource({ uri });
    await change(3);
    expect(told).toEqual([
      [uri, false],
      [uri, true],
      [uri, false],
    ]);
  });
});
