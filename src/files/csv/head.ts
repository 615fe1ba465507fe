/** Reads the first 64 KiB of a CSV file: delimiter, line break, headers, early faults. */
import { InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { CsvParser, tryParse, type CsvDialect, type LineBreak } from './parse.js';
import { describeHeader, findHeader, type HeadRow } from '../cells/find-header.js';
import { emptyFile, headersOf, isBlankRow, isCutRow, usedCells } from '../cells/header-row.js';
import { DELIMITERS, type Delimiter, type HeadOptions } from '../cells/source-row.js';
import {
  isWhollyQuoted,
  linesWhollyQuoted,
  quotedTableOf,
  refuseSwallowedRows,
  ROW_BREAKS,
  type RowBreak,
} from './quoted-lines.js';
import type { Problem } from '../../model/item.js';

export interface CsvHead {
  dialect: CsvDialect;
  headers: string[];
  /** 1 unless blank lines or titles come before the header. */
  headerRow: number;
  /** The break behind every row outside quotes; absent: they differ, or an earlier version read the head. */
  rowBreak?: RowBreak | undefined;
  /** True: the headers are exactly those of an export of ours. */
  isOwnExport?: boolean | undefined;
  /** Absent: there are none. */
  warnings?: Problem[];
}

/** The number of rows that are compared to detect the delimiter. */
const SAMPLE_ROWS = 50;
const QUOTED = /"[^"]*(?:""[^"]*)*"/g;
const SEP_LINE = /^"?sep=(.)"?[ \t]*(?=[\r\n]|$)/i;

interface HeadText {
  text: string;
  isWhole: boolean;
}

/** Throws `CSV_MALFORMED` (empty, headers, quotes) or `INPUT_AMBIGUOUS` (two delimiters fit). */
export function readCsvHead(head: HeadText, wanted: Omit<HeadOptions, 'fileName'> = {}): CsvHead {
  if (head.text.trim() === '') throw emptyFile();
  const dialect = dialectOf(head, wanted);
  const rows = rowsOf(head, dialect);
  const found = findHeader(numbered(rows, dialect), wanted);
  if (found === null) throw head.isWhole ? emptyFile() : headerTooLong();
  const headers = headersOf(found.cells);
  if (isWhollyQuoted(head.text, rows.slice(0, SAMPLE_ROWS))) throw linesWhollyQuoted();
  const csv: CsvHead = {
    dialect,
    headers,
    headerRow: found.row,
    ...quotingOf(head, headers, wanted),
  };
  const table = quotedTableOf(csv);
  for (const { row, cells } of numbered(rows, dialect)) {
    if (row > found.row) refuseSwallowedRows(row, cells, table);
  }
  const note = wanted.headerRow === undefined ? describeHeader(found) : null;
  return note === null ? csv : { ...csv, warnings: [note] };
}

/** The facts that tell a quoted text of several lines from swallowed rows. */
function quotingOf(
  { text }: HeadText,
  headers: readonly string[],
  { isOwnExport }: Omit<HeadOptions, 'fileName'>,
): Pick<CsvHead, 'rowBreak' | 'isOwnExport'> {
  const breaks = new Set(text.replace(QUOTED, '').match(/\r\n|\r|\n/g));
  const rowBreak = ROW_BREAKS.find((each) => breaks.has(each) && breaks.size === 1);
  return {
    ...(rowBreak === undefined ? {} : { rowBreak }),
    ...(isOwnExport?.(headers) === true ? { isOwnExport: true } : {}),
  };
}

/** Throws `INPUT_AMBIGUOUS` if two delimiters fit. */
function dialectOf(head: HeadText, wanted: Omit<HeadOptions, 'fileName'>): CsvDialect {
  const { text } = head;
  const lineBreak = detectLineBreak(text);
  const sepLine = SEP_LINE.exec(text);
  const announced = sepLine === null ? undefined : announcedDelimiter(sepLine[1] ?? '');
  const sample = { text: head.isWhole ? text + lineBreak : text, lineBreak };
  const delimiter = wanted.delimiter ?? announced ?? detectDelimiter(sample, wanted);
  return { delimiter, lineBreak, hasSepLine: sepLine !== null };
}

/** The rows of the head. Throws `CSV_MALFORMED` at a quoting fault. */
function rowsOf(head: HeadText, dialect: CsvDialect): string[][] {
  const parser = new CsvParser(dialect);
  const { rows } = parser.write(head.text);
  return head.isWhole ? [...rows, ...parser.end().rows] : rows;
}

/** The rows with their numbers, without the `sep=` line. */
function numbered(rows: readonly string[][], { hasSepLine }: CsvDialect): HeadRow[] {
  const skipped = hasSepLine ? 1 : 0;
  return rows.slice(skipped).map((cells, index) => ({ row: index + 1, cells }));
}

/** Returns `\n` or `\r`: the one that ends more lines outside quotes. `\r\n` counts as `\n`. */
function detectLineBreak(text: string): LineBreak {
  const outside = text.replace(QUOTED, '');
  const feeds = outside.split('\n').length - 1;
  const returns = outside.split(/\r(?!\n)/).length - 1;
  return returns > feeds ? '\r' : '\n';
}

function announcedDelimiter(sign: string): Delimiter {
  const delimiter = DELIMITERS.find((known) => known === sign);
  if (delimiter !== undefined) return delimiter;
  throw new InputError({
    code: 'CSV_MALFORMED',
    message: 'The "sep=" line names a delimiter that is not supported.',
    hint: 'Use a comma, semicolon, tab or "|", or give options.delimiter.',
  });
}

interface Sample {
  text: string;
  lineBreak: LineBreak;
}

type Wanted = Pick<HeadOptions, 'headerRow' | 'isKnownHeader'>;

/** The delimiter that splits the header and most rows into the same number of cells. */
function detectDelimiter({ text, lineBreak }: Sample, wanted: Wanted): Delimiter {
  const scores = DELIMITERS.map((delimiter) => ({
    delimiter,
    score: scoreDelimiter(text, { delimiter, lineBreak, hasSepLine: false }, wanted),
  })).sort((left, right) => right.score - left.score);
  const [best, next] = scores;
  if (best === undefined || best.score === 0) return ',';
  if (best.score !== next?.score) return best.delimiter;
  throw new InputError({
    code: 'INPUT_AMBIGUOUS',
    message: `The cells could be separated by ${nameOf(best.delimiter)} or by ${nameOf(next.delimiter)}.`,
    hint: 'Set options.delimiter.',
  });
}

/** 0 if the header is one cell; otherwise its cell count, weighted by the rows that agree with it. */
function scoreDelimiter(text: string, dialect: CsvDialect, wanted: Wanted): number {
  const { rows, faultCount } = tryParse(text, dialect);
  const [header, ...body] = rows
    .slice(headerIndex(rows, wanted))
    .filter((row) => !isBlankRow(row))
    .slice(0, SAMPLE_ROWS);
  const columnCount = usedCells(header ?? []);
  if (header === undefined || columnCount < 2) return 0;
  const agreeing = body.filter(
    (row) =>
      (row.length >= columnCount || isCutRow(row.length, columnCount)) &&
      usedCells(row) <= columnCount &&
      !hasTornQuotes(row),
  );
  // Never 0: a header alone is better evidence than none.
  const share = (agreeing.length + 0.1) / (body.length + 0.1);
  const isTidy = faultCount === 0 && !hasTornQuotes(header);
  return (share * (columnCount - 1)) / (isTidy ? 1 : 2);
}

/** The place of the headers if the text is split like this; titles above them say nothing of the delimiter. */
function headerIndex(rows: readonly string[][], wanted: Wanted): number {
  const { headerRow } = wanted;
  if (headerRow !== undefined) return headerRow - 1;
  const placed = rows.map((cells, index) => ({ row: index + 1, cells }));
  return (findHeader(placed, wanted)?.row ?? 1) - 1;
}

/** True if a quoted cell was split: its parts then have an odd number of quotes. */
function hasTornQuotes(row: readonly string[]): boolean {
  return row.some((cell) => cell.split('"').length % 2 === 0);
}

function nameOf(delimiter: Delimiter): string {
  const names: Readonly<Record<Delimiter, string>> = {
    ',': 'commas',
    ';': 'semicolons',
    '\t': 'tabs',
    '|': 'vertical bars',
  };
  return names[delimiter];
}

function headerTooLong(): InputError {
  return new InputError({
    code: 'CSV_MALFORMED',
    message: `The header row does not end within the first ${LIMITS.headBytes} bytes.`,
    hint: 'Check that the file has line breaks and that every quote is closed.',
  });
}
