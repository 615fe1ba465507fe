// Deleting.
import { describe, expect, it } from 'vitest';
import { bulkDeleteRecords } from '../../src/tools/bulk-delete-records.js';
import { rollbackJob } from '../../src/tools/rollback-job.js';
import { codeOf, openWorkbench, takes, type Workbench } from './support/workbench.js';

function namesIn({ sandbox }: Workbench, collection = 'contacts'): unknown[] {
  const records = sandbox.control.state().records[collection] ?? [];
  return records.map(({ name }) => name).sort();
}

function idsIn({ sandbox }: Workbench, collection = 'contacts'): string[] {
  return (sandbox.control.state().records[collection] ?? []).map(({ id }) => id);
}

describe('bulk_delete_records', () => {
  it('deletes by ids, and a rollback makes all anew', async () => {
    const bench = await openWorkbench({ sandbox: { contacts: 6 } });
    const { run, ended } = bench;
    const before = namesIn(bench);
    const ids = idsIn(bench).slice(0, 4);
    const { jobId } = await run(bulkDeleteRecords, { resourceType: 'customer', ids });
    const job = await ended(jobId);
    expect(job).toMatchObject({ operation: 'delete', totalItems: 4, outcomes: { deleted: 4 } });
    expect(namesIn(bench)).toHaveLength(before.length - 4);
    await run(rollbackJob, { jobId });
    expect(await ended(jobId)).toMatchObject({ status: 'rolled_back', rollback: { reversed: 4 } });
    expect(namesIn(bench)).toEqual(before);
    expect(idsIn(bench).filter((id) => ids.includes(id))).toEqual([]);
  });

  it('deletes products by a file, and archives those in use when told so', async () => {
    const bench = await openWorkbench({ sandbox: { products: 3 } });
    const { run, ended, sandbox } = bench;
    const [used] = sandbox.control.state().records['products'] ?? [];
    const id = used?.id ?? '';
    sandbox.control.thirdParty({ action: 'add-invoice', collection: 'products', id });
    const numbers = (sandbox.control.state().records['products'] ?? []).map(({ productNo }) =>
      String(productNo),
    );
    const csvContent = ['productNo', ...numbers].join('\n');
    const args = { resourceType: 'product', csvContent };
    const dry = await run(bulkDeleteRecords, { ...args, options: { dryRun: true } });
    expect((await ended(dry['jobId'])).outcomes).toMatchObject({ deleted: 2, failed: 1 });
    const options = { archiveIfInUse: true };
    const { jobId } = await run(bulkDeleteRecords, { ...args, options });
    expect((await ended(jobId)).outcomes).toMatchObject({ deleted: 2, archived: 1 });
    const left = sandbox.control.state().records['products'];
    expect(left).toMatchObject([{ id, isArchived: true }]);
  });

  it('needs a kind that exists, one source, and something that names records', async () => {
    expect(takes(bulkDeleteRecords, { resourceType: 'account', ids: ['x'] })).toBe(false);
    expect(takes(bulkDeleteRecords, { ids: ['x'] })).toBe(false);
    const { run } = await openWorkbench();
    const of = (more: object) =>
      codeOf(run(bulkDeleteRecords, { resourceType: 'customer', ...more }));
    expect(await of({ ids: ['x'], csvContent: 'id\nx' })).toBe('INPUT_SOURCE');
    expect(await of({})).toBe('INPUT_SOURCE');
    expect(await of({ ids: [] })).toBe('INPUT_INVALID');
    expect(await of({ csvContent: 'city\nOdense' })).toBe('CSV_MISSING_COLUMN');
  });
});
