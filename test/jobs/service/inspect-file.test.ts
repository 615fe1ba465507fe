// The size of a look at a file, whatever the file holds.
import { describe, expect, it } from 'vitest';
import { tokensOfJson } from '../../../src/core/tokens.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import { openWorkbench } from '../../tools/support/workbench.js';

describe('inspectFile', () => {
  it('shows forty headers and cuts cells and rows to the size of an answer', async () => {
    const { call } = await openWorkbench();
    const headers = Array.from({ length: 60 }, (_, index) => `Kolonne ${String(index)}`);
    const row = headers.map(() => 'Æ'.repeat(300)).join(';');
    const csvContent = [headers.join(';'), ...Array.from({ length: 9 }, () => row)].join('\n');
    const look = await call().service.inspect({
      csvContent,
      resource: resourceNamed('customer'),
      options: {},
    });
    expect(look).toMatchObject({ moreHeaders: 20, totalRows: 9 });
    expect(look.headers).toHaveLength(40);
    expect(tokensOfJson(look)).toBeLessThan(2600);
  });

  it('lists the newest files of a full folder within the size of an answer', async () => {
    const { call, put } = await openWorkbench();
    for (let index = 0; index < 40; index += 1) await put(`fil ${String(index)}.csv`, 'x');
    const [folder] = await call().service.inspectFolders();
    expect((folder?.files.length ?? 0) + (folder?.moreFiles ?? 0)).toBe(40);
    expect(folder?.files.length).toBeLessThanOrEqual(30);
    expect(tokensOfJson(folder)).toBeLessThan(2300);
  });
});

describe('what a look finds', () => {
  const look = async (csvContent: string, more: object = {}) => {
    const { call } = await openWorkbench();
    const resource = resourceNamed('product');
    return call().service.inspect({ csvContent, resource, options: {}, ...more });
  };

  it('names the notation of amounts, and the column that each header means', async () => {
    const { headers, delimiter } = await look('Varenr;Navn;Pris\n1;A;1.250,50\n');
    expect(delimiter).toBe(';');
    expect(headers).toEqual([
      { name: 'Varenr', column: 'productNo', suggestion: null, style: null },
      { name: 'Navn', column: 'name', suggestion: null, style: null },
      { name: 'Pris', column: 'unitPrice', suggestion: null, style: 'decimal comma' },
    ]);
  });

  it('warns of an amount that can be read in two ways, as a start would refuse it', async () => {
    const { warnings, headers } = await look('Varenr;Navn;Pris\n1;A;1.000\n');
    expect(warnings.map(({ code }) => code)).toContain('INPUT_AMBIGUOUS');
    expect(headers[2]?.style).toBeNull();
  });

  it('gives headers no meaning where no resource is named', async () => {
    const { headers, savedMappings } = await look('Varenr;Pris\n1;10,5\n', { resource: null });
    expect(headers.map(({ column }) => column)).toEqual([null, null]);
    expect(savedMappings).toEqual([]);
  });

  it('reads a file, and names what keeps it from being read', async () => {
    const { call, put } = await openWorkbench();
    await put('varer.csv', 'Navn;Pris\n"A;1,50\nB;2,50\n');
    const resource = resourceNamed('product');
    const found = await call().service.inspect({ filePath: 'varer.csv', resource, options: {} });
    expect(found).toMatchObject({ headers: [], totalRows: null });
    expect(found.warnings.map(({ code }) => code)).toContain('CSV_MALFORMED');
  });

  it('takes no upload, and no organization that is not the caller’s', async () => {
    await expect(look('x', { uploadId: 'u' })).rejects.toMatchObject({ code: 'INPUT_SOURCE' });
    await expect(look('Navn\nA\n', { organizationId: 'other' })).rejects.toMatchObject({
      code: 'ORGANIZATION_MISMATCH',
    });
  });
});
