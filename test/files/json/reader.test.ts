import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { LIMITS } from '../../../src/core/limits.js';
import { cellOf, keysOf, membersOf, readJsonRows } from '../../../src/files/json/reader.js';
import { JsonNumber, NESTED } from '../../../src/files/json/records.js';
import type { ColumnKind, SourceRow } from '../../../src/files/cells/source-row.js';
import { collect, piecesOf } from '../temp-folder.js';
import { addColumns } from '../../../src/files/cells/header-row.js';

const kindOf = (header: string): ColumnKind => (header === 'unitPrice' ? 'amount' : null);

const rowsOf = (value: unknown, headers: readonly string[]): Promise<SourceRow[]> =>
  collect(readJsonRows(piecesOf(JSON.stringify(value)), { headers, kindOf }));

describe('readJsonRows', () => {
  it('aligns members to the headers: absent is blank, null clears', async () => {
    const rows = await rowsOf([{ email: null, name: ' A ' }, { name: 'B' }], ['name', 'email']);
    expect(rows).toEqual([
      { row: 2, cells: ['A', null], problem: null },
      { row: 3, cells: ['B', ''], problem: null },
    ]);
  });

  it.each([
    [[{ name: ['x'] }], 'name', 'The value is a list or an object.'],
    [[{ name: { x: 1 } }], 'name', 'The value is a list or an object.'],
    [[{ other: 'x' }], 'other', 'No column has this key.'],
    [['x'], null, 'The record is not an object.'],
    [[{ name: 'x'.repeat(LIMITS.cellCharsMax + 1) }], 'name', 'The cell is longer than'],
  ])('lets a row fail by itself (%#)', async (value, field, message) => {
    const [row] = await rowsOf(value, ['name']);
    expect(row?.problem).toMatchObject({ code: 'ROW_INVALID', field });
    expect(row?.problem?.message).toContain(message);
    expect(row?.cells[0]?.length).toBeLessThanOrEqual(LIMITS.cellCharsMax);
  });

  it('writes the numbers of an amount so that no style of texts changes them', async () => {
    const headers = ['unitPrice', 'productNo'];
    const rows = await rowsOf(
      [{ unitPrice: 1.125, productNo: 1.125 }, { unitPrice: '1.125' }],
      headers,
    );
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['1.1250', '1.125'],
      ['1.125', ''],
    ]);
  });

  it('hands out batches', async () => {
    const records = Array.from({ length: LIMITS.storeBatchRows + 1 }, () => ({ name: 'A' }));
    const sizes: number[] = [];
    const text = piecesOf(JSON.stringify(records));
    for await (const batch of readJsonRows(text, { headers: ['name'], kindOf })) {
      sizes.push(batch.length);
    }
    expect(sizes).toEqual([LIMITS.storeBatchRows, 1]);
  });
});

describe('a record', () => {
  it.each([
    ['[{"name":"A","name":"B"}]', 'name', 'more than once'],
    ['[{"A\u030aben":"1","\u00c5ben":"2"}]', '\u00c5ben', 'No column has this key'],
    ['[{"name":"A","__proto__":{"name":"B"}}]', '__proto__', 'a list or an object'],
    ['[{"name":"A","__proto__":1}]', '__proto__', 'No column has this key'],
    ['[{"name":"\\ud800"}]', 'name', 'half of a character'],
    ['[{"name":"a\\u0000b"}]', 'name', 'a NUL'],
  ])('of %s fails, and loses nothing unseen', async (text, field, message) => {
    const [row] = await collect(readJsonRows(piecesOf(text), { headers: ['name'], kindOf }));
    expect(row?.problem).toMatchObject({ code: 'ROW_INVALID', field });
    expect(row?.problem?.message).toContain(message);
  });
});

describe('cellOf', () => {
  it.each([
    ['12.50', '12.50'],
    ['-0.5', '-0.5'],
    ['1e3', '1000'],
    ['1.25E+1', '12.5'],
    ['5.79e12', '5790000000000'],
    ['15e-1', '1.5'],
    ['-15e-4', '-0.0015'],
    ['0e5', '0'],
    ['1e40', `1${'0'.repeat(40)}`],
    ['1e41', '1e41'],
  ])('writes the number %s without exponent where that is exact', (written, text) => {
    expect(cellOf(new JsonNumber(written))).toEqual({ text, isNumber: true });
  });

  it('takes scalars only', () => {
    expect(cellOf(true)).toEqual({ text: 'true', isNumber: false });
    expect(cellOf(' x ')).toEqual({ text: 'x', isNumber: false });
    expect(cellOf('A\u030a\u200b')).toEqual({ text: '\u00c5', isNumber: false });
    expect(cellOf(null)).toEqual({ text: null, isNumber: false });
    expect(cellOf(NESTED)).toBeUndefined();
  });
});

describe('keysOf, membersOf and addColumns', () => {
  it('know objects only', () => {
    const members: [string, string][] = [
      ['a', '1'],
      ['b', '2'],
    ];
    expect(keysOf({ row: 2, members })).toEqual(['a', 'b']);
    expect(membersOf({ row: 2, members })).toEqual(members);
    expect(keysOf({ row: 2, members: null })).toEqual([]);
    expect(membersOf({ row: 2, members: null })).toEqual([]);
  });

  it('compose the keys', () => {
    const record = { row: 2, members: [['A\u030aben', '1'] as const] };
    expect(keysOf(record)).toEqual(['\u00c5ben']);
    expect(membersOf(record)).toEqual([['\u00c5ben', '1']]);
  });

  it('refuse more keys than a table may have', () => {
    const columns = new Set<string>();
    const keys = Array.from({ length: LIMITS.columnsMax }, (_none, index) => `k${index}`);
    addColumns(columns, keys);
    addColumns(columns, keys);
    expect(() => {
      addColumns(columns, ['one more']);
    }).toThrow(AppError);
    expect(() => {
      addColumns(new Set(), ['x'.repeat(LIMITS.headerCharsMax + 1)]);
    }).toThrow('longer than 1000');
  });
});
