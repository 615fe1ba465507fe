// The rows of an item under our column names, and what the file had wrong with any of them.
import { describe, expect, it } from 'vitest';
import { cellsOf } from '../../src/jobs/cells.js';

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
    [['A', 'gratis', 'x', ''], { name: 'A', unitPrice: 'gratis', unit: '' }],
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

  it('leaves what is none as it is', () => {
    expect(read('csv', ['10.5', 'snart', 'A'])).toMatchObject({
      unitPrice: '10.5',
      entryDate: 'snart',
    });
    expect(read('csv', ['', null, ''])).toEqual({ unitPrice: '', entryDate: null, name: '' });
  });

  it('takes a typed number of a workbook beside texts with a decimal comma', () => {
    expect(read('xlsx', ['1.1250', '2025-03-05', 'A'])).toMatchObject({ unitPrice: '1.125' });
    expect(read('csv', ['1.1250', '2025-03-05', 'A'])).toMatchObject({ unitPrice: '1.1250' });
  });
});
