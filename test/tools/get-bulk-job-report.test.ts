// Reports.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { getBulkJobReport } from '../../src/tools/get-bulk-job-report.js';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { codeOf, openWorkbench, takes } from './support/workbench.js';

const MIXED = { csvContent: 'name,email\nA ApS,a@x.example\nB ApS,nej\n' };

describe('get_bulk_job_report', () => {
  it('gives the failed rows with the original columns and the reason', async () => {
    const { run, ended } = await openWorkbench();
    const { jobId } = await run(importCustomersCsv, MIXED);
    await ended(jobId);
    const report = await run(getBulkJobReport, { jobId });
    expect(report).toMatchObject({
      totalRows: 1,
      resourceUri: `billy-bulk://jobs/${String(jobId)}/report.csv`,
    });
    const [head, row] = String(report['preview']).split(/\r?\n/);
    expect(head).toBe('name,email,row,code,reason');
    expect(row).toMatch(/^B ApS,nej,3,ROW_INVALID,/);
    const text = getBulkJobReport.summarize(report);
    expect(text).toMatch(/^1 rows in billy-bulk:/);
    expect(text).toContain('B ApS');
  });

  it('gives every row with its outcome, into a file of the caller', async () => {
    const { run, ended, folder } = await openWorkbench();
    const { jobId } = await run(importCustomersCsv, MIXED);
    await ended(jobId);
    const filePath = path.join(folder, 'report.csv');
    const report = await run(getBulkJobReport, { jobId, include: 'all', filePath });
    expect(report).toMatchObject({ totalRows: 2, filePath });
    expect(report['resourceUri']).toMatch(/\?include=all$/);
    const text = await readFile(filePath, 'utf8');
    expect(text).toContain('created');
    expect(text).toBe(report['preview']);
    expect((await stat(filePath)).mode & 0o777).toBe(0o600);
    expect(getBulkJobReport.summarize(report)).toContain(filePath);
    const again = run(getBulkJobReport, { jobId, filePath });
    expect(await codeOf(again)).toBe('FILE_EXISTS');
  });

  it('can be fed in again', async () => {
    const { run, ended } = await openWorkbench();
    const { jobId } = await run(importCustomersCsv, MIXED);
    await ended(jobId);
    const { preview } = await run(getBulkJobReport, { jobId });
    const mended = String(preview).replace('nej', 'b@x.example');
    const second = await run(importCustomersCsv, { csvContent: mended });
    expect(await ended(second['jobId'])).toMatchObject({ warnings: [], outcomes: { created: 1 } });
  });

  it('shows whole lines only', async () => {
    const { run, ended } = await openWorkbench();
    const rows = Array.from({ length: 60 }, (_, index) => `Kunde ${index} med et langt navn,nej`);
    const { jobId } = await run(importCustomersCsv, {
      csvContent: `name,email\n${rows.join('\n')}`,
    });
    await ended(jobId);
    const { preview, totalRows } = await run(getBulkJobReport, { jobId });
    expect(totalRows).toBe(60);
    expect(String(preview).length).toBeLessThanOrEqual(1500);
    expect(preview).toMatch(/\n$/);
  });

  it('knows two scopes', () => {
    expect(takes(getBulkJobReport, { jobId: 'a', include: 'all' })).toBe(true);
    expect(takes(getBulkJobReport, { jobId: 'a', include: 'some' })).toBe(false);
  });
});
