// Pausing.
import { describe, expect, it } from 'vitest';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { pauseBulkJob } from '../../src/tools/pause-bulk-job.js';
import { customersCsv } from '../jobs/support/storm.js';
import { codeOf, openWorkbench, takes } from './support/workbench.js';

describe('pause_bulk_job', () => {
  it('answers at once; the job is heard of as paused, with rows left', async () => {
    const latencyMs = { min: 20, max: 30, tailChance: 0, tailMs: 0 };
    const { run, call } = await openWorkbench({ sandbox: { latencyMs } });
    const { jobId } = await run(importCustomersCsv, { csvContent: customersCsv(200) });
    const { job } = await run(pauseBulkJob, { jobId, reason: 'lunch' });
    expect(job).toMatchObject({ id: jobId });
    await expect.poll(async () => (await call().service.job(String(jobId))).status).toBe('paused');
    expect((await call().service.job(String(jobId))).processedItems).toBeLessThan(200);
  });

  it('refuses what has ended, and what does not exist', async () => {
    const { run, ended } = await openWorkbench();
    const { jobId } = await run(importCustomersCsv, { csvContent: customersCsv(1) });
    await ended(jobId);
    expect(await codeOf(run(pauseBulkJob, { jobId }))).toBe('JOB_STATE');
    expect(await codeOf(run(pauseBulkJob, { jobId: 'none' }))).toBe('JOB_NOT_FOUND');
    expect(takes(pauseBulkJob, { jobId, reason: 'r'.repeat(201) })).toBe(false);
  });
});
