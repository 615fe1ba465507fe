// Resuming.
import { describe, expect, it } from 'vitest';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { pauseBulkJob } from '../../src/tools/pause-bulk-job.js';
import { resumeBulkJob } from '../../src/tools/resume-bulk-job.js';
import { customersCsv } from '../jobs/support/storm.js';
import { codeOf, openWorkbench } from './support/workbench.js';

describe('resume_bulk_job', () => {
  it('lets a paused job go on to its end', async () => {
    const latencyMs = { min: 20, max: 30, tailChance: 0, tailMs: 0 };
    const { run, ended, sandbox } = await openWorkbench({ sandbox: { latencyMs } });
    const { jobId } = await run(importCustomersCsv, { csvContent: customersCsv(60) });
    await run(pauseBulkJob, { jobId });
    const { job } = await run(resumeBulkJob, { jobId });
    expect(job).toMatchObject({ id: jobId });
    expect((await ended(jobId)).outcomes.created).toBe(60);
    expect(sandbox.control.summary().counts['contacts']).toBe(60);
  });

  it('refuses what has ended, and what does not exist', async () => {
    const { run, ended } = await openWorkbench();
    const { jobId } = await run(importCustomersCsv, { csvContent: customersCsv(1) });
    await ended(jobId);
    expect(await codeOf(run(resumeBulkJob, { jobId }))).toBe('JOB_STATE');
    expect(await codeOf(run(resumeBulkJob, { jobId: 'none' }))).toBe('JOB_NOT_FOUND');
  });
});
