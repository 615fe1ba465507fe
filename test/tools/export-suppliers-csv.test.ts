// Exporting suppliers.
import { describe, expect, it } from 'vitest';
import { exportSuppliersCsv } from '../../src/tools/export-suppliers-csv.js';
import { importSuppliersCsv } from '../../src/tools/import-suppliers-csv.js';
import { openWorkbench, takes } from './support/workbench.js';

describe('export_suppliers_csv', () => {
  it('gives suppliers alone, by the filters of customers', async () => {
    const { run, ended } = await openWorkbench({ sandbox: { contacts: 5 } });
    const csvContent = 'name,country\nA ApS,DK\nB AB,SE\n';
    const { jobId } = await run(importSuppliersCsv, { csvContent });
    await ended(jobId);
    const result = await run(exportSuppliersCsv, { filters: { country: 'Sverige' } });
    expect(result).toMatchObject({ success: true, total: 1 });
    expect(result['csvContent']).toContain(',B AB,');
    expect(exportSuppliersCsv.summarize(result)).toMatch(/^1 suppliers exported to /);
    await expect(run(exportSuppliersCsv, { filters: { country: 'Utopia' } })).rejects.toMatchObject(
      { code: 'INPUT_INVALID' },
    );
    expect(takes(exportSuppliersCsv, { filters: { state: 'draft' } })).toBe(false);
  });
});
