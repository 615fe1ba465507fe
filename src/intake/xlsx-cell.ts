/** A raw cell as the text it stands for. */
import { cleanCell } from './header-row.js';
import { withoutExponent } from './plain-number.js';
import type { RawCell } from './xlsx-sheet.js';
import { PLAIN_FORMAT, type CellFormat } from './xlsx-styles.js';
import { unescapeText } from './xlsx-texts.js';

export interface CellText {
  text: string;
  /** A number that the workbook itself typed, with a point. */
  isNumber: boolean;
  /** Why the cell holds no value, in our own words. */
  fault: string | null;
}

/** What cells of one workbook are looked up in. */
export interface CellContext {
  formats: readonly CellFormat[];
  is1904: boolean;
  sharedText(index: number): string;
}

/** Excel keeps no more; what follows is noise of binary fractions (0.1 + 0.2). */
const DIGITS_MAX = 15;
const EXPONENT_MAX = 310;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const ISO_DAY = /^(\d{4}-\d{2}-\d{2})T/;

const DAY_MS = 86_400_000;
/** 31 December 9999, the last day that Excel shows. */
const LAST_SERIAL = 2_958_465;
const DAYS_1904 = 1462;
/** Excel has a 29 February 1900, as day 60, so that the days before it lie one apart. */
const FIRST_TRUE_SERIAL = 61;

export function textOfCell(cell: RawCell, context: CellContext): CellText {
  if (cell.isUncomputed) {
    return { ...found(''), fault: 'The cell holds a formula whose result was never stored.' };
  }
  switch (cell.type) {
    case 's':
      return found(cleanCell(context.sharedText(Number(cell.value))));
    case 'str':
    case 'inlineStr':
      return found(cleanCell(unescapeText(cell.value)));
    case 'b':
      return found(/^(?:1|true)$/i.test(cell.value) ? 'true' : 'false');
    case 'e':
      return { ...found(''), fault: 'The cell holds an error such as #N/A.' };
    case 'd':
      return found(ISO_DAY.exec(cell.value)?.[1] ?? cell.value.trim());
    default:
      return textOfNumber(cell, context);
  }
}

/** The day of a serial number, or null when there is no such day. */
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

function textOfNumber(cell: RawCell, context: CellContext): CellText {
  const written = cell.value.trim();
  if (!NUMBER.test(written)) return found(cleanCell(written));
  const format = context.formats[cell.format] ?? PLAIN_FORMAT;
  const day = format.isDate ? dayOfSerial(Number(written), context.is1904) : null;
  if (day !== null) return found(day);
  const text = plainNumber(written);
  const isWhole = /^\d+$/.test(text);
  return {
    text: isWhole ? text.padStart(format.digitsMin, '0') : text,
    isNumber: true,
    fault: null,
  };
}

function found(text: string): CellText {
  return { text, isNumber: false, fault: null };
}
