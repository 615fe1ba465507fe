/** The HTTP server with two organizations is killed again and again while both import, and is stopped in good order. */
import { describe, expect, it } from 'vitest';
import { jobAtEnd, startJob, customersCsv, eventually } from './stage.js';
import { connectOver } from '../server/http/support/clients.js';
import { bearer, begin } from '../server/http/support/raw.js';
import type { Connection } from '../support/stdio-clients.js';
import { exitOf } from '../support/sandbox-process.js';
import { openHttpStage, type Company, type HttpProcess, type HttpStage } from './http-stage.js';

const LONG_MS = 300_000;
const [ROWS, KILLS, BETWEEN, FEW] = [300, 10, 12, 80];
/** Lost answers now and then; settled soon, so that the test need not wait for Billy's usual delays. */
const ROUGH = {
  faults: { seed: 5, rates: { 'reset-after': 0.03, 'reset-before': 0.02 }, lateMs: 0 },
  env: { BILLY_RATE_LIMIT: '60/s', BILLY_TIMEOUT_MS: '1500', BILLY_SETTLE_MS: '500' },
} as const;

async function connectionOf({ url }: HttpProcess, key: string): Promise<Connection> {
  return { ...(await connectOver(`${url}/mcp`, key, 'v1 SDK')), stderrLines: [] };
}

function contactNosOf({ sandbox }: Company): unknown[] {
  return (sandbox.control.state().records['contacts'] ?? []).map((contact) => contact['contactNo']);
}

function countOf(company: Company): number {
  return contactNosOf(company).length;
}

async function killWhenBothWent(stage: HttpStage, { child }: HttpProcess): Promise<void> {
  const companies = [stage.alfa, stage.beta];
  const from = companies.map(countOf);
  const went = (): true | null =>
    companies.some((each, nth) => countOf(each) >= Math.min(ROWS, (from[nth] ?? 0) + BETWEEN))
      ? true
      : null;
  await eventually('rows of a life', went, 60_000);
  child.kill('SIGKILL');
  await exitOf(child);
  expect(child.signalCode).toBe('SIGKILL');
}

describe('a server of two organizations', () => {
  it(
    'that is killed ten times while both import loses nothing, doubles nothing, and mixes nothing up',
    async () => {
      const stage = await openHttpStage(ROUGH);
      const companies = [
        { company: stage.alfa, mark: 'A' },
        { company: stage.beta, mark: 'B' },
      ] as const;
      let server = await stage.serve();
      const running: { company: Company; mark: string; key: string; jobId: string }[] = [];
      for (const { company, mark } of companies) {
        const { key } = await stage.keyFor('operator', company.organizationId);
        const client = await connectionOf(server, key);
        const jobId = await startJob(client, { csvContent: customersCsv(ROWS, mark) });
        running.push({ company, mark, key, jobId });
      }
      for (let kill = 1; kill <= KILLS; kill += 1) {
        await killWhenBothWent(stage, server);
        expect(companies.some(({ company }) => countOf(company) < ROWS)).toBe(true);
        server = await stage.serve();
      }
      for (const { company, mark, key, jobId } of running) {
        const client = await connectionOf(server, key);
        const job = await jobAtEnd(client, jobId);
        expect(job).toMatchObject({
          ...{ status: 'completed', organizationId: company.organizationId },
          outcomes: { created: ROWS, failed: 0, unknown: 0 },
        });
        const expected = Array.from({ length: ROWS }, (_, no) => `${mark}${String(no)}`);
        expect(contactNosOf(company).sort()).toEqual(expected.sort());
      }
      const lost = companies.map(({ company }) => company.sandbox.control.counters().faults);
      for (const faults of lost) expect(faults['reset-after']).toBeGreaterThan(0);
    },
    LONG_MS,
  );
});

describe('SIGTERM', () => {
  it(
    'ends streams and jobs at once, and the process within seconds, with exit code 0',
    async () => {
      const stage = await openHttpStage({ env: { BILLY_RATE_LIMIT: '20/s' } });
      const server = await stage.serve();
      const { key } = await stage.keyFor('operator', stage.alfa.organizationId);
      const client = await connectionOf(server, key);
      const jobId = await startJob(client, { csvContent: customersCsv(FEW) });
      // Waits longer than the server may: it is answered with what is known.
      const status = { name: 'get_bulk_job_status', arguments: { jobId, waitSeconds: 45 } };
      const message = { method: 'tools/call', params: status };
      const { text } = await begin(`${server.url}/mcp`, bearer(key), message);
      const answered = text.catch(() => 'cut');
      await eventually('rows', () => (countOf(stage.alfa) > 5 ? true : null));
      const startedMs = performance.now();
      server.child.kill('SIGTERM');
      expect(await exitOf(server.child)).toBe(0);
      expect(performance.now() - startedMs).toBeLessThan(8000);
      expect(await answered).toContain(jobId);
      const left = countOf(stage.alfa);
      expect(left).toBeLessThan(FEW / 2);
      const next = await stage.serve();
      const again = await connectionOf(next, key);
      expect((await jobAtEnd(again, jobId)).outcomes.created).toBe(FEW);
      expect(countOf(stage.alfa)).toBe(FEW);
    },
    LONG_MS,
  );
});
