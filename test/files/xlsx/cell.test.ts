import { describe, expect, it } from 'vitest';
import {
  dayOfSerial,
  plainNumber,
  sharedTextOf,
  textOfCell,
} from '../../../src/files/xlsx/cell.js';
import type { RawCell } from '../../../src/files/xlsx/sheet.js';

const FORMATS = [
  { isDate: false, digitsMin: 1 },
  { isDate: true, digitsMin: 1 },
  { isDate: false, digitsMin: 4 },
];

function read(cell: Partial<RawCell>, is1904 = false): ReturnType<typeof textOfCell> {
  const plain = { column: 0, type: 'n', format: 0, value: '', isUncomputed: false, isTorn: false };
  const sharedText = (index: number): string | null => (index < 9 ? ` t${index}_x0041_ ` : null);
  return textOfCell({ ...plain, ...cell }, { formats: FORMATS, is1904, sharedText });
}

describe('textOfCell', () => {
  it.each([
    [{ type: 's', value: '3' }, 't3A'],
    [{ type: 'str', value: ' a_x0041_ ' }, 'aA'],
    [{ type: 'inlineStr', value: "'=1" }, '=1'],
    [{ type: 'b', value: '1' }, 'true'],
    [{ type: 'b', value: '0' }, 'false'],
    [{ type: 'd', value: '2025-03-05T00:00:00' }, '2025-03-05'],
    [{ type: 'd', value: '2025-03-05' }, '2025-03-05'],
    [{ format: 1, value: '45721' }, '2025-03-05'],
    [{ format: 1, value: '45721.75' }, '2025-03-05'],
  ])('reads %j as text', (cell, text) => {
    expect(read(cell)).toMatchObject({ text, isNumber: false, fault: null });
  });

  it('tells a date and a truth value, which a spreadsheet may have made of a number', () => {
    expect(read({ format: 1, value: '45721' }).turnedInto).toBe('date');
    expect(read({ type: 'd', value: '2025-03-05' }).turnedInto).toBe('date');
    expect(read({ type: 'b', value: '1' }).turnedInto).toBe('boolean');
    expect(read({ value: '45721' }).turnedInto).toBeUndefined();
  });

  it.each([
    [{ value: '800', format: 2 }, '0800'],
    [{ value: '12345', format: 2 }, '12345'],
    [{ value: '12.5', format: 2 }, '12.5'],
    [{ value: '-8', format: 2 }, '-8'],
    [{ value: '1.125' }, '1.125'],
    [{ value: '-5', format: 1 }, '-5'],
    [{ value: ' 5 ' }, '5'],
    [{ value: '12345678901234500000' }, '12345678901234500000'],
  ])('reads %j as a number', (cell, text) => {
    expect(read(cell)).toEqual({ text, isNumber: true, fault: null });
  });

  it('says what is wrong with a cell that holds no value', () => {
    expect(read({ type: 'e', value: '#N/A' }).fault).toContain('error');
    expect(read({ isUncomputed: true }).fault).toContain('formula');
  });

  it.each([
    ...['', 'odd', '1x', '--1', '1e999', 'NaN', 'Infinity', '0x10', '1,5', '1'.repeat(401)].map(
      (value) => ({ value }),
    ),
    { value: '1234567890123456' },
    ...['', '-1', '1.5', '1e0', '0x1', '9', '4294967296', '99999999999'].map((value) => ({
      type: 's',
      value,
    })),
    ...['', '2', 'yes'].map((value) => ({ type: 'b', value })),
    { type: 'd', value: ' ' },
    { type: 'x', value: '1' },
    { value: '1', format: 3 },
    { type: 'str', value: 'a', format: NaN },
    { type: 'str', value: 'a', isTorn: true },
  ])('says that %j is damaged, and reads no blank', (cell) => {
    const { text, fault } = read(cell);
    expect([text, typeof fault]).toEqual(['', 'string']);
  });

  it('knows the plain format of a workbook that has no others', () => {
    const raw = { column: 0, type: 'n', format: 0, value: '5', isUncomputed: false, isTorn: false };
    const context = { formats: [], is1904: false, sharedText: () => null };
    expect(textOfCell(raw, context).text).toBe('5');
    expect(textOfCell({ ...raw, format: 1 }, context).fault).toContain('format');
  });

  it('looks at a long text that is no number once, not once for each digit', () => {
    const started = performance.now();
    for (let time = 0; time < 20; time += 1) read({ value: `${'1'.repeat(32_000)}x` });
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('counts from 1904 where the workbook does', () => {
    expect(read({ format: 1, value: '44259' }, true).text).toBe('2025-03-05');
  });
});

describe('sharedTextOf', () => {
  it('is the number of a text that is there to be loaded', () => {
    const raw = { column: 0, type: 's', format: 0, value: '7', isUncomputed: false, isTorn: false };
    expect(sharedTextOf(raw)).toBe(7);
    expect(sharedTextOf({ ...raw, value: 'NaN' })).toBeNull();
    expect(sharedTextOf({ ...raw, type: 'n' })).toBeNull();
  });
});

describe('dayOfSerial', () => {
  it.each([
    [1, false, '1900-01-01'],
    [59, false, '1900-02-28'],
    [60, false, null],
    [61, false, '1900-03-01'],
    [2_958_465, false, '9999-12-31'],
    [2_958_466, false, null],
    [0, false, null],
    [0, true, '1904-01-01'],
  ])('%d is %s', (serial, is1904, day) => {
    expect(dayOfSerial(serial, is1904)).toBe(day);
  });
});

describe('plainNumber', () => {
  it.each([
    ['0.30000000000000004', '0.3'],
    ['5790000123456', '5790000123456'],
    ['5.790000123456E+12', '5790000123456'],
    ['123456789012345', '123456789012345'],
    ['1E-7', '0.0000001'],
    ['1E+21', '1000000000000000000000'],
    ['-0.0', '0'],
    ['1249.9999999999998', '1250'],
    ['007', '7'],
  ])('writes %s as %s', (text, plain) => {
    expect(plainNumber(text)).toBe(plain);
  });

  it('never writes an exponent', () => {
    expect(plainNumber('1.5e308')).toMatch(/^15\d{307}$/);
    expect(plainNumber('5e-300')).toMatch(/^0\.0{299}5$/);
  });
});
