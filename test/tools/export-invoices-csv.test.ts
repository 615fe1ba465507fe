// Exporting invoices.
import { describe, expect, it } from 'vitest';
import { exportInvoicesCsv } from '../../src/tools/export-invoices-csv.js';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { importInvoicesCsv } from '../../src/tools/import-invoices-csv.js';
import { importProductsCsv } from '../../src/tools/import-products-csv.js';
import { openWorkbench, takes, type Workbench } from './support/workbench.js';

const INVOICES =
  'invoiceRef,customer,entryDate,productNo,quantity,unitPrice\n' +
  'A,K1,2026-01-31,V1,2,100\nA,K1,2026-01-31,V1,1,50\nB,K1,2026-03-01,V1,1,10\n';

async function withInvoices(): Promise<Workbench> {
  const bench = await openWorkbench();
  for (const [tool, csvContent] of [
    [importCustomersCsv, 'name,contactNo\nA,K1\n'],
    [importProductsCsv, 'name,unitPrice,productNo\nP,1,V1\n'],
    [importInvoicesCsv, INVOICES],
  ] as const) {
    const { jobId } = await bench.run(tool, { csvContent });
    expect(await bench.ended(jobId)).toMatchObject({ status: 'completed', failedItems: 0 });
  }
  return bench;
}

describe('export_invoices_csv', () => {
  it('gives one line a row, and counts invoices', async () => {
    const { run } = await withInvoices();
    const result = await run(exportInvoicesCsv, {});
    expect(result).toMatchObject({ success: true, total: 2 });
    expect(String(result['csvContent']).trim().split('\n')).toHaveLength(4);
    expect(exportInvoicesCsv.summarize(result)).toMatch(/^2 invoices exported to /);
  });

  it.each([
    [{ from: '2026-02-01' }, 1],
    [{ to: '31-01-2026', customer: 'K1' }, 1],
    [{ from: '01.01.2026', to: '2026-12-31', state: 'draft' }, 2],
    [{ state: 'approved' }, 0],
  ])('filters by %j', async (filters, total) => {
    const { run } = await withInvoices();
    expect(await run(exportInvoicesCsv, { filters })).toMatchObject({ total });
  });

  it.each([
    [{ from: 'snart' }, 'INPUT_INVALID'],
    [{ from: '01/02/2026' }, 'INPUT_INVALID'],
    [{ from: '2026-02-01', to: '2026-01-01' }, 'INPUT_INVALID'],
    [{ customer: 'K9' }, 'REFERENCE_NOT_FOUND'],
  ])('refuses %j', async (filters, code) => {
    const { run } = await withInvoices();
    await expect(run(exportInvoicesCsv, { filters })).rejects.toMatchObject({ code });
    expect(takes(exportInvoicesCsv, { filters: { country: 'DK' } })).toBe(false);
  });
});
