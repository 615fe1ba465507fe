// Exporting customers.
import { describe, expect, it } from 'vitest';
import { exportCustomersCsv } from '../../src/tools/export-customers-csv.js';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { openWorkbench, takes, type Workbench } from './support/workbench.js';

async function withCustomers(csvContent: string): Promise<Workbench> {
  const bench = await openWorkbench();
  const { jobId } = await bench.run(importCustomersCsv, { csvContent });
  await bench.ended(jobId);
  return bench;
}

const THREE = 'name,country,isArchived\nA ApS,DK,\nB AB,SE,\nC ApS,DK,true\n';

describe('export_customers_csv', () => {
  it('gives every customer, archived ones too', async () => {
    const { run } = await withCustomers(THREE);
    const result = await run(exportCustomersCsv, {});
    expect(result).toMatchObject({ success: true, totalCustomers: 3 });
    expect(result['csvContent']).toMatch(/C ApS.*,true,\r?\n/);
  });

  it.each([
    [{ isArchived: true }, ['C ApS']],
    [{ isArchived: false }, ['A ApS', 'B AB']],
    [{ country: 'Sverige' }, ['B AB']],
    [{ country: 'DK', isArchived: false }, ['A ApS']],
  ])('filters by %j', async (filters, names) => {
    const { run } = await withCustomers(THREE);
    const result = await run(exportCustomersCsv, { filters });
    const rows = String(result['csvContent']).trim().split(/\r?\n/).slice(1);
    expect(rows.map((row) => row.split(',')[1]).sort()).toEqual(names);
    expect(result['totalCustomers']).toBe(names.length);
  });

  it('says how many and where', async () => {
    const { run } = await withCustomers(THREE);
    const result = await run(exportCustomersCsv, { filePath: 'out.csv' });
    expect(exportCustomersCsv.summarize(result)).toMatch(/^3 customers exported to .*out\.csv\./);
  });

  it('takes no filter that it does not have', () => {
    expect(takes(exportCustomersCsv, { filters: { name: 'A' } })).toBe(false);
    expect(takes(exportCustomersCsv, { options: { dialect: 'en' } })).toBe(false);
    expect(takes(exportCustomersCsv, { filePath: '' })).toBe(false);
  });
});
