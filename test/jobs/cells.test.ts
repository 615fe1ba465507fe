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
