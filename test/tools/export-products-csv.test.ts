// Exporting products.
import { describe, expect, it } from 'vitest';
import { exportProductsCsv } from '../../src/tools/export-products-csv.js';
import { importProductsCsv } from '../../src/tools/import-products-csv.js';
import { openWorkbench, takes, type Workbench } from './support/workbench.js';

const THREE =
  'name,unitPrice,currency,productNo,isArchived\nA,10,DKK,V1,\nB,2.50,EUR,V2,\nC,30,DKK,,true\n';

async function withProducts(): Promise<Workbench> {
  const bench = await openWorkbench({ sandbox: { products: 5 } });
  const { jobId } = await bench.run(importProductsCsv, { csvContent: THREE });
  await bench.ended(jobId);
  return bench;
}

describe('export_products_csv', () => {
  it.each([undefined, 'da'])(
    'comes back unchanged when it is imported (dialect %s)',
    async (dialect) => {
      const { run, ended, sandbox } = await withProducts();
      const options = dialect === undefined ? {} : { options: { dialect } };
      const exported = await run(exportProductsCsv, { filePath: 'varer.csv', ...options });
      expect(exported).toMatchObject({ success: true, totalProducts: 8 });
      const before = sandbox.control.state();
      const { jobId } = await run(importProductsCsv, {
        filePath: String(exported['filePath']),
        options: { duplicateStrategy: 'update' },
      });
      const job = await ended(jobId);
      expect(job.outcomes).toMatchObject({ unchanged: 8, updated: 0, created: 0, failed: 0 });
      expect(sandbox.control.state()).toEqual(before);
    },
  );

  it('names accounts and VAT by what an import understands', async () => {
    const { run } = await withProducts();
    const { csvContent } = await run(exportProductsCsv, { filters: { isArchived: true } });
    const [header = '', ...rows] = String(csvContent).trim().split(/\r?\n/);
    const columns = header.split(',');
    const row = rows.find((each) => each.includes(',C,'))?.split(',') ?? [];
    const cell = (name: string) => row[columns.indexOf(name)];
    expect([cell('isArchived'), cell('unitPrice'), cell('salesTaxRuleset')]).toEqual([
      'true',
      '30',
      'vat25',
    ]);
    expect(cell('accountNo')).toMatch(/^\d+$/);
    expect(rows.every((each) => each.includes('true'))).toBe(true);
  });

  it('takes no filter that it does not have', () => {
    expect(takes(exportProductsCsv, { filters: { country: 'DK' } })).toBe(false);
    expect(takes(exportProductsCsv, { filters: { isArchived: false } })).toBe(true);
  });
});
