import { writeXlsx } from 'hucre';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import type { SourceRow } from '../../../src/files/cells/source-row.js';
import { describeSheet, readXlsxHead, readXlsxRows } from '../../../src/files/xlsx/reader.js';
import { collect, failureOf, tempFile } from '../temp-folder.js';
import { makeWorkbook, makeZip, partsOf, type WorkbookParts } from '../workbook.js';

const cell = (name: string, text: string): string =>
  `<c r="${name}" t="inlineStr"><is><t>${text}</t></is></c>`;
const HEADER = `<row r="1">${cell('A1', 'navn')}${cell('B1', 'pris')}</row>`;

async function rowsOf(bytes: Buffer | Uint8Array, sheet?: string): Promise<SourceRow[]> {
  const file = await tempFile('a.xlsx', bytes);
  const rows = await collect(
    readXlsxRows(file, await readXlsxHead(file, sheet === undefined ? {} : { sheet })),
  );
  return rows.map(({ source }) => source);
}

const rowsIn = (rows: string, more: Omit<WorkbookParts, 'sheets'> = {}): Promise<SourceRow[]> =>
  rowsOf(makeWorkbook({ sheets: { Ark1: HEADER + rows }, ...more }));

describe('readXlsxHead', () => {
  it('finds the header below blank rows, and whatever its texts are', async () => {
    const texts = '<si><t> </t></si><si><t>navn</t></si><si><r><t>pr</t></r><r><t>is</t></r></si>';
    const sheets = {
      Ark1: `<row r="2"><c r="A2" t="s"><v>0</v></c></row><row r="4"><c r="B4" t="s"><v>1</v></c><c r="C4" t="s"><v>2</v></c><c r="D4" s="1"/></row>`,
    };
    const file = await tempFile('a.xlsx', makeWorkbook({ sheets, texts }));
    expect(await readXlsxHead(file)).toEqual({
      head: { sheet: 'Ark1', sheetCount: 1, headerRow: 4, hiddenRows: 'refused' },
      headers: ['(column 1)', 'navn', 'pris'],
      warnings: [],
    });
  });

  it('takes the first sheet that is not hidden, or the one that is named', async () => {
    const sheets = {
      Skjult: HEADER,
      Kunder: HEADER,
      Varer: `<row r="1">${cell('A1', 'vare')}</row>`,
    };
    const file = await tempFile('a.xlsx', makeWorkbook({ sheets, hidden: ['Skjult'] }));
    const first = await readXlsxHead(file);
    expect(first.head).toMatchObject({ sheet: 'Kunder', sheetCount: 2, otherSheets: ['Varer'] });
    expect(describeSheet(first.head)).toContain('2 sheets, "Kunder" was read');
    expect((await readXlsxHead(file, { sheet: ' varer' })).headers).toEqual(['vare']);
    expect((await readXlsxHead(file, { sheet: 'Skjult' })).headers).toEqual(['navn', 'pris']);
    const failure = await failureOf(readXlsxHead(file, { sheet: 'Ark9' }));
    expect(failure).toMatchObject({ code: 'INPUT_INVALID', detail: '"Skjult", "Kunder", "Varer"' });
  });

  it.each([
    ['', 'empty'],
    [`<row r="1">${cell('A1', 'navn')}${cell('B1', 'Navn')}</row>`, 'same header'],
    [`<row r="1002">${cell('A1002', ' ')}</row>${HEADER.replaceAll('1"', '1003"')}`, 'are blank'],
    ['<row r="1"><c r="A1"><v>1</v></row>', 'damaged'],
    ['<row r="0"/>', 'damaged'],
    ['<row r="1"><c r="XFE1"><v>1</v></c></row>', 'damaged'],
    ['<row r="1"><c r="A1" t="s"><v>7</v></c></row>', 'damaged'],
    [`${HEADER}&bomb;`, 'damaged'],
  ])('refuses a sheet of %j', async (rows, message) => {
    const texts = '<si><t>navn</t></si>';
    const file = await tempFile('a.xlsx', makeWorkbook({ sheets: { Ark1: rows }, texts }));
    const failure = await failureOf(readXlsxHead(file));
    expect(failure.code).toBe('CSV_MALFORMED');
    expect(failure.message).toContain(message);
  });

  it('reads no more of the workbook than it needs', async () => {
    const filler = `<row>${cell('', 'x').replace(' r=""', '')}</row>`.repeat(400_000);
    const parts = partsOf({ sheets: { Ark1: HEADER + filler } });
    const file = await tempFile('a.xlsx', makeZip(parts));
    const started = performance.now();
    expect((await readXlsxHead(file)).headers).toEqual(['navn', 'pris']);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('readXlsxRows', () => {
  it('gives rows their own numbers, and leaves blank ones and blank columns out', async () => {
    const rows = await rowsIn(
      `<row r="3">${cell('A3', ' Bør ')}<c r="B3"><v>1.5</v></c><c r="Z3" s="1"/></row>` +
        `<row r="4">${cell('A4', ' ')}</row><row r="9"><c r="B9"><v>2</v></c></row>`,
    );
    expect(rows).toEqual([
      { row: 3, cells: ['Bør', '1.5'], problem: null },
      { row: 9, cells: ['', '2'], problem: null },
    ]);
  });

  it('counts rows and cells on that do not say where they stand', async () => {
    const sheet = '<row><c t="inlineStr"><is><t>navn</t></is></c></row><row><c><v>5</v></c></row>';
    expect(await rowsOf(makeWorkbook({ sheets: { Ark1: sheet } }))).toEqual([
      { row: 2, cells: ['5'], problem: null },
    ]);
  });

  it.each([
    ['<c r="B2" t="e"><v>#N/A</v></c>', 'ROW_INVALID', 'pris'],
    ['<c r="B2"><f>SUM(A1)</f></c>', 'ROW_INVALID', 'pris'],
    ['<c r="C2"><v>1</v></c>', 'CSV_MALFORMED', null],
    [cell('B2', 'x'.repeat(LIMITS.cellCharsMax + 1)), 'ROW_INVALID', 'pris'],
  ])('lets a row fail by itself for %.40s', async (faulty, code, field) => {
    const [row, next] = await rowsIn(
      `<row r="2">${cell('A2', 'A')}${faulty}</row><row r="3">${cell('A3', 'B')}</row>`,
    );
    expect(row).toMatchObject({ row: 2, problem: { code, field } });
    expect(row?.cells[1]?.length).toBeLessThanOrEqual(LIMITS.cellCharsMax);
    expect(next?.problem).toBeNull();
  });

  it('hands out batches', async () => {
    const rows = Array.from(
      { length: LIMITS.storeBatchRows + 1 },
      () => '<row><c><v>1</v></c></row>',
    );
    const file = await tempFile(
      'a.xlsx',
      makeWorkbook({ sheets: { Ark1: HEADER + rows.join('') } }),
    );
    const sizes: number[] = [];
    for await (const batch of readXlsxRows(file, await readXlsxHead(file))) {
      sizes.push(batch.length);
    }
    expect(sizes).toEqual([LIMITS.storeBatchRows, 1]);
  });

  it('reads what another library writes', async () => {
    const bytes = await writeXlsx({
      sheets: [
        {
          name: 'Ark1',
          rows: [
            ['navn', 'pris'],
            ['Bør & <Søn>', 0.1 + 0.2],
            [true, null],
          ],
        },
      ],
    });
    expect((await rowsOf(bytes)).map(({ cells }) => cells)).toEqual([
      ['Bør & <Søn>', '0.3'],
      ['true', ''],
    ]);
  });

  it('ends with the file that breaks off in the middle of a sheet', async () => {
    const parts = partsOf({ sheets: { Ark1: HEADER } });
    const sheet = `<worksheet><sheetData>${HEADER}${'<row><c><v>1</v></c></row>'.repeat(9)}`;
    const file = await tempFile('a.xlsx', makeZip({ ...parts, 'xl/worksheets/sheet1.xml': sheet }));
    const failure = await failureOf(collect(readXlsxRows(file, await readXlsxHead(file))));
    expect(failure.code).toBe('CSV_MALFORMED');
  });
});
