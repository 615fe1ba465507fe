// Warnings about single rows: which codes are warnings, and how several stand in one text.
import { describe, expect, it } from 'vitest';
import { isRowWarning, warningText } from '../../src/model/row-warning.js';

describe('a row warning', () => {
  it('is known by its code; failures and nothing are none', () => {
    expect(
      ['VALUE_SUSPECT', 'IDENTITY_CHANGED', 'DATE_FAR', 'TOTALS_ROW'].every(isRowWarning),
    ).toBe(true);
    expect(['ROW_INVALID', 'DUPLICATE_AMBIGUOUS', '', null].some(isRowWarning)).toBe(false);
  });

  it('stands in one text with others, which are named by their codes', () => {
    const suspect = { code: 'VALUE_SUSPECT', field: 'name' } as const;
    const far = {
      code: 'DATE_FAR',
      field: 'entryDate',
      message: 'dato "2031-01-01" is far',
    } as const;
    expect(warningText([])).toBeNull();
    expect(
      warningText([
        { ...suspect, message: 'one' },
        far,
        { ...suspect, message: 'two' },
        { ...suspect, message: 'one' },
      ]),
    ).toBe('one; DATE_FAR: dato "2031-01-01" is far; two');
  });
});
