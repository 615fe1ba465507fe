// Taking back.
import { describe, expect, it } from 'vitest';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { rollbackJob } from '../../src/tools/rollback-job.js';
import { codeOf, openWorkbench } from './support/workbench.js';

const TWO = { csvContent: 'name,contactNo\nA ApS,1\nB ApS,2\n' };

describe('rollback_job', () => {
  it('foretells, then does it, and is content when it is done', async () => {
    const { run, ended, sandbox } = await openWorkbench({ sandbox: { contacts: 4 } });
    const before = sandbox.control.state();
    const { jobId } = await run(importCustomersCsv, TWO);
    await ended(jobId);
    const after = sandbox.control.state();
    const foretold = await run(rollbackJob, { jobId, dryRun: true });
    expect(foretold['job']).toMatchObject({
      status: 'completed',
      rollback: { status: 'foretold', reversed: 2 },
    });
    expect(sandbox.control.state()).toEqual(after);
    const { job } = await run(rollbackJob, { jobId, reason: 'mistake' });
    expect(job).toMatchObject({ id: jobId, status: 'rolling_back' });
    expect(await ended(jobId)).toMatchObject({
      status: 'rolled_back',
      rollback: { reason: 'mistake', total: 2, reversed: 2, kept: 0, errored: 0 },
    });
    expect(sandbox.control.state()).toEqual(before);
    const again = await run(rollbackJob, { jobId });
    expect(again['job']).toMatchObject({ status: 'rolled_back' });
  });

  it('keeps what somebody changed since, and says so', async () => {
    const { run, ended, sandbox } = await openWorkbench();
    const { jobId } = await run(importCustomersCsv, TWO);
    await ended(jobId);
    const { contacts = [] } = sandbox.control.state().records;
    const id = contacts[0]?.id ?? '';
    sandbox.control.thirdParty({ action: 'edit', id, changes: { phone: '12345678' } });
    const { job } = await run(rollbackJob, { jobId });
    expect(rollbackJob.summarize({ success: true, job })).toContain('Rollback');
    expect(await ended(jobId)).toMatchObject({ rollback: { reversed: 1, kept: 1, errored: 0 } });
    expect(sandbox.control.state().records['contacts']).toMatchObject([{ id }]);
  });

  it('refuses a dry run and an unknown job', async () => {
    const { run, ended } = await openWorkbench();
    const { jobId } = await run(importCustomersCsv, { ...TWO, options: { dryRun: true } });
    await ended(jobId);
    expect(await codeOf(run(rollbackJob, { jobId }))).toBe('JOB_STATE');
    expect(await codeOf(run(rollbackJob, { jobId: 'none' }))).toBe('JOB_NOT_FOUND');
  });
});
