// Routing of addresses.
import { describe, expect, it } from 'vitest';
import {
  listedResources,
  listedTemplates,
  readResource,
} from '../../../src/server/mcp/resources.js';
import { exportCustomersCsv } from '../../../src/tools/export-customers-csv.js';
import { importCustomersCsv } from '../../../src/tools/import-customers-csv.js';
import { codeOf, openWorkbench } from '../../tools/support/workbench.js';

describe('the lists', () => {
  it('name the templates that are there, and the forms of the rest', () => {
    expect(listedResources()).toMatchObject([
      { uri: 'billy-bulk://templates/customer.csv', mimeType: 'text/csv' },
      { uri: 'billy-bulk://templates/product.csv', mimeType: 'text/csv' },
      { uri: 'billy-bulk://templates/priceList.csv', mimeType: 'text/csv' },
      { uri: 'billy-bulk://templates/invoice.csv', mimeType: 'text/csv' },
      { uri: 'billy-bulk://templates/supplier.csv', mimeType: 'text/csv' },
    ]);
    expect(listedTemplates().map(({ uriTemplate }) => uriTemplate)).toEqual([
      'billy-bulk://jobs/{id}',
      'billy-bulk://jobs/{id}/report.csv',
      'billy-bulk://exports/{file}',
      'billy-bulk://templates/{resourceType}.csv',
    ]);
  });
});

describe('readResource', () => {
  it('reads what results name', async () => {
    const { app, call, run, ended } = await openWorkbench();
    const { jobId } = await run(importCustomersCsv, { csvContent: 'name,email\nA,a@b.dk\nB,x\n' });
    const { reportUri } = await ended(jobId);
    const read = async (uri: string) => {
      const content = await readResource({ service: call().service, redact: app.redact }, uri);
      if (!('text' in content)) throw new Error('the content is no text');
      return content;
    };
    const job = await read(`billy-bulk://jobs/${String(jobId)}`);
    expect(job.mimeType).toBe('application/json');
    expect(JSON.parse(job.text)).toMatchObject({ id: jobId, failedItems: 1 });
    const lines = async (uri: string) => (await read(uri)).text.trim().split(/\r?\n/).length;
    expect(await lines(reportUri)).toBe(2);
    expect(await lines(`${reportUri}?include=failed`)).toBe(2);
    expect(await lines(`${reportUri}?include=all`)).toBe(3);
    const { resourceUri, csvContent } = await run(exportCustomersCsv, {});
    expect((await read(String(resourceUri))).text).toBe(csvContent);
    const templates = await Promise.all(listedResources().map(({ uri }) => read(uri)));
    expect(templates.map(({ text }) => text.split(',', 2).join(','))).toEqual([
      'name,email',
      'name,description',
      'productNo,currency',
      'invoiceRef,customer',
      'name,email',
    ]);
  });

  it('reads workbooks as bytes', async () => {
    const { app, call, run } = await openWorkbench({ sandbox: { contacts: 3 } });
    const { resourceUri } = await run(exportCustomersCsv, { filePath: 'ud.xlsx' });
    for (const uri of [String(resourceUri), 'billy-bulk://templates/customer.xlsx?dialect=da']) {
      const content = await readResource({ service: call().service, redact: app.redact }, uri);
      expect(content.mimeType).toContain('spreadsheetml');
      // The beginning of every ZIP archive, in Base64.
      expect('blob' in content ? content.blob : '').toMatch(/^UEsD/);
    }
  });

  it.each([
    ['billy-bulk://jobs/none', 'JOB_NOT_FOUND'],
    ['billy-bulk://jobs/none/report.csv', 'JOB_NOT_FOUND'],
    ['billy-bulk://jobs/none/report.csv?include=some', 'INPUT_INVALID'],
    ['billy-bulk://jobs/a/b', 'INPUT_INVALID'],
    ['billy-bulk://exports/none.csv', 'FILE_NOT_FOUND'],
    ['billy-bulk://exports/..', 'FILE_NOT_FOUND'],
    ['billy-bulk://exports/jobs.sqlite', 'FILE_NOT_FOUND'],
    ['billy-bulk://exports/a/b.csv', 'INPUT_INVALID'],
    ['billy-bulk://templates/bill.csv', 'INPUT_INVALID'],
    ['BILLY-BULK://templates/customer.csv', 'INPUT_INVALID'],
    ['billy-bulk://templates/customer.csv\n', 'INPUT_INVALID'],
    ['file:///etc/passwd', 'INPUT_INVALID'],
  ])('refuses %j', async (uri, code) => {
    const { app, call } = await openWorkbench();
    expect(await codeOf(readResource({ service: call().service, redact: app.redact }, uri))).toBe(
      code,
    );
  });
});
