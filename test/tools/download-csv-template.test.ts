// Templates.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { RESOURCE_NAMES } from '../../src/resources/registry.js';
import { downloadCsvTemplate } from '../../src/tools/download-csv-template.js';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { importProductsCsv } from '../../src/tools/import-products-csv.js';
import { openWorkbench, takes } from './support/workbench.js';

describe('download_csv_template', () => {
  it.each(RESOURCE_NAMES)('gives headers and two rows for a %s, without a token', async (name) => {
    const { run } = await openWorkbench({ env: { BILLY_ACCESS_TOKEN: '' } });
    const result = await run(downloadCsvTemplate, { resourceType: name });
    expect(result).toMatchObject({ success: true, filename: `${name}s-template.csv` });
    expect(String(result['csvContent']).trim().split(/\r?\n/)).toHaveLength(3);
    expect(downloadCsvTemplate.summarize(result)).toContain(String(result['csvContent']));
  });

  it('gives a price list', async () => {
    const { run } = await openWorkbench({ env: { BILLY_ACCESS_TOKEN: '' } });
    const result = await run(downloadCsvTemplate, { resourceType: 'priceList' });
    expect(result).toMatchObject({ success: true, filename: 'price-list-template.csv' });
    expect(String(result['csvContent'])).toMatch(/^productNo,currency,unitPrice\r?\n/);
  });

  it('gives customers that import without an error into any account', async () => {
    const { run, ended } = await openWorkbench({ sandbox: { contacts: 30 } });
    const { csvContent } = await run(downloadCsvTemplate, { resourceType: 'customer' });
    const { jobId } = await run(importCustomersCsv, { csvContent });
    expect(await ended(jobId)).toMatchObject({ failedItems: 0, outcomes: { created: 2 } });
  });

  it('gives it in Danish, which imports as it is', async () => {
    const { run, ended } = await openWorkbench({ sandbox: { contacts: 3 } });
    const ask = { resourceType: 'product', options: { dialect: 'da' } };
    const { csvContent, resourceUri } = await run(downloadCsvTemplate, ask);
    expect(String(csvContent).split('\r\n').slice(0, 2)).toEqual([
      'navn;beskrivelse;konto;pris;moms;arkiveret;varenr;valuta;enhed',
      'Konsulenttime;Rådgivning, pr. time;;950,00;;nej;KONSULENT;DKK;time',
    ]);
    expect(resourceUri).toBe('billy-bulk://templates/product.csv?dialect=da');
    const { jobId } = await run(importProductsCsv, { csvContent });
    expect(await ended(jobId)).toMatchObject({ failedItems: 0, outcomes: { created: 2 } });
  });

  it.each(RESOURCE_NAMES)('writes it for a %s as a workbook', async (name) => {
    const { run, folder } = await openWorkbench({ env: { BILLY_ACCESS_TOKEN: '' } });
    const ask = { resourceType: name, filePath: 'ny.xlsx', options: { dialect: 'da' } };
    const result = await run(downloadCsvTemplate, ask);
    expect(result).toMatchObject({ filename: `${name}s-template.xlsx` });
    expect(result).not.toHaveProperty('csvContent');
    const [sheet] = (await readXlsx(await readFile(path.join(folder, 'ny.xlsx')))).sheets;
    expect(sheet?.rows).toHaveLength(3);
    expect(downloadCsvTemplate.summarize(result)).toBe(path.join(folder, 'ny.xlsx'));
  });

  it('refuses a path of another format, and one that exists', async () => {
    const { run, put } = await openWorkbench({ env: { BILLY_ACCESS_TOKEN: '' } });
    const wanted = { resourceType: 'customer', filePath: 'ny.csv' };
    await expect(
      run(downloadCsvTemplate, { ...wanted, options: { format: 'xlsx' } }),
    ).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await put('ny.csv', 'mine');
    await expect(run(downloadCsvTemplate, wanted)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    await expect(run(downloadCsvTemplate, { ...wanted, filePath: 'ny.txt' })).rejects.toMatchObject(
      { code: 'INPUT_INVALID' },
    );
  });

  it('knows no other resource', () => {
    expect(takes(downloadCsvTemplate, { resourceType: 'bill' })).toBe(false);
    expect(takes(downloadCsvTemplate, {})).toBe(false);
  });
});
