/** Turns raw cells into texts. */
import { cleanCell } from '../cells/header-row.js';
import { withoutExponent } from '../cells/exponent.js';
import type { RawCell } from './sheet.js';
import { PLAIN_FORMAT, type CellFormat } from './styles.js';
import { unescapeText } from './shared-strings.js';

export interface CellText {
  text: string;
  /** True if the workbook typed the cell as a number; the text then has a decimal point. */
  isNumber: boolean;
  /** The type of a cell that a spreadsheet may have turned into it; absent: a text or a number. */
  turnedInto?: 'date' | 'boolean';
  /** The currency in which the format of a number shows it, or `%`. */
  mark?: string;
  /** The reason why the cell has no value, in our own words; null if it has one. */
  fault: string | null;
}

/** The tables of one workbook that its cells refer to. */
export interface CellContext {
  formats: readonly CellFormat[];
  is1904: boolean;
  /** The text as written; null if the workbook has no text with that number. */
  sharedText(index: number): string | null;
}

/** The precision of Excel; further digits are noise of binary fractions (0.1 + 0.2). */
const DIGITS_MAX = 15;
const EXPONENT_MAX = 310;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
/** Longer than any number; bounds the search in other texts. */
const NUMBER_CHARS_MAX = 400;
/** A whole number with more digits than Excel stores. */
const TOO_PRECISE = /^[+-]?0*[1-9]\d{14}\d*[1-9]\d*$/;
const TEXT_NUMBER = /^\d{1,9}$/;
const TRUE = /^(?:1|true)$/i;
const FALSE = /^(?:0|false)$/i;
const ISO_DAY = /^(\d{4}-\d{2}-\d{2})T/;

const DAY_MS = 86_400_000;
/** 31 December 9999, the last day that Excel shows. */
const LAST_SERIAL = 2_958_465;
const DAYS_1904 = 1462;
/** Excel has a 29 February 1900, as day 60, so the days before it are shifted by one. */
const FIRST_TRUE_SERIAL = 61;

/** The text, or the reason why there is none. A damaged cell is reported, never read as blank. */
export function textOfCell(cell: RawCell, context: CellContext): CellText {
  if (cell.isUncomputed) return faulty('The cell holds a formula without a stored result.');
  if (cell.isTorn) return faulty('The cell is damaged: it holds content that no cell may hold.');
  if (!hasFormat(cell, context)) return faulty('The cell is damaged: its format is unknown.');
  switch (cell.type) {
    case 's':
      return textOfShared(cell.value.trim(), context);
    case 'str':
    case 'inlineStr':
      return found(cleanCell(unescapeText(cell.value)));
    case 'b':
      return textOfTruth(cell.value.trim());
    case 'e':
      return faulty('The cell holds an error such as #N/A.');
    case 'd':
      return textOfDay(cell.value.trim());
    case 'n':
      return textOfNumber(cell, context);
    default:
      return faulty('The cell is damaged: its type is unknown.');
  }
}

/** The number of the shared text that a cell shows; null if it shows none or the number is missing. */
export function sharedTextOf(cell: RawCell): number | null {
  const written = cell.value.trim();
  return cell.type === 's' && TEXT_NUMBER.test(written) ? Number(written) : null;
}

/** The day of a serial number, or null if there is no such day. */
export function dayOfSerial(serial: number, is1904: boolean): string | null {
  const days = Math.floor(serial) + (is1904 ? DAYS_1904 : 0);
  if (days < 1 || days > LAST_SERIAL || days === FIRST_TRUE_SERIAL - 1) return null;
  const shift = days < FIRST_TRUE_SERIAL ? 1 : 0;
  return new Date(Date.UTC(1899, 11, 30) + (days + shift) * DAY_MS).toISOString().slice(0, 10);
}

/** `"0.30000000000000004"` → `"0.3"`, `"1.2E3"` → `"1200"`. */
export function plainNumber(text: string): string {
  const rounded = String(Number(Number(text).toPrecision(DIGITS_MAX)));
  return withoutExponent(rounded, EXPONENT_MAX);
}

/** A workbook without formats has the plain one. */
function hasFormat({ format }: RawCell, { formats }: CellContext): boolean {
  return format < Math.max(1, formats.length);
}

function textOfShared(written: string, context: CellContext): CellText {
  const text = TEXT_NUMBER.test(written) ? context.sharedText(Number(written)) : null;
  if (text === null) return faulty('The cell is damaged: it refers to a text that does not exist.');
  return found(cleanCell(unescapeText(text)));
}

function textOfTruth(written: string): CellText {
  if (TRUE.test(written)) return { ...found('true'), turnedInto: 'boolean' };
  if (FALSE.test(written)) return { ...found('false'), turnedInto: 'boolean' };
  return faulty('The cell is damaged: it is neither true nor false.');
}

function textOfDay(written: string): CellText {
  if (written === '') return faulty('The cell is damaged: it does not hold a date.');
  return { ...found(ISO_DAY.exec(written)?.[1] ?? written), turnedInto: 'date' };
}

function textOfNumber(cell: RawCell, context: CellContext): CellText {
  const written = cell.value.trim();
  const isNumber = written.length <= NUMBER_CHARS_MAX && NUMBER.test(written);
  if (!isNumber || !Number.isFinite(Number(written))) {
    return faulty('The cell is damaged: it does not hold a number.');
  }
  if (TOO_PRECISE.test(written)) {
    return faulty('The number has more digits than a workbook stores; format the cell as text.');
  }
  const format = context.formats[cell.format] ?? PLAIN_FORMAT;
  const day = format.isDate ? dayOfSerial(Number(written), context.is1904) : null;
  if (day !== null) return { ...found(day), turnedInto: 'date' };
  const text = plainNumber(written);
  const isWhole = /^\d+$/.test(text);
  return {
    text: isWhole ? text.padStart(format.digitsMin, '0') : text,
    isNumber: true,
    fault: null,
    ...(format.mark === undefined ? {} : { mark: format.mark }),
  };
}

function found(text: string): CellText {
  return { text, isNumber: false, fault: null };
}

function faulty(fault: string): CellText {
  return { text: '', isNumber: false, fault };
}
