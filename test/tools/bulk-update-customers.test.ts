// Updating customers.
import { describe, expect, it } from 'vitest';
import { bulkUpdateCustomers } from '../../src/tools/bulk-update-customers.js';
import { rollbackJob } from '../../src/tools/rollback-job.js';
import { codeOf, openWorkbench, takes, type Workbench } from './support/workbench.js';

type Contact = Readonly<Record<string, unknown>> & { readonly id: string };

function contactsIn({ sandbox }: Workbench): readonly Contact[] {
  return sandbox.control.state().records['contacts'] ?? [];
}

describe('bulk_update_customers', () => {
  it('sets fourteen days for these, by their ids, and gives the old terms back', async () => {
    const bench = await openWorkbench({ sandbox: { contacts: 5 } });
    const { run, ended } = bench;
    const before = contactsIn(bench);
    const these = before.slice(0, 3).map(({ id }) => id);
    const updates = these.map((id) => ({ id, changes: { paymentTermsDays: 14 } }));
    const { jobId } = await run(bulkUpdateCustomers, { updates });
    expect(await ended(jobId)).toMatchObject({ operation: 'update', outcomes: { failed: 0 } });
    for (const contact of contactsIn(bench)) {
      const terms = { paymentTermsMode: 'net', paymentTermsDays: 14 };
      if (these.includes(contact.id)) expect(contact).toMatchObject(terms);
      else expect(contact).toEqual(before.find(({ id }) => id === contact.id));
    }
    await run(rollbackJob, { jobId });
    expect(await ended(jobId)).toMatchObject({ status: 'rolled_back' });
    expect(contactsIn(bench)).toEqual(before);
  });

  it('sets fourteen days for these, by a file', async () => {
    const bench = await openWorkbench({ sandbox: { contacts: 5 } });
    const { run, put, ended } = bench;
    const these = contactsIn(bench)
      .map(({ contactNo }) => String(contactNo))
      .slice(0, 2);
    const rows = these.map((contactNo) => `${contactNo};14`);
    const filePath = await put('frist.csv', ['Kundenr;Betalingsfrist', ...rows].join('\n'));
    const { jobId } = await run(bulkUpdateCustomers, { filePath });
    expect(await ended(jobId)).toMatchObject({ processedItems: 2, failedItems: 0 });
    const set = contactsIn(bench).filter(({ paymentTermsDays }) => paymentTermsDays === 14);
    expect(set.map(({ contactNo }) => String(contactNo))).toEqual(expect.arrayContaining(these));
  });

  it('fails an id that is not there and one that stands twice, and changes the rest', async () => {
    const bench = await openWorkbench({ sandbox: { contacts: 2 } });
    const { run, ended } = bench;
    const [first] = contactsIn(bench);
    const changes = { phone: '12 34 56 78' };
    const updates = [first?.id, 'none', first?.id].map((id) => ({ id, changes }));
    const { jobId } = await run(bulkUpdateCustomers, { updates });
    const job = await ended(jobId);
    expect(job.errors.map(({ code }) => code)).toEqual(['RECORD_NOT_FOUND', 'ROW_INVALID']);
    expect(job.outcomes).toMatchObject({ updated: 1, failed: 2 });
  });

  it('takes ids with changes only, and columns that exist', async () => {
    expect(takes(bulkUpdateCustomers, { updates: [{ id: 'x' }] })).toBe(false);
    const { run } = await openWorkbench();
    const updates = [{ id: 'x', changes: { unitPrice: 1 } }];
    expect(await codeOf(run(bulkUpdateCustomers, { updates }))).toBe('INPUT_INVALID');
  });
});
