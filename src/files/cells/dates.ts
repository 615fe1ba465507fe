/**
 * Decides over a whole column the order of day and month in its dates. One clear cell (13-03-2025) decides for the
 * column. Without one, dots and dashes begin with the day; 05/03/2025 does so only in a Danish file, else it is
 * refused (contract, section 4).
 */
import { InputError } from '../../core/errors.js';
import { quote } from '../../core/text.js';

/** `dmy`: 31-12-2025 · `mdy`: 12/31/2025 · `ymd`: 2025-12-31. */
export const DATE_ORDERS = ['dmy', 'mdy', 'ymd'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

export interface DateVerdict {
  order: DateOrder;
  /** The row that decided; null if no cell was ambiguous or the caller gave the order. */
  evidenceRow: number | null;
}

// No date is this long; the limit also bounds the work of the expressions below.
const DATE_CHARS_MAX = 40;
const HEADER_CHARS_MAX = 60;
const MONTHS = 12;
/** The calendar repeats after this many years. */
const CALENDAR_YEARS = 400;

const TIME = '(?:[T ] ?\\d{1,2}[:.]\\d{2}(?:[:.]\\d{2}(?:[.,]\\d+)?)?(?:Z|[+-]\\d{2}:?\\d{2})?)?';
const YEAR_FIRST = new RegExp(`^(\\d{4})([-./])(\\d{1,2})\\2(\\d{1,2})${TIME}$`);
const YEAR_LAST = new RegExp(`^(\\d{1,2})([-./])(\\d{1,2})\\2(\\d{4})${TIME}$`);

const FORMAT =
  /^(dd?|mm?|yyyy|y|åååå)[^\p{L}\d]{0,2}(dd?|mm?)[^\p{L}\d]{0,2}(dd?|mm?|yyyy|y|åååå)$/u;
const FORMAT_CHARS_MAX = 20;

const ORDER_NAMES: Readonly<Record<DateOrder, string>> = {
  dmy: 'day-month-year',
  mdy: 'month-day-year',
  ymd: 'year-month-day',
};

/**
 * The day as `YYYY-MM-DD`, or null if the text is not a date of that order or not a day of the
 * calendar. A date that begins with its year reads alike in every order; a time behind it is dropped.
 */
export function parseDate(text: string, order: DateOrder): string | null {
  const line = text.length > DATE_CHARS_MAX ? '' : text.trim();
  const first = YEAR_FIRST.exec(line);
  if (first !== null) return dayOf(first[1], first[3], first[4]);
  const last = order === 'ymd' ? null : YEAR_LAST.exec(line);
  if (last === null) return null;
  const [, one, , two, year] = last;
  return order === 'dmy' ? dayOf(year, two, one) : dayOf(year, one, two);
}

/** The order of a format such as `dd-mm-yyyy`, `DD/MM/YYYY` or `d.m.åååå`; null for any other text. */
export function parseDateFormat(text: string): DateOrder | null {
  const format = text.trim().toLowerCase();
  const parts = format.length > FORMAT_CHARS_MAX ? null : FORMAT.exec(format);
  const letters = parts?.slice(1).map((part) => part.charAt(0).replace('å', 'y'));
  return DATE_ORDERS.find((order) => order === letters?.join('')) ?? null;
}

/** Dots and dashes with the year last are day first (contract, section 4). With slashes both orders are usual. */
function isDayFirst(text: string): boolean {
  const sign = YEAR_LAST.exec(text.length > DATE_CHARS_MAX ? '' : text.trim())?.[2];
  return (sign === '-' || sign === '.') && parseDate(text, 'dmy') !== null;
}

/** The order that a header states: `Dato (dd-mm-åååå)`; null: none. */
function orderInHeader(header: string): DateOrder | null {
  const [, inside = ''] = /[([]([^)\]]*)[)\]]/.exec(header) ?? [];
  return parseDateFormat(inside);
}

/** True if the cell is another day when day and month are swapped. */
export function isAmbiguousDate(text: string): boolean {
  const day = parseDate(text, 'dmy');
  const other = parseDate(text, 'mdy');
  return day !== null && other !== null && day !== other && !isDayFirst(text);
}

/**
 * Rewrites a cell that would be read as another day in a column of its own; any other cell is unchanged.
 * Slashes become dashes where the day is first.
 */
export function unambiguousDate(text: string, order: DateOrder): string {
  const day = parseDate(text, order);
  if (day === null) return text;
  if (order === 'dmy') return isAmbiguousDate(text) ? text.replaceAll('/', '-') : text;
  return isAmbiguousDate(text) || parseDate(text, 'dmy') !== day ? day : text;
}

/** Collects the cells of one column, in any order, and decides the order of its dates. */
export class DateColumn {
  readonly #header: string;
  readonly #isDayFirst: boolean;
  #isMonthFirstBySlash = false;
  readonly #firstRow: Record<'dmy' | 'mdy' | 'either' | 'dayFirst' | 'same', number | null> = {
    dmy: null,
    mdy: null,
    either: null,
    dayFirst: null,
    same: null,
  };

  /** `isDayFirst`: the file is Danish, so its slashes begin with the day as well. */
  constructor(header: string, isDayFirst = false) {
    this.#header = header;
    this.#isDayFirst = isDayFirst;
  }

  /** Adds a cell. Blanks, dates that begin with their year and other texts are no evidence. */
  addText(text: string, row: number): void {
    const day = parseDate(text, 'dmy');
    const other = parseDate(text, 'mdy');
    if (day === other) {
      if (day !== null && parseDate(text, 'ymd') === null) this.#firstRow.same ??= row;
    } else if (day === null) this.#addMonthFirst(text, row);
    else if (other === null) this.#firstRow.dmy ??= row;
    else if (text.includes('/')) this.#firstRow.either ??= row;
    else this.#firstRow.dayFirst ??= row;
  }

  #addMonthFirst(text: string, row: number): void {
    if (this.#firstRow.mdy === null) this.#isMonthFirstBySlash = text.includes('/');
    this.#firstRow.mdy ??= row;
  }

  /** Throws `INPUT_AMBIGUOUS` if the cells allow two readings or contradict each other. */
  judge(given?: DateOrder): DateVerdict {
    const stated = given ?? orderInHeader(this.#header);
    if (stated !== null) return { order: stated, evidenceRow: null };
    const { dmy, mdy, either } = this.#firstRow;
    this.#refuseContradiction();
    if (dmy !== null) return { order: 'dmy', evidenceRow: dmy };
    if (mdy !== null) return { order: 'mdy', evidenceRow: mdy };
    if (either !== null && !this.#isDayFirst) {
      throw this.#ambiguous(`row ${either} can begin with the day or with the month`);
    }
    return { order: this.#hasDaysFirst() ? 'dmy' : 'ymd', evidenceRow: null };
  }

  #refuseContradiction(): void {
    const { dmy, mdy, dayFirst } = this.#firstRow;
    // A dash does not begin with the month because slashes of the column do.
    const day = dmy ?? (this.#isMonthFirstBySlash ? dayFirst : null);
    if (day === null || mdy === null) return;
    throw this.#ambiguous(`row ${day} begins with the day and row ${mdy} with the month`);
  }

  /** True if a cell ends with its year. */
  #hasDaysFirst(): boolean {
    const { either, dayFirst, same } = this.#firstRow;
    return [either, dayFirst, same].some((row) => row !== null);
  }

  #ambiguous(because: string): InputError {
    return new InputError({
      code: 'INPUT_AMBIGUOUS',
      message: `The dates in column ${quote(this.#header, HEADER_CHARS_MAX)} are ambiguous: ${because}.`,
      hint: 'Set options.dateFormat to "dd-mm-yyyy" or "mm/dd/yyyy".',
    });
  }
}

/** The sentence that states the order of a column and the reason; null if there is no evidence. */
export function describeDates(header: string, verdict: DateVerdict): string | null {
  if (verdict.evidenceRow === null) return null;
  const row = String(verdict.evidenceRow);
  return `${quote(header, HEADER_CHARS_MAX)}: read as ${ORDER_NAMES[verdict.order]}, because of row ${row}.`;
}

function dayOf(year = '', month = '', day = ''): string | null {
  const isMonth = Number(month) >= 1 && Number(month) <= MONTHS;
  if (!isMonth || Number(day) < 1 || Number(year) < 1) return null;
  const lastDay = new Date(
    Date.UTC(2000 + (Number(year) % CALENDAR_YEARS), Number(month), 0),
  ).getUTCDate();
  if (Number(day) > lastDay) return null;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
