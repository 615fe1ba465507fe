// What exports share: where the file is, what travels inline, and the words about it.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fence } from '../../src/core/fence.js';
import { runExport, summarizeExport } from '../../src/tools/export.js';
import { codeOf, openWorkbench } from './support/workbench.js';

const CUSTOMERS = { resourceType: 'customer', filters: {} };

describe('runExport', () => {
  it('names the address of a file of its own, and shows a short one', async () => {
    const { call } = await openWorkbench({ sandbox: { contacts: 3 } });
    const { total, facts } = await runExport(CUSTOMERS, {}, call());
    expect(total).toBe(3);
    expect(facts['resourceUri']).toBe(`billy-bulk://exports/${String(facts['filename'])}`);
    expect(facts).not.toHaveProperty('filePath');
    expect(facts['csvContent']).toMatch(/^id,name,/);
  });

  it('writes to a path of the caller, as Excel in Danish expects where asked', async () => {
    const { call, folder } = await openWorkbench({ sandbox: { contacts: 3 } });
    const filePath = path.join(folder, 'ud.csv');
    const input = { filePath: 'ud.csv', options: { dialect: 'da' } } as const;
    const { facts } = await runExport(CUSTOMERS, input, call());
    expect(facts['filePath']).toBe(filePath);
    // The address is served from a copy of our own, so that it works without the folder too.
    const uri = String(facts['resourceUri']);
    const own = uri.replace('billy-bulk://exports/', '');
    expect(own).toBe(facts['filename']);
    expect(await call().service.exportText(own)).toBe(await readFile(filePath, 'utf8'));
    expect(await readFile(filePath, 'utf8')).toMatch(/^\uFEFFid;navn;/);
  });

  it('overwrites only where told to', async () => {
    const { call, put } = await openWorkbench({ sandbox: { contacts: 1 } });
    const filePath = await put('old.csv', 'old');
    expect(await codeOf(runExport(CUSTOMERS, { filePath }, call()))).toBe('FILE_EXISTS');
    expect(await readFile(filePath, 'utf8')).toBe('old');
    await runExport(CUSTOMERS, { filePath, overwrite: true }, call());
    expect(await readFile(filePath, 'utf8')).toMatch(/^id,name,/);
  });

  it('keeps a long one out of the answer', async () => {
    const { call } = await openWorkbench({ sandbox: { contacts: 60 } });
    const { total, facts } = await runExport(CUSTOMERS, {}, call());
    expect(total).toBeGreaterThan(50);
    expect(facts).not.toHaveProperty('csvContent');
  });

  it('warns of what the file cannot show', async () => {
    const { call } = await openWorkbench({ sandbox: { contacts: 10 } });
    const { facts } = await runExport(CUSTOMERS, {}, call());
    expect(facts['warnings']).toMatchObject([
      { message: expect.stringContaining('contact persons') as string },
    ]);
  });

  it('goes on as a job when nobody waits for it', async () => {
    const { call, ended } = await openWorkbench({ sandbox: { contacts: 3 } });
    const { total, facts } = await runExport(CUSTOMERS, {}, call({ signal: AbortSignal.abort() }));
    expect(total).toBeNull();
    const job = await ended(facts['jobId']);
    expect(job).toMatchObject({ operation: 'export', status: 'completed' });
  });
});

describe('summarizeExport', () => {
  it('says where the file is, what is missing in it, and the file itself', () => {
    const text = summarizeExport('customers', 2, {
      resourceUri: 'billy-bulk://exports/a.csv',
      warnings: [{ code: 'W', message: 'Something is left out.' }],
      csvContent: 'id,name\n',
    });
    expect(text).toBe(
      `2 customers exported to billy-bulk://exports/a.csv.\nSomething is left out.\n${fence('id,name\n')}`,
    );
  });

  it('says which job to ask when it is not done', () => {
    const text = summarizeExport('customers', undefined, { jobId: 'a1b2' });
    expect(text).toContain('job a1b2');
    expect(text).toContain('get_bulk_job_status');
  });
});
