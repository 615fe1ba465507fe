// Templates.
import { describe, expect, it } from 'vitest';
import { RESOURCE_NAMES } from '../../src/resources/registry.js';
import { downloadCsvTemplate } from '../../src/tools/download-csv-template.js';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
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

  it('knows no other resource', () => {
    expect(takes(downloadCsvTemplate, { resourceType: 'bill' })).toBe(false);
    expect(takes(downloadCsvTemplate, {})).toBe(false);
  });
});
