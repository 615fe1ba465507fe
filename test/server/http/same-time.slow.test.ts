// How long a refusal takes says nothing: a job of another organization takes as long as one that does not exist.
import { expect, it } from 'vitest';
import { openHttpOffice } from './support/http-office.js';
import { ask, bearer } from './support/raw.js';

const CALLS = 1000;
const UNKNOWN = '0'.repeat(32);

function medianOf(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? NaN;
}

it('medians of 1,000 interleaved calls are within 5 %', { timeout: 120_000 }, async () => {
  const { mcpUrl, alfa, beta, keyFor } = await openHttpOffice();
  const { key } = await keyFor({ organizations: [beta.organizationId], role: 'viewer' });
  const csvContent = 'name\nA ApS\n';
  const call = { name: 'import_customers_csv', arguments: { csvContent } };
  const { structuredContent } = await alfa.client.callTool(call);
  const { jobId: foreign } = structuredContent as { jobId: string };
  const timed = async (jobId: string): Promise<number> => {
    const params = { name: 'get_bulk_job_status', arguments: { jobId } };
    const startedMs = performance.now();
    const { text } = await ask(mcpUrl, bearer(key), { method: 'tools/call', params });
    const tookMs = performance.now() - startedMs;
    expect(text).toContain('JOB_NOT_FOUND');
    return tookMs;
  };
  const times: { foreign: number[]; unknown: number[] } = { foreign: [], unknown: [] };
  for (let nth = 0; nth < CALLS; nth += 1) {
    const isFirst = nth % 2 === 0;
    if (isFirst) times.foreign.push(await timed(foreign));
    times.unknown.push(await timed(UNKNOWN));
    if (!isFirst) times.foreign.push(await timed(foreign));
  }
  const [usual, other] = [medianOf(times.unknown), medianOf(times.foreign)];
  process.stdout.write(`foreign ${other.toFixed(3)} ms, unknown ${usual.toFixed(3)} ms\n`);
  // By pairs, so that a machine that grows busier meanwhile slows both.
  const differences = times.foreign.map((ms, nth) => ms - (times.unknown[nth] ?? NaN));
  expect(Math.abs(medianOf(differences)) / usual).toBeLessThan(0.05);
});
