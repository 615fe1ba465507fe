/** The row that names the columns, and what counts as a cell, whatever the format. */
import { InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { composeText, quote } from '../../core/text.js';
import { unescapeFormula } from './formula-guard.js';

const HEADER_CHARS_MAX = 60;

/** What `trim` takes for a blank, and signs without width that pages and programs leave behind. */
const BLANK = /[\s\u200b\u2060\ufeff]/;

/** Signs below these are composed as they stand; all that a Mac takes apart lies above. */
const MAY_BE_TAKEN_APART = /[\u0300-\uffff]/;
/** Printable ASCII: the ends of nearly all cells, and none of them is a blank. */
const BLANK_CODE_MAX = 0x20;
const ASCII_CODE_MAX = 0x7e;

/** A sign that shows and is no blank, seen at once. */
export function isPlainEnd(code: number): boolean {
  return code > BLANK_CODE_MAX && code <= ASCII_CODE_MAX;
}

/** The text without surrounding blanks, and composed: a Mac writes `Å` as `A` and a ring. */
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

/** A loop, since an expression for the end takes quadratic time on blanks within. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && BLANK.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/**
 * A cell as it counts: tidy and without our own guards. They go before what could hide one is changed: blanks
 * at the end that one was put before, and signs that compose with others.
 */
export function cleanCell(text: string): string {
  if (!text.includes("'")) return tidyText(text);
  return composed(trimEnd(unescapeFormula(trimStart(text))));
}

function isBlank(text: string): boolean {
  return text === '' || (!isPlainEnd(text.charCodeAt(0)) && trimBlanks(text) === '');
}

/** True for a row that holds nothing. */
export function isBlankRow(cells: readonly string[]): boolean {
  return cells.every(isBlank);
}

/** Cells up to the last one that holds something. */
export function usedCells(row: readonly string[]): number {
  return row.findLastIndex((cell) => !isBlank(cell)) + 1;
}

/**
 * True for a row that ends before its last columns, which are blank then: spreadsheets leave the
 * delimiters at the end out. A single cell, or less than half of the row, is a broken line or a total.
 */
export function isCutRow(cellCount: number, columnCount: number): boolean {
  return cellCount >= 2 && cellCount < columnCount && cellCount * 2 >= columnCount;
}

/** The headers of a row, blank columns at its end dropped; throws `CSV_MALFORMED`. */
export function headersOf(row: readonly string[]): string[] {
  const headers = row
    .slice(0, usedCells(row))
    .map((cell, column) => cleanCell(cell) || `(column ${column + 1})`);
  refuseTooMany(headers.length);
  for (const [column, header] of headers.entries()) refuseLongHeader(header, column);
  refuseDuplicates(headers);
  return headers;
}

/** The refusal of a file without a header row. */
export function emptyFile(): InputError {
  return new InputError({
    code: 'CSV_MALFORMED',
    message: 'The file is empty.',
    hint: 'The first row must hold the headers; download_csv_template gives an example.',
  });
}

function refuseTooMany(count: number): void {
  if (count <= LIMITS.columnsMax) return;
  throw new InputError({
    code: 'CSV_MALFORMED',
    message: `The header row has ${count} columns; ${LIMITS.columnsMax} are the limit.`,
    hint: 'Check that the first row holds the headers, and leave out columns that are not needed.',
  });
}

/** Throws `CSV_MALFORMED` for a header, or a key of JSON, that is a text in the wrong place. */
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

/** Adds keys to the columns; throws `CSV_MALFORMED` when they become too many or too long. */
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
