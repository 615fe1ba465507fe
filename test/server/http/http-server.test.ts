// The server as a whole: where it listens, and how it ends.
import { describe, expect, it } from 'vitest';
import { addressOf } from '../../../src/jobs/job/addresses.js';
import { codeOf } from '../../tools/support/workbench.js';
import { freePort, openHttpOffice } from './support/http-office.js';
import { listen } from './support/listening.js';
import { ask, bearer, begin, ERAS, send } from './support/raw.js';

const URIS = [addressOf({ kind: 'job', jobId: '0'.repeat(32) })];

describe('the start', () => {
  it('is refused where keys would travel in the clear', async () => {
    const settings = { host: '0.0.0.0' };
    expect(await codeOf(openHttpOffice({ settings }))).toBe('CONFIG_INVALID');
  });

  it('is refused for proxies that are no addresses', async () => {
    const settings = { trustProxy: ['the proxy'] };
    expect(await codeOf(openHttpOffice({ settings }))).toBe('CONFIG_INVALID');
  });

  it('is refused on a port that another server uses', async () => {
    const port = await freePort();
    const first = await openHttpOffice({ settings: { port } });
    expect(first.server.url).toBe(`http://127.0.0.1:${String(port)}`);
    expect(await codeOf(openHttpOffice({ settings: { port } }))).toBe('CONFIG_INVALID');
  });
});

const CALM = { tailChance: 0, tailMs: 0 };

describe('the end', () => {
  it.each(ERAS)('ends streams first, and gives a call of %s its answer', async (era) => {
    const { server, mcpUrl, alfa, keyFor } = await openHttpOffice({
      office: { alfa: { latencyMs: { min: 300, max: 300, ...CALM } } },
    });
    const { key } = await keyFor({ organizations: [alfa.organizationId] });
    const stream = await listen(mcpUrl, bearer(key), URIS);
    const params = { name: 'import_customers_csv', arguments: { csvContent: 'name\nA ApS\n' } };
    const inFlight = (): number => alfa.sandbox.control.counters().inFlight;
    const before = inFlight();
    const call = ask(mcpUrl, bearer(key), { method: 'tools/call', params, era });
    await expect.poll(inFlight, { interval: 5 }).toBeGreaterThan(before);
    const closing = server.close();
    expect(await stream.ended).toBe('closed');
    expect((await call).text).toContain('"success":true');
    await closing;
    await expect(send(`${server.url}/health`)).rejects.toThrow();
  });

  it('answers a call that waits for a job with what is known, at once', async () => {
    const { server, mcpUrl, alfa, keyFor } = await openHttpOffice({
      office: { alfa: { latencyMs: { min: 2000, max: 2000, ...CALM } } },
    });
    const { key } = await keyFor({ organizations: [alfa.organizationId] });
    const csvContent = 'name\nA ApS\nB ApS\nC ApS\n';
    const params = { name: 'import_customers_csv', arguments: { csvContent, waitSeconds: 45 } };
    const call = ask(mcpUrl, bearer(key), { method: 'tools/call', params, era: '2026' });
    const isWorking = async () => (await alfa.service.list({ limit: 1 })).jobs.length > 0;
    await expect.poll(isWorking, { interval: 5, timeout: 10_000 }).toBe(true);
    const startedMs = performance.now();
    const closing = server.close();
    expect((await call).text).toContain('"success":true');
    expect(performance.now() - startedMs).toBeLessThan(4000);
    await closing;
  });

  it('cuts a call off that waits longer than five seconds', async () => {
    const { server, mcpUrl, alfa, keyFor } = await openHttpOffice({
      office: { alfa: { latencyMs: { min: 15_000, max: 15_000, ...CALM } } },
    });
    const { key } = await keyFor({ organizations: [alfa.organizationId] });
    const params = { name: 'list_organizations', arguments: {} };
    const { text } = await begin(mcpUrl, bearer(key), { method: 'tools/call', params });
    const cut = text.then(
      () => 'answered',
      () => 'cut',
    );
    const startedMs = performance.now();
    await server.close();
    expect(performance.now() - startedMs).toBeLessThan(6500);
    expect(await cut).toBe('cut');
  });
});
