import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { columnOf, readSheet, type RawRow } from '../../../src/files/xlsx/sheet.js';
import { collect } from '../temp-folder.js';

const sheetOf = (rows: string): Promise<RawRow[]> =>
  collect(readSheet(Readable.from([Buffer.from(`<sheetData>${rows}</sheetData>`)])));

describe('readSheet', () => {
  it('gives cells with type, format and value', async () => {
    const [row] = await sheetOf(
      '<row r="7"><c r="B7" s="3"><v>1.5</v></c><c t="s"><v>0</v></c><c r="E7" s="1"/>' +
        '<c r="F7" t="str"><f>A1</f><v></v></c><c r="G7"><f>A1</f></c><c r="H7"><f>A1</f><v>2</v></c>' +
        '<c r="I7" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh><t>x</t></rPh></is></c></row>',
    );
    const plain = { format: 0, isUncomputed: false, isTorn: false };
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
    '<row r=""/>',
    '<row r="1e1"/>',
    '<row r="0x1"/>',
    '<row r="1"><c r=""/></row>',
    '<row r="1"><c r="A2"><v>1</v></c></row>',
    '<row r="1"><c r="A1"/><c r="A1"/></row>',
    '<row r="1"><row r="2"/></row>',
    '<row r="1"><x><c r="A1"><v>1</v></c></x></row>',
    '<row r="1">1</row>',
    '1',
    '<x><row r="1"/></x>',
    '<c r="A1"><v>1</v></c>',
  ])('refuses %s', async (rows) => {
    await expect(sheetOf(rows)).rejects.toThrow('damaged');
  });
});

describe('a sheet', () => {
  const whole = (xml: string): Promise<RawRow[]> =>
    collect(readSheet(Readable.from([Buffer.from(xml)])));
  const row = '<row r="1"><c r="A1"><v>1</v></c></row>';

  it.each([
    `<worksheet>${row}</worksheet>`,
    `<worksheet><sheetData/><sheetData>${row}</sheetData></worksheet>`,
    `<worksheet><x><sheetData>${row}</sheetData></x></worksheet>`,
    `<worksheet>${'<col/>'.repeat(LIMITS.xlsxElementsBeforeRowsMax)}<sheetData/></worksheet>`,
  ])('is refused where rows would go unread: %.60s', async (xml) => {
    await expect(whole(xml)).rejects.toThrow('damaged');
  });

  it('may have other rows in its drawings, and extensions anywhere', async () => {
    const anchor = '<controls><from><xdr:row>5</xdr:row></from></controls>';
    const extension = '<extLst><ext><row><c>1</c></row></ext></extLst>';
    const rows = `<row r="1"><c r="A1"><v>1</v>${extension}</c>${extension}</row><row r="2"/>`;
    const found = await whole(`<worksheet><sheetData>${rows}</sheetData>${anchor}</worksheet>`);
    expect(found.map(({ cells }) => cells.length)).toEqual([1, 0]);
  });

  it.each([
    ['<c r="A1" t="s"/>', { isTorn: false, value: '' }],
    ['<c r="A1" t="b"><v></v></c>', { isTorn: false, value: '' }],
    ['<c r="A1"><v> </v></c>', { isTorn: false, value: ' ' }],
    ['<c r="A1"><f>1</f><v></v></c>', { isUncomputed: true }],
    ['<c r="A1"><v>1</v><v>2</v></c>', { isTorn: true }],
    ['<c r="A1">1</c>', { isTorn: true }],
    ['<c r="A1"><x>1</x></c>', { isTorn: true }],
    ['<c r="A1"><is><t>1</t></is></c>', { isTorn: true }],
    ['<c r="A1" t="inlineStr"><t>a</t></c>', { isTorn: true }],
    ['<c r="A1" s="x"><v>1</v></c>', { format: NaN }],
  ])('keeps %s, which is not blank', async (cell, found) => {
    const [read] = await sheetOf(`<row r="1">${cell}</row>`);
    expect(read?.cells[0]).toMatchObject(found);
  });

  it.each([
    '<c r="A1" s="1"/>',
    '<c r="A1" t="n"/>',
    '<c r="A1" t="str"><f>1</f><v></v></c>',
    '<c r="A1" t="inlineStr"/>',
    '<c r="A1" t="inlineStr"><is><t></t></is></c>',
  ])('takes %s for blank', async (cell) => {
    expect((await sheetOf(`<row r="1">${cell}</row>`))[0]?.cells).toEqual([]);
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
