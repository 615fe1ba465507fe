// Cancelling.
import { describe, expect, it } from 'vitest';
import { cancelBulkJob } from '../../src/tools/cancel-bulk-job.js';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { codeOf, openWorkbench, takes } from './support/workbench.js';

function manyRows(count: number): string {
  return `name\n${Array.from({ length: count }, (_, index) => `Kunde ${index}`).join('\n')}\n`;
}

describe('cancel_bulk_job', () => {
  it('asks at once, says by whom and why, and leaves what was written', async () => {
    const latencyMs = { min: 20, max: 30, tailChance: 0, tailMs: 0 };
    const { run, ended, sandbox } = await openWorkbench({ sandbox: { latencyMs } });
    const { jobId } = await run(importCustomersCsv, { csvContent: manyRows(300) });
    const { job } = await run(cancelBulkJob, { jobId, reason: 'wrong file' });
    expect(job).toMatchObject({ id: jobId, cancelRequested: true });
    const end = await ended(jobId);
    expect(end).toMatchObject({
      status: 'cancelled',
      cancelledBy: 'somebody via vitest: wrong file',
    });
    expect(sandbox.control.summary().counts['contacts']).toBe(end.outcomes.created);
    // Cancelled before the file was counted, the job knows of no items at all.
    expect(end.notAttemptedItems).toBe((end.totalItems ?? 0) - end.processedItems);
  });

  it('refuses what has ended, and what does not exist', async () => {
    const { run, ended } = await openWorkbench();
    const { jobId } = await run(importCustomersCsv, { csvContent: manyRows(1) });
    await ended(jobId);
    expect(await codeOf(run(cancelBulkJob, { jobId }))).toBe('JOB_STATE');
    expect(await codeOf(run(cancelBulkJob, { jobId: 'none' }))).toBe('JOB_NOT_FOUND');
    expect(takes(cancelBulkJob, { jobId, reason: 'r'.repeat(201) })).toBe(false);
  });
});
