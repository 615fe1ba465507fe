// Retrying.
import { describe, expect, it } from 'vitest';
import { cancelBulkJob } from '../../src/tools/cancel-bulk-job.js';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { retryFailedItems } from '../../src/tools/retry-failed-items.js';
import { customersCsv } from '../jobs/support/storm.js';
import { codeOf, openWorkbench } from './support/workbench.js';

describe('retry_failed_items', () => {
  it('sends what a cancel left, and only that', async () => {
    const latencyMs = { min: 20, max: 30, tailChance: 0, tailMs: 0 };
    const { run, ended, sandbox } = await openWorkbench({ sandbox: { latencyMs } });
    const { jobId } = await run(importCustomersCsv, { csvContent: customersCsv(80) });
    await run(cancelBulkJob, { jobId });
    expect((await ended(jobId)).status).toBe('cancelled');
    const { job } = await run(retryFailedItems, { jobId, reason: 'a mistake' });
    expect(job).toMatchObject({ id: jobId, cancelRequested: false });
    expect((await ended(jobId)).outcomes.created).toBe(80);
    expect(sandbox.control.summary().counts['contacts']).toBe(80);
  });

  it('refuses a dry run, and what does not exist', async () => {
    const { run, ended } = await openWorkbench();
    const options = { dryRun: true };
    const { jobId } = await run(importCustomersCsv, { csvContent: customersCsv(1), options });
    await ended(jobId);
    expect(await codeOf(run(retryFailedItems, { jobId }))).toBe('JOB_STATE');
    expect(await codeOf(run(retryFailedItems, { jobId: 'none' }))).toBe('JOB_NOT_FOUND');
  });
});
