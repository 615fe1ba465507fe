// Files as people send them, through the tools: what becomes a record, what is refused, what is warned of.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bulkDeleteRecords } from '../../src/tools/bulk-delete-records.js';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { importProductsCsv } from '../../src/tools/import-products-csv.js';
import { makeWorkbook, type WorkbookParts } from '../files/workbook.js';
import { codeOf, openWorkbench } from './support/workbench.js';

const cell = (name: string, text: string): string =>
  `<c r="${name}" t="inlineStr"><is><t>${text}</t></is></c>`;

function rowXml(row: number, texts: readonly string[], attributes = ''): string {
  const cells = texts.map((text, at) => cell(`${'ABC'.charAt(at)}${row}`, text));
  return `<row r="${row}"${attributes}>${cells.join('')}</row>`;
}

async function putBook(folder: string, parts: WorkbookParts, name = 'a.xlsx'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, makeWorkbook(parts));
  return path;
}

interface Imported {
  readonly names: string[];
  readonly outcomes: Record<string, number>;
  readonly codes: string[];
  readonly failed: (string | number | null)[][];
}

async function imported(
  tool: typeof importCustomersCsv,
  name: string,
  content: string,
): Promise<Imported> {
  const { run, put, ended, sandbox } = await openWorkbench();
  const filePath = await put(name, content);
  const { jobId } = await run(tool, { filePath });
  const job = await ended(jobId);
  const { contacts = [], products = [] } = sandbox.control.state().records;
  const made = tool === importCustomersCsv ? contacts : products;
  const { created, skipped, failed } = job.outcomes;
  return {
    names: made.map(({ name }) => String(name)).sort(),
    outcomes: { created, skipped, failed },
    codes: job.warnings.map(({ code }) => code),
    failed: job.errors.map(({ row, code }) => [row, code]),
  };
}

describe('customers', () => {
  it('finds the headers below a title', async () => {
    const text =
      'Kundeliste pr. 31-12-2025;;\n;;\nNavn;E-mail;Kundenr\nTitel ApS;t@titel.example;T100\n';
    const { names, codes } = await imported(importCustomersCsv, 'a.csv', text);
    expect(names).toEqual(['Titel ApS']);
    expect(codes).toContain('HEADER_FOUND');
  });

  it('makes no customer of the header row again', async () => {
    const text = 'navn;kundenr;by\nDel Et ApS;DL1;Aarhus\nnavn;kundenr;by\nDel To ApS;DL2;Odense\n';
    const { names, outcomes, codes } = await imported(importCustomersCsv, 'a.csv', text);
    expect(names).toEqual(['Del Et ApS', 'Del To ApS']);
    expect(outcomes).toEqual({ created: 2, skipped: 1, failed: 0 });
    expect(codes).toContain('HEADER_REPEATED');
  });

  it('refuses error values and damaged letters by their rows', async () => {
    const text =
      'navn;by;kundenr\n#I/T;Ry;E1\nFejl ApS;#REFERENCE!;E2\nS\ufffdren;Ry;E3\nSÃ¸ren;Ry;E4\nGod ApS;Ry;E5\n';
    const { names, failed } = await imported(importCustomersCsv, 'a.csv', text);
    expect(names).toEqual(['God ApS']);
    expect(failed).toEqual([2, 3, 4, 5].map((row) => [row, 'ROW_INVALID']));
  });

  it('stores no scheme and no label', async () => {
    const text =
      'navn;email;cvr\nA ApS;mailto:a@mail.example;CVR: 20002727\nB ApS;http://b@mail.example;\nC ApS;"Bo <c@mail.example>";\n';
    const { run, put, ended, sandbox } = await openWorkbench();
    const { jobId } = await run(importCustomersCsv, { filePath: await put('a.csv', text) });
    const job = await ended(jobId);
    expect(job.outcomes).toMatchObject({ created: 2, failed: 1 });
    const { contacts = [], contactPersons = [] } = sandbox.control.state().records;
    expect(contactPersons.map(({ email }) => email).sort()).toEqual([
      'a@mail.example',
      'c@mail.example',
    ]);
    expect(contacts.map(({ registrationNo }) => registrationNo)).toContain('20002727');
  });

  it('reads a wrapped list, and says where it was', async () => {
    const text = '{"customers":[{"name":"Pakket ApS","email":"a@pak.example"}]}';
    const { names, codes } = await imported(importCustomersCsv, 'a.json', text);
    expect(names).toEqual(['Pakket ApS']);
    expect(codes).toContain('LIST_FOUND');
  });
});

describe('products', () => {
  it('leaves out the totals, and not a firm or a product of such a name', async () => {
    const text =
      'varenr;navn;pris\nTO1;Æbler;10,50\nTO2;Total;20,50\n;I alt Byg;5,00\n;I alt;31,00\n';
    const { names, outcomes, codes } = await imported(importProductsCsv, 'a.csv', text);
    expect(names).toEqual(['I alt Byg', 'Total', 'Æbler']);
    expect(outcomes).toEqual({ created: 3, skipped: 1, failed: 0 });
    expect(codes).toContain('TOTALS_ROW');
  });
});

describe('workbooks', () => {
  it('leaves hidden rows out of a deletion, and asks before an import', async () => {
    const { run, ended, sandbox, folder } = await openWorkbench();
    const csv = 'navn;kundenr\nSynlig;10001\nSkjult;10002\n';
    await ended((await run(importCustomersCsv, { csvContent: csv }))['jobId']);
    const rows =
      rowXml(1, ['kundenr', 'navn']) +
      rowXml(2, ['10001', 'Synlig']) +
      rowXml(3, ['10002', 'Skjult'], ' hidden="1"');
    const filePath = await putBook(folder, { sheets: { Slet: rows } });
    const asked = await ended((await run(importCustomersCsv, { filePath }))['jobId']);
    expect(asked.error).toMatchObject({ code: 'INPUT_AMBIGUOUS' });
    const { jobId } = await run(bulkDeleteRecords, { resourceType: 'customer', filePath });
    const job = await ended(jobId);
    expect(job.outcomes).toMatchObject({ deleted: 1 });
    expect(job.warnings.map(({ code }) => code)).toContain('ROWS_HIDDEN');
    const left = sandbox.control.state().records['contacts'] ?? [];
    expect(left.map(({ contactNo }) => contactNo)).toEqual(['10002']);
  });

  it('reads the one sheet with known headers, else names the sheets', async () => {
    const { run, ended, folder } = await openWorkbench();
    const note = rowXml(1, ['Læs dette først']);
    const prices = rowXml(1, ['varenr', 'navn', 'pris']) + rowXml(2, ['NS1', 'Vare', '12,50']);
    const path = await putBook(folder, { sheets: { Vejledning: note, Priser: prices } });
    const job = await ended((await run(importProductsCsv, { filePath: path }))['jobId']);
    expect(job.outcomes).toMatchObject({ created: 1 });
    expect(job.warnings.map(({ code }) => code)).toContain('SHEET_CHOSEN');
    const other = await putBook(folder, { sheets: { Noter: note, Andet: note } }, 'b.xlsx');
    const start = run(importProductsCsv, { filePath: other });
    await expect(start).rejects.toThrow(
      'The sheet "Noter" was read; the workbook also has "Andet"',
    );
    expect(await codeOf(start)).toBe('CSV_MISSING_COLUMN');
  });

  it('refuses a date and a truth value as a product number', async () => {
    const { run, ended, folder } = await openWorkbench();
    const numbers = '<c r="C2"><v>10</v></c>';
    const rows =
      rowXml(1, ['varenr', 'navn', 'pris']) +
      `<row r="2"><c r="A2" s="1"><v>46024</v></c>${cell('B2', 'A')}${numbers}</row>` +
      `<row r="3"><c r="A3" t="b"><v>1</v></c>${cell('B3', 'B')}${numbers.replace('C2', 'C3')}</row>` +
      `<row r="4">${cell('A4', '2-1')}${cell('B4', 'C')}${numbers.replace('C2', 'C4')}</row>`;
    const filePath = await putBook(folder, { sheets: { Varer: rows }, formats: ['dd-mm-yyyy'] });
    const job = await ended((await run(importProductsCsv, { filePath }))['jobId']);
    expect(job.errors.map(({ row, message }) => [row, message.includes('turned into')])).toEqual([
      [2, true],
      [3, true],
    ]);
    expect(job.outcomes).toMatchObject({ created: 1 });
  });
});
