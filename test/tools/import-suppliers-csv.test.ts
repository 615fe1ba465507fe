// Importing suppliers.
import { describe, expect, it } from 'vitest';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { importSuppliersCsv } from '../../src/tools/import-suppliers-csv.js';
import { openWorkbench } from './support/workbench.js';

describe('import_suppliers_csv', () => {
  it('makes suppliers, and of a customer by the same number both', async () => {
    const { run, ended, sandbox } = await openWorkbench();
    const customers = await run(importCustomersCsv, { csvContent: 'name,contactNo\nA ApS,1\n' });
    await ended(customers['jobId']);
    const csvContent = 'Leverandør;Leverandørnr;Land\nA ApS;1;\nB AB;2;Sverige\n';
    const options = { duplicateStrategy: 'update' };
    const { jobId } = await run(importSuppliersCsv, { csvContent, options });
    const job = await ended(jobId);
    expect(job).toMatchObject({ resourceType: 'supplier', outcomes: { created: 1, updated: 1 } });
    const contacts = sandbox.control.state().records['contacts'] ?? [];
    const flags = contacts.map(({ name, isCustomer, isSupplier }) => [
      name,
      isCustomer,
      isSupplier,
    ]);
    expect(flags.sort()).toEqual([
      ['A ApS', true, true],
      ['B AB', false, true],
    ]);
  });
});
