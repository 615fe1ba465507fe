import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { LIMITS } from '../../../src/core/limits.js';
import {
  cleanCell,
  emptyFile,
  headersOf,
  isBlankRow,
  isCutRow,
  tidyText,
  usedCells,
} from '../../../src/files/cells/header-row.js';

describe('cleanCell', () => {
  it('trims first, then takes the guard away', () => {
    expect(cleanCell(" '=1 ")).toBe('=1');
    expect(cleanCell("'\tx")).toBe('\tx');
    expect(cleanCell('\ufeff\u00a0x\u2003')).toBe('x');
  });
});

describe('tidyText', () => {
  it('composes what a Mac takes apart', () => {
    expect(tidyText('A\u030aben')).toBe('\u00c5ben');
    expect(tidyText('\u212bben')).toBe('\u00c5ben');
  });

  it('takes signs without width for blanks, at the ends only', () => {
    expect(tidyText('\u200b \u2060x\u200by\ufeff\u200b')).toBe('x\u200by');
    expect(tidyText('\u200b\ufeff')).toBe('');
    expect(cleanCell("\u200b'=1")).toBe('=1');
  });
});

describe('isBlankRow', () => {
  it('is true for delimiters and blanks alone', () => {
    expect([[''], ['', ' ', '\u00a0'], ['\u200b'], []].every(isBlankRow)).toBe(true);
    expect(isBlankRow(['', "'"])).toBe(false);
  });
});

describe('isCutRow', () => {
  it.each([
    [2, 3, true],
    [2, 4, true],
    [3, 6, true],
    [2, 5, false],
    [1, 2, false],
    [1, 3, false],
    [3, 3, false],
    [4, 3, false],
  ])('for %i cells of %i is %s', (cellCount, columnCount, isCut) => {
    expect(isCutRow(cellCount, columnCount)).toBe(isCut);
  });
});

describe('headersOf', () => {
  it('names blank columns by their place and drops those at the end', () => {
    expect(headersOf([' navn ', '', "'=x", ' ', ''])).toEqual(['navn', '(column 2)', '=x']);
    expect(usedCells(['', 'a', ' ', '\u200b'])).toBe(2);
  });

  it.each([
    [['Navn', 'navn'], 'same header'],
    [['navn', 'x'.repeat(LIMITS.headerCharsMax + 1)], 'column 2 is longer than'],
    [Array.from({ length: LIMITS.columnsMax + 1 }, (_, index) => `c${index}`), 'the limit is'],
  ])('refuses what names no columns (%#)', (row, message) => {
    expect(() => headersOf(row)).toThrow(AppError);
    expect(() => headersOf(row)).toThrow(message);
  });
});

describe('emptyFile', () => {
  it('says what the first row is for', () => {
    expect(emptyFile()).toMatchObject({ code: 'CSV_MALFORMED' });
    expect(emptyFile().hint).toContain('headers');
  });
});
