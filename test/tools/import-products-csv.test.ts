// Importing products.
import { describe, expect, it } from 'vitest';
import { importProductsCsv } from '../../src/tools/import-products-csv.js';
import { rollbackJob } from '../../src/tools/rollback-job.js';
import { codeOf, openWorkbench, takes } from './support/workbench.js';

describe('import_products_csv', () => {
  it('imports a file with prices, VAT and Danish headers, and takes it back', async () => {
    const { run, put, ended, sandbox } = await openWorkbench();
    const csv = 'Navn;Varenr;Pris;Moms\nKørsel;V1;"3,80";vat25\nBog;V2;"99,00";vat0\n';
    const { jobId } = await run(importProductsCsv, { filePath: await put('varer.csv', csv) });
    expect(await ended(jobId)).toMatchObject({ resourceType: 'product', outcomes: { created: 2 } });
    const { products = [], productPrices = [] } = sandbox.control.state().records;
    expect(products.map(({ name, productNo }) => [name, productNo]).sort()).toEqual([
      ['Bog', 'V2'],
      ['Kørsel', 'V1'],
    ]);
    expect(new Set(products.map((product) => product['salesTaxRulesetId'])).size).toBe(2);
    expect(productPrices.map(({ unitPrice }) => unitPrice).sort()).toEqual([3.8, 99]);
    await run(rollbackJob, { jobId });
    expect(await ended(jobId)).toMatchObject({ status: 'rolled_back', rollback: { reversed: 2 } });
    expect(sandbox.control.state().records['products']).toEqual([]);
  });

  it('skips what is there by number, else by exact name', async () => {
    const { run, ended } = await openWorkbench();
    const first = await run(importProductsCsv, {
      csvContent: 'name,unitPrice,productNo\nA,1,V1\nB,2,\n',
    });
    await ended(first['jobId']);
    const csvContent = 'name,unitPrice,productNo\nNyt navn,9,V1\nB,9,\nb,9,\n';
    const { jobId } = await run(importProductsCsv, { csvContent });
    expect((await ended(jobId)).outcomes).toMatchObject({ skipped: 2, created: 1 });
  });

  it('understands foreign headers that an earlier start has saved', async () => {
    const { run, ended } = await openWorkbench();
    const columnMapping = { Betegnelse: 'name', 'Beløb netto': 'unitPrice' };
    const options = { columnMapping, saveMappingAs: 'fra kassen' };
    const first = { csvContent: 'Betegnelse;Beløb netto\nA;10,50\n', options };
    expect((await ended((await run(importProductsCsv, first))['jobId'])).outcomes.created).toBe(1);
    const csvContent = 'Betegnelse;Beløb netto\nB;1.234,50\n';
    const unnamed = run(importProductsCsv, { csvContent });
    expect(await codeOf(unnamed)).toBe('CSV_MISSING_COLUMN');
    const { jobId } = await run(importProductsCsv, {
      csvContent,
      options: { mapping: 'fra kassen' },
    });
    expect((await ended(jobId)).outcomes).toMatchObject({ created: 1, failed: 0 });
  });

  it('takes no updates and no ids', () => {
    expect(takes(importProductsCsv, { updates: [] })).toBe(false);
    expect(takes(importProductsCsv, { ids: ['x'] })).toBe(false);
  });
});
