import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import {
  cutCell,
  DELIMITERS,
  textProblem,
  tooLongCell,
} from '../../../src/files/cells/source-row.js';

describe('cutCell', () => {
  it('leaves a cell within the limit alone', () => {
    const cell = 'x'.repeat(LIMITS.cellCharsMax);
    expect(cutCell(cell)).toBe(cell);
  });

  it('never leaves half a character', () => {
    const cell = `${'x'.repeat(LIMITS.cellCharsMax - 1)}😀`;
    expect(cutCell(cell)).toBe('x'.repeat(LIMITS.cellCharsMax - 1));
    expect(cutCell(`${cell}y`)).toHaveLength(LIMITS.cellCharsMax - 1);
  });
});

describe('tooLongCell', () => {
  it('names the column, cut to length', () => {
    const { code, field } = tooLongCell(`no\nte${'x'.repeat(500)}`);
    expect(code).toBe('ROW_INVALID');
    expect(field).toHaveLength(LIMITS.fieldCharsMax);
    expect(field).toMatch(/^no⏎te/);
  });
});

describe('textProblem', () => {
  it.each(['a\0', '\ud800', 'x\udc00y', 'x'.repeat(LIMITS.cellCharsMax + 1)])(
    'finds what cannot be stored (%#)',
    (text) => {
      expect(textProblem(text, 'navn')).toMatchObject({ code: 'ROW_INVALID', field: 'navn' });
    },
  );

  it('lets every other text pass', () => {
    expect(textProblem('a\n😀\u200b', 'navn')).toBeNull();
  });
});

describe('DELIMITERS', () => {
  it('are single characters', () => {
    expect(DELIMITERS.every((delimiter) => delimiter.length === 1)).toBe(true);
  });
});
