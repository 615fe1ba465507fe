import { describe, expect, it } from 'vitest';
import { firstTexts, listSheets } from '../../../src/files/xlsx/list-sheets.js';
import { tempFile } from '../temp-folder.js';
import { makeWorkbook } from '../workbook.js';

const number = (name: string, value: number): string => `<c r="${name}"><v>${value}</v></c>`;

describe('listSheets', () => {
  it('counts rows with a cell, hidden ones too, of every sheet', async () => {
    const sheets = {
      Tom: '',
      Tal: `<row r="1">${number('A1', 1)}</row><row r="2"/><row r="3" hidden="1">${number('A3', 3)}</row>`,
    };
    const path = await tempFile('a.xlsx', makeWorkbook({ sheets, hidden: ['Tal'] }));
    expect(await listSheets(path)).toEqual([
      { name: 'Tom', rows: 0, hiddenRows: 0, isHidden: false },
      { name: 'Tal', rows: 2, hiddenRows: 1, isHidden: true },
    ]);
  });
});

describe('firstTexts', () => {
  it('gives the first filled rows as they stand, without judging them', async () => {
    const rows = [1, 2, 3, 4].map(
      (row) => `<row r="${row * 2}">${number(`B${row * 2}`, row)}</row>`,
    );
    const path = await tempFile('a.xlsx', makeWorkbook({ sheets: { Ark: rows.join('') } }));
    expect(await firstTexts(path, { sheet: undefined, rowsMax: 2 })).toEqual([
      ['', '1'],
      ['', '2'],
    ]);
  });
});
