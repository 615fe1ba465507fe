/**
 * Papaparse, fed piece by piece: rows as they complete, quoting faults as errors with their row.
 * The parser is called directly instead of through Papa's own streams, because those drop the
 * errors and cannot be pulled.
 */
import Papa from 'papaparse';
import { InputError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import type { Delimiter } from './source-row.js';

export type LineBreak = '\n' | '\r';

export interface CsvDialect {
  delimiter: Delimiter;
  /** `\n` also stands for `\r\n`: the `\r` is trimmed away with the cell's other blanks. */
  lineBreak: LineBreak;
  /** A first line `sep=;` is a note to spreadsheets, not a row. */
  hasSepLine: boolean;
}

export interface ParsedRows {
  /** The spreadsheet number of the first of `rows`; the `sep=` line would be row 0. */
  firstRow: number;
  rows: string[][];
}

/** More than any row within the other limits can hold; ends the search for a closing quote. */
const ROW_CHARS_MAX = LIMITS.columnsMax * LIMITS.cellCharsMax;

/** From behind an opening quote to behind the closing one. */
const QUOTED_REST = /[^"]*(?:""[^"]*)*"/y;

const QUOTE_HINT =
  'A cell with quotes in it is written "like ""this""". If the delimiter was detected wrongly, give options.delimiter.';

/** All rows, blank ones too, in the order of the file. Throws `CSV_MALFORMED` at a quoting fault. */
export async function* parseCsv(
  text: AsyncIterable<string>,
  dialect: CsvDialect,
): AsyncGenerator<ParsedRows> {
  let pending = '';
  let firstRow = dialect.hasSepLine ? 0 : 1;
  for await (const piece of text) {
    pending += piece;
    const parsed = parseComplete(pending, { dialect, firstRow });
    pending = pending.slice(parsed.charsRead);
    if (parsed.rows.length > 0) yield { firstRow, rows: parsed.rows };
    firstRow += parsed.rows.length;
    checkRowChars(pending, { dialect, firstRow });
  }
  const rows = parseLast(pending, { dialect, firstRow });
  if (rows.length > 0) yield { firstRow, rows };
}

export interface ParsePlace {
  dialect: CsvDialect;
  firstRow: number;
}

/** The rows that end within the text; what follows the last line break is left for later. */
export function parseComplete(
  text: string,
  place: ParsePlace,
): { rows: string[][]; charsRead: number } {
  const parsed = runParser(text, { dialect: place.dialect, isLast: false });
  const [fault] = certainFaults(parsed, text);
  if (fault !== undefined) throw quoteFault(fault, place.firstRow);
  return { rows: parsed.data, charsRead: parsed.meta.cursor };
}

/** The rows of a text that nothing follows. */
export function parseLast(text: string, place: ParsePlace): string[][] {
  if (text === '') return [];
  const { lineBreak } = place.dialect;
  // Papaparse takes blanks after a closing quote for a fault when the file ends right there.
  const ended = text.endsWith(lineBreak) ? text : text + lineBreak;
  const { data, errors } = runParser(ended, { dialect: place.dialect, isLast: true });
  if (errors[0] !== undefined) throw quoteFault(errors[0], place.firstRow);
  // What follows the last line break is no row.
  return data.slice(0, -1);
}

/** Rows of the text in the given dialect and how many quoting faults it shows; never throws. */
export function tryParse(
  text: string,
  dialect: CsvDialect,
): { rows: string[][]; faultCount: number } {
  const parsed = runParser(text, { dialect, isLast: false });
  return { rows: parsed.data, faultCount: certainFaults(parsed, text).length };
}

/** In the unfinished row only those that no more text can mend: something follows a closing quote. */
function certainFaults(parsed: Papa.ParseResult<string[]>, text: string): Papa.ParseError[] {
  return parsed.errors.filter(({ row, index }) => {
    if (row === undefined || row < parsed.data.length) return true;
    QUOTED_REST.lastIndex = index ?? 0;
    return QUOTED_REST.test(text) && text.slice(QUOTED_REST.lastIndex).trim() !== '';
  });
}

function runParser(
  text: string,
  options: { dialect: CsvDialect; isLast: boolean },
): Papa.ParseResult<string[]> {
  const { delimiter, lineBreak } = options.dialect;
  const parser = new Papa.Parser({ delimiter, newline: lineBreak });
  // The typings say `any`; without a header every row is an array of texts.
  return parser.parse(text, 0, !options.isLast) as Papa.ParseResult<string[]>;
}

function quoteFault(fault: Papa.ParseError, firstRow: number): InputError {
  const row = String(firstRow + (fault.row ?? 0));
  const isOpen = fault.code === 'MissingQuotes';
  return new InputError({
    code: 'CSV_MALFORMED',
    message: isOpen
      ? `A quote that opens in row ${row} is never closed.`
      : `In row ${row} a cell goes on after its closing quote.`,
    hint: QUOTE_HINT,
  });
}

/** Throws `CSV_MALFORMED` for an unfinished row that is longer than any may be. */
export function checkRowChars(pending: string, place: ParsePlace): void {
  if (pending.length > ROW_CHARS_MAX) throw tooLong(pending, place);
}

function tooLong(text: string, place: ParsePlace): InputError {
  const { data, errors } = runParser(text, { dialect: place.dialect, isLast: true });
  const fault = errors.find(({ row }) => row === data.length - 1);
  if (fault !== undefined) return quoteFault(fault, place.firstRow);
  return new InputError({
    code: 'CSV_MALFORMED',
    message: `Row ${place.firstRow} is longer than ${ROW_CHARS_MAX} characters.`,
    hint: 'Check that the file has line breaks and that every quote is closed.',
  });
}
