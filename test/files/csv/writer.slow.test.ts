import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsvHead } from '../../../src/files/csv/head.js';
import { readCsvRows } from '../../../src/files/csv/reader.js';
import { DIALECTS, formatDecimal } from '../../../src/files/cells/dialects.js';
import { csvStart, formatCsvRow } from '../../../src/files/csv/writer.js';
import { tidyText } from '../../../src/files/cells/header-row.js';
import { PROPERTY } from '../../support/property-runs.js';
import { collect, piecesOf } from '../temp-folder.js';
import { holdsRows } from '../swallowed-rows.js';

const { standard, da } = DIALECTS;

describe('formatCsvRow', () => {
  it('quotes only where the dialect needs it', () => {
    expect(formatCsvRow(['a', 'b,c', 'd;e', 'f"g', 'h\ni'], standard)).toBe(
      'a,"b,c",d;e,"f""g","h\ni"\n',
    );
    expect(formatCsvRow(['a', 'b,c', 'd;e'], da)).toBe('a;b,c;"d;e"\r\n');
  });

  it('writes null and blank alike', () => {
    expect(formatCsvRow([null, '', 'x'], standard)).toBe(',,x\n');
  });

  it('writes a guarded cell with quotes where it holds a carriage return', () => {
    expect(formatCsvRow(['\rx'], standard)).toBe('"\'\rx"\n');
  });

  it('guards a number in the first of several cells, which another separator would join', () => {
    expect(formatCsvRow(['-1', '-2', "5*cmd|' /C calc'!A0"], standard)).toBe(
      "'-1,-2,5*cmd|' /C calc'!A0\n",
    );
    expect(formatCsvRow(['-1'], standard)).toBe('-1\n');
  });
});

describe('csvStart', () => {
  it('is a byte order mark for Danish spreadsheets only', () => {
    expect([csvStart(standard), csvStart(da)]).toEqual(['', '\ufeff']);
  });
});

describe('formatDecimal', () => {
  it.each([
    ['1250.5', '1250.5', '1250,50'],
    ['1250', '1250', '1250,00'],
    ['-0.25', '-0.25', '-0,25'],
    ['1.125', '1.1250', '1,1250'],
  ])('writes %s', (decimal, inStandard, inDanish) => {
    expect(formatDecimal(decimal, standard)).toBe(inStandard);
    expect(formatDecimal(decimal, da)).toBe(inDanish);
  });
});

const letter = fc.oneof(
  fc.constantFrom('"', "'", '=', '+', '-', '@', ',', ';', '\t', '\r', '\n', '|', ' ', '7', 'æ'),
  fc.constantFrom('\u0001', '\u0085', '\u00a0', '\u2028', '😀', 'é', '\ufeff'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
);
const isKept = (text: string): boolean => tidyText(text) === text && !text.includes('\0');
const cell = fc
  .string({ unit: letter, maxLength: 12 })
  .map((text) => text.normalize('NFC'))
  .filter(isKept);
const table = fc.integer({ min: 1, max: 5 }).chain((width) =>
  fc.array(
    fc.array(cell, { minLength: width, maxLength: width }).filter((row) => row.some(Boolean)),
    { maxLength: 6 },
  ),
);

describe('what is written', () => {
  it.each(Object.entries(DIALECTS))('reads back equal (%s)', async (_name, dialect) => {
    const pieces = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(table, pieces, async (rows, size) => {
        fc.pre(!rows.some((row) => holdsRows(row, dialect.delimiter)));
        const headers = (rows[0] ?? ['']).map((_cell, column) => `h${column}`);
        const text = [headers, ...rows].map((row) => formatCsvRow(row, dialect)).join('');
        const head = readCsvHead({ text, isWhole: true }, { delimiter: dialect.delimiter });
        const found = await collect(readCsvRows(piecesOf(text, size), head));
        expect(head.headers).toEqual(headers);
        expect(found.map(({ cells }) => cells)).toEqual(rows);
        expect(found.every(({ problem }) => problem === null)).toBe(true);
        expect(found.map(({ row }) => row)).toEqual(rows.map((_row, index) => index + 2));
      }),
      { numRuns: 10_000 },
    );
  });

  it.each(Object.entries(DIALECTS))(
    'reads back but for blanks around it (%s)',
    async (_name, dialect) => {
      const any = fc
        .string({ unit: letter, maxLength: 12 })
        .map((text) => text.normalize('NFC').replaceAll('\0', ''));
      const id = 'GblDWRCsQ2S0pX1yZ9aBcD';
      const rows = fc.array(fc.tuple(fc.constant(id), any, any), { minLength: 1, maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(rows, async (table) => {
          const text = [['h', 'i', 'j'], ...table]
            .map((row) => formatCsvRow(row, dialect))
            .join('');
          const wanted = { delimiter: dialect.delimiter, isOwnExport: () => true };
          const head = readCsvHead({ text, isWhole: true }, wanted);
          const found = await collect(readCsvRows(piecesOf(text), head));
          const trimmed = (row: readonly (string | null)[]): string[] =>
            row.map((each) => tidyText(each ?? ''));
          expect(found.map(({ cells }) => trimmed(cells))).toEqual(table.map(trimmed));
        }),
        PROPERTY,
      );
    },
  );

  it('keeps a leading tab or carriage return', async () => {
    const text = `h\n${formatCsvRow(['\tx'], standard)}${formatCsvRow(['\r-1'], standard)}`;
    const head = readCsvHead({ text, isWhole: true });
    const found = await collect(readCsvRows(piecesOf(text), head));
    expect(found.map(({ cells }) => cells[0])).toEqual(['\tx', '\r-1']);
  });
});
