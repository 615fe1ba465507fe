/** Reads the header row and cleans cells, for all formats. */
import { InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { composeText, quote } from '../../core/text.js';
import { unescapeFormula } from './formula-guard.js';

const HEADER_CHARS_MAX = 60;

/** The blanks of `trim`, and characters without width that web pages and programs leave behind. */
const BLANK = /[\s\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/;

/** Characters below these need no composing; all that a Mac decomposes lie in this range. */
const MAY_BE_TAKEN_APART = /[\u0300-\uffff]/;
/** Printable ASCII, none of it blank; nearly all cells begin and end with it. */
const BLANK_CODE_MAX = 0x20;
const ASCII_CODE_MAX = 0x7e;

/** True for visible ASCII: a quick test that a character is not blank. */
export function isPlainEnd(code: number): boolean {
  return code > BLANK_CODE_MAX && code <= ASCII_CODE_MAX;
}

/** Trims and composes a text: a Mac writes `Å` as `A` and a ring. */
export function tidyText(text: string): string {
  if (text === '') return text;
  const hasPlainEnds =
    isPlainEnd(text.charCodeAt(0)) && isPlainEnd(text.charCodeAt(text.length - 1));
  return composed(hasPlainEnds ? text : trimBlanks(text));
}

function composed(text: string): string {
  return MAY_BE_TAKEN_APART.test(text) ? composeText(text) : text;
}

function trimBlanks(text: string): string {
  return trimEnd(trimStart(text));
}

function trimStart(text: string): string {
  let start = 0;
  while (start < text.length && BLANK.test(text.charAt(start))) start += 1;
  return text.slice(start);
}

/** Uses a loop, since a regular expression takes quadratic time on blanks inside the text. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && BLANK.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/**
 * Trims and composes a cell and removes our formula guards. The guards go first, because trimming the
 * end (a guard may stand before trailing blanks) and composing could hide one.
 */
export function cleanCell(text: string): string {
  if (!text.includes("'")) return tidyText(text);
  return composed(trimEnd(unescapeFormula(trimStart(text))));
}

function isBlank(text: string): boolean {
  return text === '' || (!isPlainEnd(text.charCodeAt(0)) && trimBlanks(text) === '');
}

/** True if all cells of the row are blank. */
export function isBlankRow(cells: readonly string[]): boolean {
  return cells.every(isBlank);
}

/** The number of cells up to the last one that is not blank. */
export function usedCells(row: readonly string[]): number {
  return row.findLastIndex((cell) => !isBlank(cell)) + 1;
}

/**
 * True for a row that ends before its last columns, which are then blank: spreadsheets omit the
 * delimiters at the end. A single cell, or less than half of the row, is a broken line or a total.
 */
export function isCutRow(cellCount: number, columnCount: number): boolean {
  return cellCount >= 2 && cellCount < columnCount && cellCount * 2 >= columnCount;
}

/** The headers of a row without the blank columns at its end. Throws `CSV_MALFORMED`. */
export function headersOf(row: readonly string[]): string[] {
  const headers = row
    .slice(0, usedCells(row))
    .map((cell, column) => cleanCell(cell) || `(column ${column + 1})`);
  refuseTooMany(headers.length);
  for (const [column, header] of headers.entries()) refuseLongHeader(header, column);
  refuseDuplicates(headers);
  return headers;
}

/** The error for a file without a header row. */
export function emptyFile(): InputError {
  return new InputError({
    code: 'CSV_MALFORMED',
    message: 'The file is empty.',
    hint: 'The first row must hold the headers; download_csv_template writes an example.',
  });
}

function refuseTooMany(count: number): void {
  if (count <= LIMITS.columnsMax) return;
  throw new InputError({
    code: 'CSV_MALFORMED',
    message: `The header row has ${count} columns; the limit is ${LIMITS.columnsMax}.`,
    hint: 'Check that the first row holds the headers, and leave out columns that are not needed.',
  });
}

/** Throws `CSV_MALFORMED` for a header or a JSON key that is too long to be one. */
function refuseLongHeader(header: string, column: number): void {
  if (header.length <= LIMITS.headerCharsMax) return;
  throw new InputError({
    code: 'CSV_MALFORMED',
    message: `The header of column ${column + 1} is longer than ${LIMITS.headerCharsMax} characters.`,
    hint: 'Check that the first row holds the headers.',
  });
}

function refuseDuplicates(headers: readonly string[]): void {
  const seen = new Set<string>();
  for (const header of headers) {
    const key = header.toLowerCase();
    if (seen.has(key)) throw duplicate(header);
    seen.add(key);
  }
}

function duplicate(header: string): InputError {
  return new InputError({
    code: 'CSV_MALFORMED',
    message: `Two columns have the same header ${quote(header, HEADER_CHARS_MAX)}.`,
    hint: 'Rename or remove one of them.',
  });
}

/** Adds keys to the columns. Throws `CSV_MALFORMED` if there are too many or one is too long. */
export function addColumns(columns: Set<string>, keys: readonly string[]): void {
  for (const key of keys) {
    if (columns.has(key)) continue;
    refuseLongHeader(key, columns.size);
    columns.add(key);
  }
  if (columns.size <= LIMITS.columnsMax) return;
  throw new InputError({
    code: 'CSV_MALFORMED',
    message: `The records have more than ${LIMITS.columnsMax} different keys.`,
    hint: 'Each record must be one flat object with the columns as keys.',
  });
}
