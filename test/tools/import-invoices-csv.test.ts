// Importing invoices.
import { describe, expect, it } from 'vitest';
import { downloadCsvTemplate } from '../../src/tools/download-csv-template.js';
import { getBulkJobReport } from '../../src/tools/get-bulk-job-report.js';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { importInvoicesCsv } from '../../src/tools/import-invoices-csv.js';
import { importProductsCsv } from '../../src/tools/import-products-csv.js';
import { openWorkbench, takes, type Workbench } from './support/workbench.js';

/** The templates of customers and products: that of invoices refers to them. */
async function withTemplates(): Promise<Workbench> {
  const bench = await openWorkbench();
  const { run, ended } = bench;
  const tools = [importCustomersCsv, importProductsCsv];
  for (const [index, resourceType] of ['customer', 'product'].entries()) {
    const { csvContent } = await run(downloadCsvTemplate, { resourceType });
    const { jobId } = await run(tools[index] ?? importCustomersCsv, { csvContent });
    expect(await ended(jobId)).toMatchObject({ failedItems: 0, outcomes: { created: 2 } });
  }
  return bench;
}

describe('import_invoices_csv', () => {
  it('makes one draft of the template, with both lines and the terms', async () => {
    const { run, ended, sandbox } = await withTemplates();
    const { csvContent } = await run(downloadCsvTemplate, { resourceType: 'invoice' });
    const { jobId } = await run(importInvoicesCsv, { csvContent });
    const job = await ended(jobId);
    expect(job).toMatchObject({ totalRows: 2, totalItems: 1, outcomes: { created: 1 } });
    const { invoices = [], invoiceLines = [] } = sandbox.control.state().records;
    expect(invoices).toMatchObject([{ state: 'draft', dueDate: '2026-02-14', taxMode: 'excl' }]);
    expect(invoiceLines.map(({ unitPrice, quantity }) => [unitPrice, quantity]).sort()).toEqual([
      [3.8, 42],
      [950, 7.5],
    ]);
  });

  it('sends nothing where a reference is unknown, and status and report name it', async () => {
    const { run, ended, sandbox } = await withTemplates();
    const csvContent =
      'Fakturaref;Kunde;Dato;Varenr;Antal;Pris\n1;kontakt@eksempel.example;2026-01-31;KOERSEL;2;1\n2;ukendt@x.example;2026-01-31;KOERSEL;2;1\n';
    const { jobId } = await run(importInvoicesCsv, { csvContent });
    const job = await ended(jobId);
    expect(job).toMatchObject({ status: 'failed', error: { code: 'REFERENCE_NOT_FOUND' } });
    expect(JSON.stringify(job.warnings)).toContain('ukendt@x.example');
    expect(sandbox.control.state().records['invoices'] ?? []).toEqual([]);
    const report = await run(getBulkJobReport, { jobId, include: 'failed' });
    expect(report).toMatchObject({ totalRows: 1 });
    expect(report['preview']).toContain('was not found');
  });

  it('takes rows as objects, and no updates', async () => {
    const { run, ended } = await withTemplates();
    const row = { customer: 'kontakt@eksempel.example', entryDate: '2026-01-31' };
    const rows = ['KONSULENT', 'KOERSEL'].map((productNo) => ({
      invoiceRef: 7,
      productNo,
      unitPrice: 12.5,
      ...row,
    }));
    const { jobId } = await run(importInvoicesCsv, { rows });
    expect(await ended(jobId)).toMatchObject({ totalItems: 1, outcomes: { created: 1 } });
    expect(takes(importInvoicesCsv, { updates: [] })).toBe(false);
  });
});
