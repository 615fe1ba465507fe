import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import {
  DateColumn,
  describeDates,
  isAmbiguousDate,
  parseDate,
  parseDateFormat,
  unambiguousDate,
  type DateOrder,
  type DateVerdict,
} from '../../../src/files/cells/dates.js';

function judge(cells: readonly string[], given?: DateOrder): DateVerdict {
  const column = new DateColumn('dato');
  for (const [index, cell] of cells.entries()) column.addText(cell, index + 2);
  return column.judge(given);
}

function refusalOf(run: () => unknown): AppError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
  }
  throw new Error('expected a refusal');
}

describe('parseDate', () => {
  it.each([
    ['31-12-2025', '2025-12-31'],
    ['5.3.2025', '2025-03-05'],
    ['05/03/2025', '2025-03-05'],
    ['29-02-2024', '2024-02-29'],
    ['29-02-2000', '2000-02-29'],
    ['2025-12-31', '2025-12-31'],
    ['2025/3/5', '2025-03-05'],
    ['2025-03-05T00:00:00', '2025-03-05'],
    ['2025-03-05 00:00:00', '2025-03-05'],
    ['2025-03-05T00:00:00.000Z', '2025-03-05'],
    ['05-03-2025 00:00', '2025-03-05'],
    ['5.3.2025 12.30', '2025-03-05'],
    ['31-02-2025', null],
    ['29-02-2025', null],
    ['29-02-1900', null],
    ['12-31-2025', null],
    ['00-01-2025', null],
    ['01-00-2025', null],
    ['2025-13-01', null],
    ['05-03-25', null],
    ['05-03.2025', null],
    ['5-3-20255', null],
    ['2025-03-05x', null],
    ['20250305', null],
    ['45000', null],
    ['', null],
    [`5-3-2025${' '.repeat(40)}`, null],
  ])('reads %j as %s', (text, day) => {
    expect(parseDate(text, 'dmy')).toBe(day);
  });

  it('reads the other orders', () => {
    expect(parseDate('12/31/2025', 'mdy')).toBe('2025-12-31');
    expect(parseDate('31/12/2025', 'mdy')).toBeNull();
    expect(parseDate('2025-12-31', 'mdy')).toBe('2025-12-31');
    expect(parseDate('2025-12-31', 'ymd')).toBe('2025-12-31');
    expect(parseDate('31-12-2025', 'ymd')).toBeNull();
  });
});

describe('parseDateFormat', () => {
  it.each([
    ['dd-mm-yyyy', 'dmy'],
    ['dd.mm.yyyy', 'dmy'],
    ['DD/MM/YYYY', 'dmy'],
    [' d/m/yyyy ', 'dmy'],
    ['dd-mm-åååå', 'dmy'],
    ['dmy', 'dmy'],
    ['mm/dd/yyyy', 'mdy'],
    ['yyyy-mm-dd', 'ymd'],
    ['YYYY.MM.DD', 'ymd'],
    ['dd-mm-yy', null],
    ['yyyy-dd-mm', null],
    ['dd-dd-yyyy', null],
    ['dd-mm', null],
    ['31-12-2025', null],
    ['', null],
    [`dd-mm-yyyy${' '.repeat(30)}x`, null],
  ])('reads %j as %s', (text, order) => {
    expect(parseDateFormat(text)).toBe(order);
  });
});

describe('DateColumn', () => {
  it.each([
    [['05/03/2025', '13/03/2025', 'x', ''], 'dmy', 3],
    [['05/03/2025', '03/13/2025'], 'mdy', 3],
    [['2025-12-31', '13.03.2025'], 'dmy', 3],
    [['05-05-2025', '2025-12-31'], 'dmy', null],
    [['2025-12-31', '2025-01-02T00:00:00'], 'ymd', null],
    [['x', '', '31-02-2025'], 'ymd', null],
    [[], 'ymd', null],
    [['05-03-2025', '06-03-2025'], 'dmy', null],
    [['01.06.2026', '01.06.2026'], 'dmy', null],
    [['05-03-2025', '12-31-2025'], 'mdy', 3],
  ])('reads %j as %s', (cells, order, evidenceRow) => {
    expect(judge(cells)).toEqual({ order, evidenceRow });
  });

  it.each([[['05-03-2025']], [['5.3.2025', '05.05.2025']], [['2025-12-31', '01-02-2025 00:00']]])(
    'reads %j with the day first, since no sign is a slash',
    (cells) => {
      expect(judge(cells).order).toBe('dmy');
    },
  );

  it('refuses days up to 12 alone with slashes, unless told', () => {
    const refusal = refusalOf(() => judge(['05/05/2025', '05/03/2025']));
    expect(refusal.code).toBe('INPUT_AMBIGUOUS');
    expect(refusal.message).toContain('"dato" are ambiguous: row 3');
    expect(refusal.hint).toContain('options.dateFormat');
    expect(judge(['05/03/2025'], 'mdy')).toEqual({ order: 'mdy', evidenceRow: null });
  });

  it('reads slashes with the day first in a Danish file, unless a cell says otherwise', () => {
    const judgeDanish = (...cells: string[]): DateVerdict => {
      const column = new DateColumn('dato', true);
      for (const [index, cell] of cells.entries()) column.addText(cell, index + 2);
      return column.judge();
    };
    expect(judgeDanish('05/03/2025')).toEqual({ order: 'dmy', evidenceRow: null });
    expect(judgeDanish('05/03/2025', '03/25/2025')).toEqual({ order: 'mdy', evidenceRow: 3 });
  });

  it.each([
    ['Dato (dd/mm/åååå)', 'dmy'],
    ['Date [mm/dd/yyyy]', 'mdy'],
  ] as const)('goes by the header %s', (header, order) => {
    const column = new DateColumn(header, true);
    column.addText('05/03/2025', 2);
    expect(column.judge().order).toBe(order);
  });

  it('refuses dashes beside slashes that begin with the month', () => {
    const { code, message } = refusalOf(() => judge(['05-03-2025', '03/25/2025']));
    expect(code).toBe('INPUT_AMBIGUOUS');
    expect(message).toContain('row 2 begins with the day and row 3 with the month');
  });

  it('refuses a contradiction, and names both rows', () => {
    const { code, message } = refusalOf(() => judge(['13-03-2025', '', '03-13-2025']));
    expect(code).toBe('INPUT_AMBIGUOUS');
    expect(message).toContain('row 2 begins with the day and row 4 with the month');
  });
});

describe('unambiguousDate', () => {
  it.each([
    ['05-03-2025', 'dmy', '05-03-2025'],
    ['05.03.2025 10:30', 'dmy', '05.03.2025 10:30'],
    ['05/03/2025', 'dmy', '05-03-2025'],
    ['05/03/2025', 'mdy', '2025-05-03'],
    ['05-03-2025', 'mdy', '2025-05-03'],
    ['03-13-2025', 'mdy', '2025-03-13'],
    ['13/03/2025', 'dmy', '13/03/2025'],
    ['05/05/2025', 'mdy', '05/05/2025'],
    ['2025-03-05 00:00', 'dmy', '2025-03-05 00:00'],
    ['snart', 'dmy', 'snart'],
  ] as const)('writes %j of a %s column as %j', (text, order, written) => {
    expect(unambiguousDate(text, order)).toBe(written);
    expect(isAmbiguousDate(written)).toBe(false);
    const alone = new DateColumn('dato');
    alone.addText(written, 2);
    expect(parseDate(written, alone.judge().order)).toBe(parseDate(text, order));
  });

  it('never changes the day', () => {
    const part = fc.integer({ min: 1, max: 31 });
    fc.assert(
      fc.property(part, part, fc.constantFrom('dmy', 'mdy'), (one, two, order) => {
        const text = `${one}.${two}.2025`;
        expect(parseDate(unambiguousDate(text, order), order)).toBe(parseDate(text, order));
      }),
    );
  });
});

describe('describeDates', () => {
  it('states the evidence, or nothing where there was none', () => {
    expect(describeDates('dato', { order: 'dmy', evidenceRow: 7 })).toBe(
      '"dato": read as day-month-year, because of row 7.',
    );
    expect(describeDates('dato', { order: 'ymd', evidenceRow: null })).toBeNull();
  });
});
