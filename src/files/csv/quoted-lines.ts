/** Finds quotes that stand around more than a cell: around whole lines, or from one row into another. */
import { InputError } from '../../core/errors.js';
import { DELIMITERS, type Delimiter } from '../cells/source-row.js';
import { isBlankRow, usedCells } from '../cells/header-row.js';

const LINE_BREAK = /\r\n|\r|\n/;
/** An id or a number of a record: one word. */
const WORD = /^[\w-]+$/;
/** Ids of one account are of one length, give or take. */
const LENGTH_DIFFERENCE_MAX = 2;

/** True if each row of the text is one quoted cell that holds as many delimiters as all others. */
export function isWhollyQuoted(text: string, rows: readonly (readonly string[])[]): boolean {
  if (!text.trimStart().startsWith('"')) return false;
  const filled = rows.filter((row) => !isBlankRow(row));
  const lines = filled.filter((row) => usedCells(row) === 1).map((row) => row[0] ?? '');
  if (lines.length === 0 || lines.length < filled.length) return false;
  return DELIMITERS.some((delimiter) => {
    const [count, ...others] = lines.map((line) => countOf(line, delimiter));
    return count !== undefined && count > 0 && others.every((other) => other === count);
  });
}

/** The error for a file where each line is one quoted cell. */
export function linesWhollyQuoted(): InputError {
  return new InputError({
    code: 'CSV_MALFORMED',
    message: 'Each line of the file is one quoted cell, so its columns cannot be separated.',
    hint: 'Remove the quotes around the lines, or open the file in a spreadsheet, split it with "Text to Columns" and save it as XLSX or as "CSV UTF-8".',
  });
}

/** The facts about a file that tell a text of several lines from swallowed rows. */
export interface QuotedTable {
  readonly delimiter: Delimiter;
  readonly columnCount: number;
  /** The break behind every row; null: they differ, or nobody knows. */
  readonly rowBreak: RowBreak | null;
  /** The file is an export of ours: each cell is quoted as it should be, and each row begins with an id. */
  readonly isOwnExport: boolean;
}

export const ROW_BREAKS = ['\r\n', '\n', '\r'] as const;
export type RowBreak = (typeof ROW_BREAKS)[number];

export function quotedTableOf(head: {
  readonly dialect: { readonly delimiter: Delimiter };
  readonly headers: readonly string[];
  readonly rowBreak?: RowBreak | undefined;
  readonly isOwnExport?: boolean | undefined;
}): QuotedTable {
  const { dialect, headers, rowBreak = null, isOwnExport = false } = head;
  return { delimiter: dialect.delimiter, columnCount: headers.length, rowBreak, isOwnExport };
}

/** Throws `CSV_MALFORMED` if a cell of the row has swallowed further rows. */
export function refuseSwallowedRows(
  row: number,
  cells: readonly string[],
  table: QuotedTable,
): void {
  const lineCount = swallowedLines(cells, table);
  if (lineCount === 0) return;
  throw new InputError({
    code: 'CSV_MALFORMED',
    message: `A quote that opens in row ${row} is closed ${lineCount - 1} lines further down, so that one cell holds ${lineCount} rows.`,
    hint: 'Remove that quote, or double it and quote the whole cell: "like ""this""". If the cell is one text, save the file as XLSX.',
  });
}

/**
 * The number of lines of a cell that holds the end of its row, whole further rows and the beginning of the
 * last one: a stray quote opened it. 0: there is none. A text of several lines has no full row in each.
 */
function swallowedLines(cells: readonly string[], table: QuotedTable): number {
  const { delimiter, columnCount } = table;
  if (columnCount < 2) return 0;
  // Runs for every cell of a file, so it allocates nothing for a usual one.
  for (let index = 0; index < cells.length; index += 1) {
    const cell = cells[index] ?? '';
    if (!cell.includes(delimiter) || !LINE_BREAK.test(cell)) continue;
    const lineCount = wholeLinesIn({ cells, index }, table);
    if (lineCount > 0 && !isText({ cells, index }, table)) return lineCount;
  }
  return 0;
}

interface PlacedCell {
  readonly cells: readonly string[];
  readonly index: number;
}

/** The number of lines of a cell if each of them, with the cells around it, has all columns; else 0. */
function wholeLinesIn(
  { cells, index }: PlacedCell,
  { delimiter, columnCount }: QuotedTable,
): number {
  const counts = (cells[index] ?? '').split(LINE_BREAK).map((line) => countOf(line, delimiter));
  const last = counts.length - 1;
  counts[0] = (counts[0] ?? 0) + index;
  counts[last] = (counts[last] ?? 0) + cells.length - 1 - index;
  return counts.every((count) => count === columnCount - 1) ? counts.length : 0;
}

/** True if the lines of a cell are one text, by its line breaks or by the first cells of an export of ours. */
function isText(
  { cells, index }: PlacedCell,
  { delimiter, rowBreak, isOwnExport }: QuotedTable,
): boolean {
  const cell = cells[index] ?? '';
  // Spreadsheets break a line in a cell otherwise than a row; swallowed rows keep the breaks of rows.
  const breaks: readonly string[] = cell.match(/\r\n|\r|\n/g) ?? [];
  if (rowBreak !== null && !breaks.includes(rowBreak)) return true;
  if (!isOwnExport || index === 0) return false;
  const id = cells[0] ?? '';
  const firstCells = cell
    .split(LINE_BREAK)
    .slice(1)
    .map((line) => line.split(delimiter)[0] ?? '');
  return !firstCells.every((text) => isLikeId(text, id));
}

function isLikeId(text: string, id: string): boolean {
  return WORD.test(text) && Math.abs(text.length - id.length) <= LENGTH_DIFFERENCE_MAX;
}

/** Delimiters in a line; a comma before a blank belongs to a sentence. */
function countOf(line: string, delimiter: Delimiter): number {
  const signs = line.split(delimiter).length - 1;
  return delimiter === ',' ? signs - (line.split(', ').length - 1) : signs;
}
