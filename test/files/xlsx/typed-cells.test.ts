import { describe, expect, it } from 'vitest';
import type { ColumnKind } from '../../../src/files/cells/source-row.js';
import { currencyMarkOf } from '../../../src/files/xlsx/currency-format.js';
import { typedRow } from '../../../src/files/xlsx/typed-cells.js';

function written(text: string, kind: ColumnKind, mark?: string): string | null | undefined {
  const source = { row: 2, cells: [text], problem: null };
  const marks = mark === undefined ? {} : { marks: new Map([[0, mark]]) };
  return typedRow({ source, isNumber: [true], ...marks }, { kinds: [kind], headers: ['x'] })
    .cells[0];
}

describe('typedRow', () => {
  it('writes an amount with the currency of its format, unambiguously', () => {
    expect(written('12.5', 'amount', '€')).toBe('€ 12.5');
    expect(written('1.125', 'amount')).toBe('1.1250');
    expect(written('12.5', 'code', '€')).toBe('12.5');
  });

  it('writes a share as a percentage in a column of names and codes', () => {
    expect(written('0.25', 'code', '%')).toBe('25%');
    expect(written('0.07', 'code', '%')).toBe('7%');
    expect(written('0.25', 'amount', '%')).toBe('0.25');
    expect(written('0.25', null, '%')).toBe('0.25');
  });

  it.each([
    ['date', 'code', 'a date'],
    ['boolean', 'code', 'TRUE or FALSE'],
    ['date', 'date', null],
    ['boolean', null, null],
  ] as const)('judges a cell of type %s in a column of kind %s', (type, kind, message) => {
    const source = { row: 2, cells: ['2026-01-02'], problem: null };
    const row = { source, isNumber: [false], turned: new Map([[0, type]]) };
    const { problem } = typedRow(row, { kinds: [kind], headers: ['varenr'] });
    if (message === null) expect(problem).toBeNull();
    else expect(problem?.message).toContain(`turned into ${message} by a spreadsheet`);
  });
});

describe('currencyMarkOf', () => {
  it.each([
    ['[$€-407]\\ #,##0.00', '€'],
    ['#,##0.00\\ "kr."', 'kr.'],
    ['[$kr-406] #,##0.00', 'kr.'],
    ['[$kr-41D] #,##0.00', 'SEK'],
    ['#,##0.00 [$kr-414]', 'NOK'],
    ['[$$-409]#,##0.00', '$'],
    ['[$£-809]#,##0.00', '£'],
    ['[$USD] #,##0.00', 'USD'],
    ['#,##0.00 €', '€'],
    ['_-* #,##0.00 "kr."_-;-* #,##0.00 "kr."_-', 'kr.'],
    ['0 "stk"', null],
    ['[$-406]d. mmmm yyyy', null],
    ['[Red]0.00', null],
    ['0.00', null],
  ])('reads %s as %s', (code, mark) => {
    expect(currencyMarkOf(code)).toBe(mark);
  });
});
