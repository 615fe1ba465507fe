// What planning makes of the cells of a scanned row, by what the scan found out about their columns.
import { describe, expect, it } from 'vitest';
import { cellsOf } from '../../src/jobs/plan.js';

const READING = {
  path: '',
  fileName: '',
  columnMapping: {},
  headers: ['pris', 'dato', 'constructor'],
  columns: ['unitPrice', 'entryDate', 'name'],
  numberStyles: { pris: 'comma' },
  dateOrders: { dato: 'dmy' },
} as const;

function read(format: 'csv' | 'xlsx', cells: (string | null)[]): ReturnType<typeof cellsOf> {
  const { headers, columns, ...rest } = READING;
  return cellsOf({ cells }, { ...rest, format, headers: [...headers], columns: [...columns] });
}

describe('cellsOf', () => {
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
