/**
 * Dates that no column style covers but that have one reading: a month as a word, and `15/1-2026`; and what is wrong
 * with a text that is no date.
 */
import { parseDate } from './dates.js';

const MONTHS: Readonly<Record<string, number>> = {
  ...{
    jan: 1,
    feb: 2,
    mar: 3,
    apr: 4,
    maj: 5,
    may: 5,
    jun: 6,
    jul: 7,
    aug: 8,
    sep: 9,
    okt: 10,
    oct: 10,
  },
  ...{
    nov: 11,
    dec: 12,
    januar: 1,
    january: 1,
    februar: 2,
    february: 2,
    marts: 3,
    march: 3,
    april: 4,
  },
  ...{
    juni: 6,
    june: 6,
    juli: 7,
    july: 7,
    august: 8,
    sept: 9,
    september: 9,
    oktober: 10,
    october: 10,
  },
  ...{ november: 11, december: 12 },
};
const CHARS_MAX = 40;
const DAY_FIRST = /^(\d{1,2})\.? ?(?:-|\/)?([a-z]+)\.?,? ?(?:-|\/)?(\d{4})$/;
const MONTH_FIRST = /^([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/;
/** `15/1-2026`, as Danes write it: the day is first. */
const MIXED = /^(\d{1,2})\/(\d{1,2}) ?- ?(\d{4})$/;

/** Days from the first day of spreadsheets to 1970-01-01. */
const SPREADSHEET_DAYS = 25_569;
const MS_A_DAY = 86_400_000;
const DAY_NUMBER = /^[3-6]\d{4}$/;

function dayOf(day: string | undefined, month: number | undefined, year: string | undefined) {
  return month === undefined
    ? null
    : parseDate(`${day ?? ''}-${String(month)}-${year ?? ''}`, 'dmy');
}

/** The day as YYYY-MM-DD; null: the text is no such date. */
export function readWrittenDate(text: string): string | null {
  const line = text.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  if (line.length > CHARS_MAX) return null;
  const mixed = MIXED.exec(line);
  if (mixed !== null) return dayOf(mixed[1], Number(mixed[2]), mixed[3]);
  const [, day, word = '', year] = DAY_FIRST.exec(line) ?? [];
  if (day !== undefined) return dayOf(day, MONTHS[word], year);
  const [, first = '', second, last] = MONTH_FIRST.exec(line) ?? [];
  return dayOf(second, MONTHS[first], last);
}

/** The fault of a text that is no date. */
export function dateFault(text: string): string {
  const line = text.trim();
  if (DAY_NUMBER.test(line)) {
    const date = new Date((Number(line) - SPREADSHEET_DAYS) * MS_A_DAY).toISOString().slice(0, 10);
    return `is the day number of a spreadsheet, which shows it as ${date}; format the column as a date and save it again`;
  }
  if (/^\d{4}[-./]\d{1,2}[-./]\d{1,2}$|^\d{1,2}[-./]\d{1,2}[-./]\d{4}$/.test(line)) {
    return 'is no day of the calendar, or not in the order of the other dates';
  }
  if (/\d[-./ ]\d{2}$/.test(line)) return 'is not a date with a four-digit year';
  if (/\p{L}{3}/u.test(line)) return 'has a month that is not known; write it as a number';
  return 'is not a valid date with a four-digit year';
}
