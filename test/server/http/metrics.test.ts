/** `/metrics`: what a scrape says is what the sandbox and the store say. */
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/core/errors.js';
import { createLog } from '../../../src/core/log.js';
import { Metrics } from '../../../src/server/http/metrics.js';
import { readExposition, valueOf, type Sample } from './support/exposition.js';
import { serve, type Served } from './support/served.js';
import { ADMIN_KEY } from './support/settings.js';

const ROWS = 60;
const IN_FLIGHT_MAX = 4;
const COUNT = 'billy_bulk_billy_request_duration_seconds_count';

const silent = createLog({ level: 'silent' });

async function scrape({ get }: Served, key = ADMIN_KEY): Promise<Sample[]> {
  const answer = await get('/metrics', key);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return readExposition(await answer.text());
}

/** Requests to Billy by `METHOD status`. */
function billyCounts(samples: readonly Sample[]): Record<string, number> {
  const counts = samples.filter(({ name }) => name === COUNT);
  return Object.fromEntries(
    counts.map(({ labels, value }) => [
      `${labels['method'] ?? ''} ${labels['status'] ?? ''}`,
      value,
    ]),
  );
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** The same as the sandbox logged them. */
function arrivedCounts({ sandbox }: Served): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { method, status } of sandbox.control.requests().requests) {
    const key = `${method} ${String(status)}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

async function importRows(served: Served): Promise<string> {
  const client = await served.connect(ADMIN_KEY);
  const rows = Array.from(
    { length: ROWS },
    (_, index) => `Kunde ${String(index)},k${String(index)}@eksempel.dk`,
  );
  const csvContent = ['name,email', ...rows, ',uden-navn@eksempel.dk', ''].join('\n');
  const { structuredContent } = await client.callTool({
    name: 'import_customers_csv',
    arguments: { csvContent },
  });
  return (structuredContent as { jobId: string }).jobId;
}

describe('a scrape during a job', () => {
  it('counts the requests that Billy received, and shows the job', async () => {
    const served = await serve();
    const jobId = await importRows(served);
    const signal = new AbortController().signal;
    const service = served.app.serviceFor({ actor: 'x', organizations: 'all', role: 'admin' });
    let isSeenAtWork = false;
    for (;;) {
      const before = served.sandbox.control.counters();
      const samples = await scrape(served);
      const after = served.sandbox.control.counters();
      const counted = total(billyCounts(samples));
      expect(counted).toBeGreaterThanOrEqual(before.requests - before.inFlight - IN_FLIGHT_MAX);
      expect(counted).toBeLessThanOrEqual(after.requests);
      const isAtWork = valueOf(samples, 'billy_bulk_jobs', { status: 'processing' }) === 1;
      if (isAtWork) expect(valueOf(samples, 'billy_bulk_live_leases')).toBe(1);
      isSeenAtWork ||= isAtWork;
      const { status } = await service.status(jobId, {
        seconds: 0,
        signal,
        onProgress: () => undefined,
      });
      if (status === 'completed') break;
    }
    expect(isSeenAtWork).toBe(true);
    const samples = await scrape(served);
    expect(billyCounts(samples)).toEqual(arrivedCounts(served));
    expect(valueOf(samples, 'billy_bulk_items', { outcome: 'created' })).toBe(ROWS);
    expect(valueOf(samples, 'billy_bulk_items', { outcome: 'failed' })).toBe(1);
    expect(valueOf(samples, 'billy_bulk_success_ratio')).toBeCloseTo(ROWS / (ROWS + 1));
    expect(valueOf(samples, 'billy_bulk_item_seconds')).toBeGreaterThan(0);
    expect(valueOf(samples, 'billy_bulk_jobs', { status: 'completed' })).toBe(1);
    expect(valueOf(samples, 'billy_bulk_jobs', { status: 'processing' })).toBe(0);
    expect(valueOf(samples, 'billy_bulk_rate_limit_per_second')).toBe(1000);
    expect(valueOf(samples, 'billy_bulk_store_up')).toBe(1);
  });
});

describe('/metrics', () => {
  it('is for every role, for nobody without a key, and names no organization', async () => {
    const served = await serve();
    await importRows(served);
    const answer = await served.get('/metrics', await served.keyFor('Grafana', 'viewer'));
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(text).not.toContain(served.organizationId);
    expect(text).toContain('process_resident_memory_bytes');
    const refused = await served.get('/metrics');
    expect(refused.status).toBe(401);
    expect(await refused.text()).not.toContain('billy_bulk_jobs');
  });

  it('refuses a query', async () => {
    const { get } = await serve();
    expect((await get('/metrics?name=x', ADMIN_KEY)).status).toBe(422);
  });
});

describe('the text', () => {
  const away = () =>
    Promise.reject(new StoreError({ code: 'STORE_FAILED', message: 'x', hint: 'y' }));

  it('holds buckets of the durations that grow to the count', async () => {
    const metrics = new Metrics();
    metrics.countBilly({ method: 'GET', status: 200, ms: 60 });
    metrics.countBilly({ method: 'GET', status: 200, ms: 2000 });
    metrics.countBilly({ method: 'POST', status: null, ms: 30_000 });
    const samples = readExposition(await metrics.text(away, silent));
    const bucket = (le: string) =>
      valueOf(samples, 'billy_bulk_billy_request_duration_seconds_bucket', { status: '200', le });
    expect([bucket('0.05'), bucket('0.1'), bucket('2.5'), bucket('+Inf')]).toEqual([0, 1, 2, 2]);
    expect(billyCounts(samples)).toEqual({ 'GET 200': 2, 'POST none': 1 });
  });

  it('says that the store is away, and leaves its figures out, until it is back', async () => {
    const metrics = new Metrics();
    const served = await serve();
    const figures = served.app.figures;
    const back = readExposition(await metrics.text(figures, silent));
    expect(valueOf(back, 'billy_bulk_waiting_jobs')).toBe(0);
    const gone = readExposition(await metrics.text(away, silent));
    expect(valueOf(gone, 'billy_bulk_store_up')).toBe(0);
    expect(
      gone.filter(({ name }) => /jobs|items|lease|bytes$/.test(name) && name.startsWith('billy')),
    ).toEqual([]);
    expect(valueOf(gone, 'process_cpu_seconds_total')).toBeGreaterThan(0);
    const again = readExposition(await metrics.text(figures, silent));
    expect(valueOf(again, 'billy_bulk_store_up')).toBe(1);
    // Nothing ran yet, so there is no success to tell of.
    expect(valueOf(again, 'billy_bulk_success_ratio')).toBeUndefined();
  });

  it('has no rates without a limit', async () => {
    const { app } = await serve({ BILLY_RATE_LIMIT: 'unlimited' });
    const samples = readExposition(await new Metrics().text(app.figures, silent));
    expect(samples.filter(({ name }) => name.includes('rate'))).toEqual([]);
  });
});
