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

  interface Foretold {
    readonly what: string;
    readonly csv: string;
    readonly options?: object;
    readonly refusal: RegExp;
  }

  it.each<Foretold>([
    {
      what: 'a missing column',
      csv: 'Farve;Antal\nrød;2\n',
      refusal: /^CSV_MISSING_COLUMN An import is refused: .*name.* Name it in the header row/,
    },
    {
      what: 'a price list, which only updates',
      csv: 'Varenr;Pris\n1;12,50\n',
      refusal: /^CSV_MISSING_COLUMN An import is refused, an update is not: /,
    },
    {
      what: 'two headers of one column',
      csv: 'Navn;Pris;Salgspris\nA;1,50;2,50\n',
      refusal: /^INPUT_INVALID An import is refused: Two headers .* with options\.columnMapping\.$/,
    },
    {
      what: 'a mapping of a header that is not there',
      csv: 'Navn;Pris\nA;1,50\n',
      options: { columnMapping: { Vare: 'name' } },
      refusal: /^INPUT_INVALID An import is refused: options\.columnMapping names a header/,
    },
    {
      what: 'a filled header that may matter',
      csv: 'Navn;Pris;Rabat\nA;1,50;10\n',
      refusal:
        /^INPUT_AMBIGUOUS An import is refused: .*"Rabat".*\(filled in row 2\).* Map the header to null/,
    },
  ])('foretells that an import is refused for $what', async ({ csv, options = {}, refusal }) => {
    const { warnings, totalRows } = await look(csv, { options });
    expect(totalRows).toBe(1);
    const [first] = warnings;
    expect(`${first?.code ?? ''} ${first?.message ?? ''}`).toMatch(refusal);
  });

  it('asks nothing about a header whose cells are blank, and names what is ignored', async () => {
    const { warnings } = await look('Navn;Pris;Rabat;Farve\nA;1,50;;rød\n');
    expect(warnings.map(({ code }) => code)).not.toContain('INPUT_AMBIGUOUS');
    expect(warnings.find(({ code }) => code === 'COLUMN_IGNORED')?.message).toContain('"Farve"');
  });

  it('gives another system’s ids no column', async () => {
    const { headers, warnings } = await look('ID;Navn;Pris\n17;A;1,50\n');
    expect(headers[0]).toMatchObject({ name: 'ID', column: null });
    expect(warnings.map(({ message }) => message).join()).toContain('not ids of Billy');
  });

  it('reads dates and amounts as a start does: by Danish headers, and by our own', async () => {
    const resource = resourceNamed('invoice');
    const dates = await look('Kunde,Dato,Beskrivelse\n1,03/04/2026,x\n', { resource });
    expect(dates.headers[1]).toMatchObject({ name: 'Dato', style: 'day first' });
    expect(dates.warnings.map(({ code }) => code)).not.toContain('INPUT_AMBIGUOUS');
    const own = await look('id;varenr;pris\n;1;1.000\n');
    expect(own.headers[2]).toMatchObject({ name: 'pris', style: 'decimal comma' });
  });

  it('names every column that can be read in two ways, and still counts the rows', async () => {
    const resource = resourceNamed('invoice');
    const csvContent = 'Fakturaref,Kunde,Date,Price\n1,2,03/04/2026,1.000\n1,2,05/04/2026,2.000\n';
    const { warnings, totalRows } = await look(csvContent, { resource });
    expect(totalRows).toBe(2);
    expect(warnings.map(({ code }) => code)).toContain('INPUT_AMBIGUOUS');
  });

  it('takes no upload, and no organization that is not the caller’s', async () => {
    await expect(look('x', { uploadId: 'u' })).rejects.toMatchObject({ code: 'INPUT_SOURCE' });
    await expect(look('Navn\nA\n', { organizationId: 'other' })).rejects.toMatchObject({
      code: 'ORGANIZATION_MISMATCH',
    });
  });
});
