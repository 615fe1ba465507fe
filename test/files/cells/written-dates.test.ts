/** Dates in words, and what is said of texts that are none. */
import { describe, expect, it } from 'vitest';
import { dateFault, readWrittenDate } from '../../../src/files/cells/written-dates.js';

describe('readWrittenDate', () => {
  it.each([
    ['15. januar 2026', '2026-01-15'],
    ['15. jan 2026', '2026-01-15'],
    ['1 Maj 2026', '2026-05-01'],
    ['3-okt-2025', '2025-10-03'],
    ['January 15, 2026', '2026-01-15'],
    ['15/1-2026', '2026-01-15'],
    ['5/1 - 2026', '2026-01-05'],
  ])('%s is %s', (text, day) => {
    expect(readWrittenDate(text)).toBe(day);
  });

  it.each([
    '31. februar 2026',
    '15. foo 2026',
    '15. jan 26',
    '15/13-2026',
    'januar 2026',
    '46037',
    '',
  ])('%j is none', (text) => {
    expect(readWrittenDate(text)).toBeNull();
  });
});

describe('dateFault', () => {
  it.each([
    ['46037', 'day number of a spreadsheet, which shows it as 2026-01-15'],
    ['2026-02-30', 'no day of the calendar'],
    ['15-01-26', 'four-digit year'],
    ['15. foo 2026', 'a month that is not known'],
  ])('of %s names the reason', (text, words) => {
    expect(dateFault(text)).toContain(words);
  });
});
