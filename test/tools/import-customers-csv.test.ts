// Importing customers.
import { describe, expect, it } from 'vitest';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { codeOf, openWorkbench, takes } from './support/workbench.js';

describe('import_customers_csv', () => {
  it('imports a file as customers of the account', async () => {
    const { run, put, ended, sandbox } = await openWorkbench();
    const filePath = await put(
      'kunder.csv',
      'Navn;E-mail;CVR-nr\nÆrø ApS;post@x.example;13748136\n',
    );
    const { jobId } = await run(importCustomersCsv, { filePath });
    const job = await ended(jobId);
    expect(job).toMatchObject({
      operation: 'import',
      resourceType: 'customer',
      source: { name: 'kunder.csv' },
      outcomes: { created: 1 },
    });
    const { contacts = [], contactPersons = [] } = sandbox.control.state().records;
    expect(contacts).toMatchObject([
      { name: 'Ærø ApS', registrationNo: '13748136', countryId: 'DK', isCustomer: true },
    ]);
    expect(contactPersons).toMatchObject([{ email: 'post@x.example', isPrimary: true }]);
  });

  it('names unknown columns instead of dropping them silently', async () => {
    const { run, ended } = await openWorkbench();
    const { jobId } = await run(importCustomersCsv, {
      csvContent: 'name,contactNo,shoe size\nA,1,44\n',
    });
    const { warnings } = await ended(jobId);
    expect(warnings).toMatchObject([{ code: 'COLUMN_IGNORED' }]);
    expect(warnings[0]?.message).toContain('shoe size');
  });

  it('takes no updates, and refuses two sources', async () => {
    expect(takes(importCustomersCsv, { updates: [] })).toBe(false);
    const { run } = await openWorkbench();
    const two = { csvContent: 'name\nA', filePath: 'x.csv' };
    expect(await codeOf(run(importCustomersCsv, two))).toBe('INPUT_SOURCE');
  });
});
