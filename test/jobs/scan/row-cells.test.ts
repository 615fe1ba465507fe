// The rows of an item under our column names, and what the file had wrong with any of them.
import { describe, expect, it } from 'vitest';
import {
  cellsOf,
  fileRowsOf,
  linesOf,
  findingsOf,
  rewriter,
  writtenCell,
} from '../../../src/jobs/scan/row-cells.js';
import { amountCell, dateCell } from '../../../src/resources/definition/cells.js';
import type { ItemLine, ItemRecord } from '../../../src/model/item.js';
import { itemOf } from '../support/images.js';

describe('cellsOf', () => {
  const reading = {
    path: '',
    fileName: '',
    columnMapping: {},
    headers: ['Navn', 'Pris', 'Andet', 'Enhed'],
    columns: ['name', 'unitPrice', null, 'unit'],
    numberStyles: { Pris: 'comma' } as const,
  };

  it.each([
    [['A', '1.250,50', 'x', 'stk'], { name: 'A', unitPrice: '1250.5', unit: 'stk' }],
    [['A', 'gratis', 'x', ''], { name: 'A', unitPrice: '?gratis', unit: '' }],
    [['A', null, 'x', null], { name: 'A', unitPrice: null, unit: null }],
    [['A', ''], { name: 'A', unitPrice: '', unit: '' }],
  ])('%j is read as %j', (cells, expected) => {
    expect(cellsOf({ cells }, reading)).toEqual(expected);
  });

  it('is empty before the scan has said what the columns are', () => {
    const unscanned = { path: '', fileName: '', columnMapping: {} };
    expect(cellsOf({ cells: ['A'] }, unscanned)).toEqual({});
  });
});

const SCANNED = {
  path: '',
  fileName: '',
  columnMapping: {},
  headers: ['pris', 'dato', 'constructor'],
  columns: ['unitPrice', 'entryDate', 'name'],
  numberStyles: { pris: 'comma' },
  dateOrders: { dato: 'dmy' },
} as const;

function read(format: 'csv' | 'xlsx', cells: (string | null)[]): ReturnType<typeof cellsOf> {
  const { headers, columns, ...rest } = SCANNED;
  return cellsOf({ cells }, { ...rest, format, headers: [...headers], columns: [...columns] });
}

describe('cellsOf, by what the scan found out', () => {
  it('reads amounts and dates, and headers of any name', () => {
    expect(read('csv', ['1.250,50', '05-03-2025', 'A'])).toEqual({
      unitPrice: '1250.5',
      entryDate: '2025-03-05',
      name: 'A',
    });
  });

  it('hands on what is none so that no check of a row takes it for one', () => {
    expect(read('csv', ['10.5', 'snart', '10.5'])).toEqual({
      unitPrice: '?10.5',
      entryDate: '?snart',
      name: '10.5',
    });
    for (const text of ['12.50', '.5', '5.', '+5.5', '-0.5', '12,50 zł', '١٢']) {
      const { unitPrice } = read('csv', [text, '', '']);
      expect(amountCell.safeParse(unitPrice).success).toBe(false);
    }
    for (const text of ['2025-02-30', '0000-01-01', '2025-3', '05-03-25', '20250305']) {
      const { entryDate } = read('csv', ['', text, '']);
      expect(dateCell.safeParse(entryDate).success).toBe(false);
    }
    expect(read('csv', ['', null, ''])).toEqual({ unitPrice: '', entryDate: null, name: '' });
  });

  it('takes a typed number of a workbook beside texts with a decimal comma', () => {
    expect(read('xlsx', ['1.1250', '2025-03-05', 'A'])).toMatchObject({ unitPrice: '1.125' });
    expect(read('csv', ['1.1250', '2025-03-05', 'A'])).toMatchObject({ unitPrice: '?1.1250' });
  });
});

describe('rewriter', () => {
  const { headers, columns, ...rest } = SCANNED;
  const reading = { ...rest, headers: [...headers], columns: [...columns] };

  it.each([
    ['csv', 'pris', { '1.250,50': '1.250,50' }],
    ['xlsx', 'pris', { '1.1250': '1,1250', '1.250,50': '1.250,50', gratis: 'gratis' }],
    ['csv', 'dato', { '05-03-2025': '05-03-2025' }],
    ['xlsx', 'dato', { snart: 'snart' }],
    ['csv', 'constructor', { '1.1250': '1.1250' }],
  ] as const)('of a %s writes %s back as %j', (format, header, texts) => {
    const rewrite = rewriter(header, { ...reading, format });
    for (const [text, expected] of Object.entries(texts)) expect(rewrite(text)).toBe(expected);
  });

  it('leaves everything as it came while nothing is known of the columns', () => {
    expect(rewriter('pris', null)('1.1250')).toBe('1.1250');
  });
});

describe('an item of several rows', () => {
  const line = (row: number, more: Partial<ItemLine> = {}): ItemLine => {
    return { row, cells: [`L${String(row)}`], problem: null, ...more };
  };
  const problem = { code: 'CSV_MALFORMED', message: 'it has too many cells', field: null };

  it('has the row that names it first, then the others in order', () => {
    const reading = { path: '', fileName: '', columnMapping: {} };
    const item = itemOf([], { row: 2, cells: ['L2'], lines: [line(5), line(7)] });
    expect(linesOf(item)).toEqual([line(2), line(5), line(7)]);
    const sourceSettings = { ...reading, headers: ['Ref'], columns: ['invoiceRef'] };
    const fileRows = fileRowsOf(item, sourceSettings);
    expect(fileRows).toEqual(
      [2, 5, 7].map((row) => {
        const text = `L${String(row)}`;
        return { row, cells: { invoiceRef: text }, texts: [text], sourceSettings };
      }),
    );
    expect(writtenCell(fileRows[1], 'invoiceRef')).toEqual({ header: 'Ref', value: 'L5' });
    expect(writtenCell(fileRows[1], 'customer')).toEqual({ header: 'customer', value: '' });
  });

  it('has its cells as they were written, whatever they are read as', () => {
    const { headers, columns, ...rest } = SCANNED;
    const settings = { ...rest, headers: [...headers], columns: [...columns] };
    const [row] = fileRowsOf(itemOf([], { row: 2, cells: ['1.250,50', '05-03', null] }), settings);
    expect(writtenCell(row, 'unitPrice')).toEqual({ header: 'pris', value: '1.250,50' });
    expect(writtenCell(row, 'entryDate')).toEqual({ header: 'dato', value: '05-03' });
    expect(writtenCell(row, 'name')).toEqual({ header: 'constructor', value: '' });
  });

  it('has the problem of any of its rows, with its place unless it is the first row', () => {
    const lines = [line(5), line(7, { problem })];
    const problemOf = (item: ItemRecord): unknown => findingsOf(item).problem;
    expect(problemOf(itemOf([], { lines: [line(5)] }))).toBeNull();
    expect(problemOf(itemOf([], { lines }))).toEqual({
      ...problem,
      message: 'it has too many cells (row 7)',
    });
    const own = { ...problem, message: 'its own' };
    expect(problemOf(itemOf([], { problem: own, lines }))).toEqual(own);
  });

  it('is no fault where reading only warns of a row', () => {
    const suspect = {
      code: 'VALUE_SUSPECT',
      message: 'navn "SÃ¸ren" looks damaged',
      field: 'navn',
    };
    const faulty = { code: 'ROW_INVALID', message: 'it has too many cells', field: null };
    const lines: ItemLine[] = [
      { row: 5, cells: [], problem: suspect },
      { row: 6, cells: [], problem: faulty },
    ];
    expect(findingsOf(itemOf([], { lines }))).toEqual({
      problem: { ...faulty, message: 'it has too many cells (row 6)' },
      warnings: [{ ...suspect, message: 'navn "SÃ¸ren" looks damaged (row 5)' }],
    });
  });
});
