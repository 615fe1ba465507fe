// A look at a file before a start.
import { describe, expect, it } from 'vitest';
import { inspectFile } from '../../src/tools/inspect-file.js';
import { codeOf, openWorkbench } from './support/workbench.js';

const CSV = 'Varenavn;Salgspris;Farvekode\nSkrue;1.234,50;rød\nMøtrik;2,25;blå\n';

describe('inspect_file', () => {
  it('shows what a start would understand, and writes nothing', async () => {
    const { run, put, app } = await openWorkbench();
    const filePath = await put('varer.csv', CSV);
    const look = await run(inspectFile, { filePath, resourceType: 'product' });
    expect(inspectFile.outputSchema.parse(look)).toEqual(look);
    expect(look).toMatchObject({
      format: 'csv',
      encoding: 'utf-8',
      delimiter: ';',
      headerRow: 1,
      totalRows: 2,
      rows: [
        ['Skrue', '1.234,50', 'rød'],
        ['Møtrik', '2,25', 'blå'],
      ],
      savedMappings: [],
    });
    expect(look['headers']).toMatchObject([
      { name: 'Varenavn', column: 'name', style: null },
      { name: 'Salgspris', column: 'unitPrice', style: 'decimal comma' },
      { name: 'Farvekode', column: null },
    ]);
    const text = inspectFile.summarize(look);
    expect(text).toContain('csv, utf-8, semicolon between cells; headers in row 1; 2 rows.');
    expect(text).toContain('"Salgspris" -> unitPrice (decimal comma)');
    expect(text).toContain('Skrue | 1.234,50 | rød');
    expect((await app.store.listJobs({ organizationIds: [''], limit: 1 })).jobs).toEqual([]);
  });

  it('lists the allowed folders without a source', async () => {
    const { run, put, folder } = await openWorkbench();
    await put('kunder.csv', 'name\nA\n');
    const look = await run(inspectFile, {});
    expect(look['folders']).toMatchObject([
      { path: folder, files: [{ name: 'kunder.csv', sizeBytes: 7 }] },
    ]);
    expect(inspectFile.summarize(look)).toContain('"kunder.csv", 7 bytes');
  });

  it('names near files and the folder where a file is missing', async () => {
    const { run, put, folder } = await openWorkbench();
    await put('kunder.xlsx', 'x');
    for (const filePath of ['kunde.xlsx', 'C:\\Users\\Bo\\kunder.xlsx']) {
      await expect(run(inspectFile, { filePath })).rejects.toMatchObject({
        code: 'FILE_NOT_FOUND',
        detail: `Searched in "${folder}". Did you mean "${folder}/kunder.xlsx"?`,
      });
    }
  });

  it('understands file:// and refuses several sources', async () => {
    const { run, put } = await openWorkbench();
    const filePath = await put('varer.csv', CSV);
    expect(await run(inspectFile, { filePath: `file://${filePath}` })).toMatchObject({
      totalRows: 2,
    });
    const both = run(inspectFile, { filePath, csvContent: CSV });
    expect(await codeOf(both)).toBe('INPUT_SOURCE');
    expect(await codeOf(run(inspectFile, { filePath: '/etc/hostname' }))).toBe('PATH_NOT_ALLOWED');
  });
});
