import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { columnOf, readSheet, type RawRow } from '../../src/intake/xlsx-sheet.js';
import { collect } from './temp-folder.js';

const sheetOf = (rows: string): Promise<RawRow[]> =>
  collect(readSheet(Readable.from([Buffer.from(`<sheetData>${rows}</sheetData>`)])));

describe('readSheet', () => {
  it('gives cells with type, format and value', async () => {
    const [row] = await sheetOf(
      '<row r="7"><c r="B7" s="3"><v>1.5</v></c><c t="s"><v>0</v></c><c r="E7" s="1"/>' +
        '<c r="F7" t="str"><f>A1</f><v></v></c><c r="G7"><f>A1</f></c><c r="H7"><f>A1</f><v>2</v></c>' +
        '<c r="I7" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh><t>x</t></rPh></is></c></row>',
    );
    const plain = { format: 0, isUncomputed: false };
    expect(row).toEqual({
      row: 7,
      cells: [
        { ...plain, column: 1, type: 'n', format: 3, value: '1.5' },
        { ...plain, column: 2, type: 's', value: '0' },
        { ...plain, column: 6, type: 'n', value: '', isUncomputed: true },
        { ...plain, column: 7, type: 'n', value: '2' },
        { ...plain, column: 8, type: 'inlineStr', value: 'ab' },
      ],
    });
  });

  it.each([
    '<row r="2"/><row r="2"/>',
    '<row r="x"/>',
    '<row r="1048577"/>',
    '<row r="1"><c r="B1"/><c r="A1"/></row>',
    '<row r="1"><c r="1"/></row>',
    '<row r="1"><c r="XFE1"/></row>',
  ])('refuses %s', async (rows) => {
    await expect(sheetOf(rows)).rejects.toThrow('damaged');
  });
});

describe('columnOf', () => {
  it.each([
    ['A', 0],
    ['z', 25],
    ['AA', 26],
    ['XFD', 16_383],
  ])('%s is %i', (letters, column) => {
    expect(columnOf(letters)).toBe(column);
  });
});
