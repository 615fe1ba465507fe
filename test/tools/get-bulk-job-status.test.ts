// Looking and waiting.
import { describe, expect, it } from 'vitest';
import { getBulkJobStatus } from '../../src/tools/get-bulk-job-status.js';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { openWorkbench, takes } from './support/workbench.js';

const latencyMs = { min: 20, max: 30, tailChance: 0, tailMs: 0 };
const rows = Array.from({ length: 200 }, (_, index) => `Kunde ${index}`);
const MANY = { csvContent: `name\n${rows.join('\n')}\n` };

describe('get_bulk_job_status', () => {
  it('answers at once, or waits for the end with progress that only grows', async () => {
    const { run } = await openWorkbench({ sandbox: { latencyMs } });
    const { jobId } = await run(importCustomersCsv, MANY);
    const { job } = await run(getBulkJobStatus, { jobId });
    expect(job).not.toMatchObject({ status: 'completed' });
    const heard: number[] = [];
    const onProgress = ({ done }: { done: number }): void => {
      heard.push(done);
    };
    const end = await run(getBulkJobStatus, { jobId, waitSeconds: 30 }, { onProgress });
    expect(end).toMatchObject({ success: true, job: { status: 'completed', progress: 100 } });
    expect(heard.length).toBeGreaterThan(1);
    expect(heard).toEqual([...new Set(heard)].sort((left, right) => left - right));
  });

  it('stops waiting, and nothing else, when nobody listens any more', async () => {
    const { run, ended } = await openWorkbench({ sandbox: { latencyMs } });
    const { jobId } = await run(importCustomersCsv, MANY);
    const signal = AbortSignal.timeout(50);
    const { job } = await run(getBulkJobStatus, { jobId, waitSeconds: 45 }, { signal });
    expect(job).toMatchObject({ cancelRequested: false });
    expect(job).not.toMatchObject({ status: 'completed' });
    expect(await ended(jobId)).toMatchObject({ status: 'completed', outcomes: { created: 200 } });
  });

  it.each([
    [{ jobId: 'a', waitSeconds: 0 }, true],
    [{ jobId: 'a', waitSeconds: 45 }, true],
    [{ jobId: 'a', waitSeconds: 600 }, true],
    [{ jobId: 'a', waitSeconds: -1 }, false],
    [{ jobId: 'a', waitSeconds: '5' }, false],
    [{ jobId: 'x'.repeat(65) }, false],
    [{}, false],
  ])('takes %j: %s', (args, isTaken) => {
    expect(takes(getBulkJobStatus, args)).toBe(isTaken);
  });
});
