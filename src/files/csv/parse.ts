/**
 * Parses CSV piece by piece: returns rows as they complete, and throws at the first quoting fault with
 * its row. It reads each character once, wherever the pieces are cut: an unfinished row is never parsed
 * again, so the cost per byte is the same for every file. Papaparse, which the tests compare this
 * parser with, offers neither.
 */
import { InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import type { Delimiter } from '../cells/source-row.js';

export const LINE_BREAKS = ['\n', '\r'] as const;
export type LineBreak = (typeof LINE_BREAKS)[number];

export interface CsvDialect {
  delimiter: Delimiter;
  /** `\n` also stands for `\r\n`: the `\r` is trimmed with the other blanks of the cell. */
  lineBreak: LineBreak;
  /** The first line is `sep=;`: a note to spreadsheets, not a row. */
  hasSepLine: boolean;
}

export interface ParsedRows {
  /** The spreadsheet number of the first of `rows`; the `sep=` line is row 0. */
  firstRow: number;
  rows: string[][];
}

/** More characters than any row within the other limits; ends the search for a closing quote. */
const ROW_CHARS_MAX = LIMITS.columnsMax * LIMITS.cellCharsMax;

export const QUOTE = '"';
const PAIR = '""';

const QUOTE_HINT =
  'Write a cell with quotes "like ""this""". If the wrong delimiter was detected, set options.delimiter.';

/** The parser's position in a cell; `closed`: behind a quote that may be the last one. */
type Place = 'start' | 'plain' | 'quoted' | 'closed';

/** A piece of the file and the position in it. */
class Piece {
  readonly text: string;
  readonly #dialect: CsvDialect;
  at = 0;
  #nextDelimiter = -1;
  #nextBreak = -1;

  constructor(text: string, dialect: CsvDialect) {
    this.text = text;
    this.#dialect = dialect;
  }

  get isRead(): boolean {
    return this.at >= this.text.length;
  }

  /** The next delimiter or line break; each sign is searched for once, since `at` only grows. */
  get cellEnd(): number {
    if (this.#nextDelimiter < this.at) this.#nextDelimiter = this.#find(this.#dialect.delimiter);
    if (this.#nextBreak < this.at) this.#nextBreak = this.#find(this.#dialect.lineBreak);
    return Math.min(this.#nextDelimiter, this.#nextBreak);
  }

  #find(sign: string): number {
    const index = this.text.indexOf(sign, this.at);
    return index === -1 ? this.text.length : index;
  }

  take(end: number): string {
    const taken = this.text.slice(this.at, end);
    this.at = end;
    return taken;
  }
}

export class CsvParser {
  readonly #dialect: CsvDialect;
  readonly #isLenient: boolean;
  /** Finds the first sign that is no blank, or that ends the cell: a delimiter may be a tab. */
  readonly #behindBlanks: RegExp;
  #row: number;
  #rows: string[][] = [];
  #cells: string[] = [];
  /** The text of the unfinished cell so far. */
  #cell = '';
  #place: Place = 'start';
  /** Blanks behind a closing quote. */
  #blanks = '';
  /** The length of the unfinished row, without the current piece. */
  #rowChars = 0;
  #faultCount = 0;

  /** `isLenient`: counts quoting faults instead of throwing, and drops cells beyond the limit. */
  constructor(dialect: CsvDialect, options: { isLenient?: boolean } = {}) {
    this.#dialect = dialect;
    this.#isLenient = options.isLenient === true;
    this.#behindBlanks = new RegExp(`[\\S${dialect.delimiter}${dialect.lineBreak}]`, 'g');
    this.#row = dialect.hasSepLine ? 0 : 1;
  }

  /** The number of the next row to end. */
  get row(): number {
    return this.#row;
  }

  get isAtRowStart(): boolean {
    return this.#rowChars === 0;
  }

  /** True if a delimiter or line break may be part of a cell here. */
  get isInQuotes(): boolean {
    return this.#place === 'quoted' || this.#place === 'closed';
  }

  get faultCount(): number {
    return this.#faultCount;
  }

  /** Returns the rows that end within this piece. Throws `CSV_MALFORMED`. */
  write(text: string): ParsedRows {
    if (this.isInQuotes || text.includes(QUOTE)) this.#readSigns(text);
    else this.#readLines(text);
    if (this.#rowChars > ROW_CHARS_MAX) throw this.#rowTooLong();
    return this.#handOut();
  }

  /** Returns the last row, if the file does not end with a line break. */
  end(): ParsedRows {
    if (this.#place === 'quoted') throw this.#openQuote();
    if (this.#rowChars > 0) {
      this.#endCell();
      this.#endRow(this.#rowChars);
    }
    return this.#handOut();
  }

  /** Counts rows that the caller has read itself; allowed at the start of a row only. */
  skipRows(count: number): void {
    this.#row += count;
  }

  #handOut(): ParsedRows {
    const rows = this.#rows;
    this.#rows = [];
    return { firstRow: this.#row - rows.length, rows };
  }

  /** Reads text without quotes: each line is a row, and the text between delimiters is a cell. */
  #readLines(text: string): void {
    const lines = text.split(this.#dialect.lineBreak);
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      const chars = this.#rowChars + line.length;
      if (this.#rowChars === 0 && chars < LIMITS.rowCellsMax) {
        this.#rows.push(line.split(this.#dialect.delimiter));
        this.#row += 1;
        continue;
      }
      this.#readCells(line);
      this.#endCell();
      this.#endRow(chars);
    }
    this.#readCells(rest);
    this.#rowChars += rest.length;
  }

  #readCells(text: string): void {
    const cells = text.split(this.#dialect.delimiter);
    const last = cells.pop() ?? '';
    for (const cell of cells) {
      this.#cell += cell;
      this.#endCell();
    }
    this.#cell += last;
    this.#place = this.#cell === '' ? 'start' : 'plain';
  }

  #readSigns(text: string): void {
    const piece = new Piece(text, this.#dialect);
    let rowStart = 0;
    while (!piece.isRead) {
      if (this.#place === 'start') this.#place = this.#openCell(piece);
      if (this.#place === 'quoted') this.#readQuoted(piece);
      const isEnded = this.#place === 'closed' ? this.#readClosed(piece) : this.#readPlain(piece);
      if (!isEnded) continue;
      this.#endCell();
      const isRowEnd = text[piece.at] === this.#dialect.lineBreak;
      if (isRowEnd) {
        this.#endRow(this.#rowChars + piece.at - rowStart);
        rowStart = piece.at + 1;
      }
      piece.at += 1;
    }
    this.#rowChars += text.length - rowStart;
  }

  #openCell(piece: Piece): Place {
    if (piece.text[piece.at] !== QUOTE) return 'plain';
    piece.at += 1;
    return 'quoted';
  }

  /** True if the cell ends within the piece. */
  #readPlain(piece: Piece): boolean {
    if (this.#place !== 'plain') return false;
    this.#cell += piece.take(piece.cellEnd);
    return !piece.isRead;
  }

  /** Reads up to the next quote that is not half of a pair. */
  #readQuoted(piece: Piece): void {
    const { text } = piece;
    let hasPairs = false;
    let quote = text.indexOf(QUOTE, piece.at);
    while (quote !== -1 && text[quote + 1] === QUOTE) {
      hasPairs = true;
      quote = text.indexOf(QUOTE, quote + 2);
    }
    const part = piece.take(quote === -1 ? text.length : quote);
    // `replace` would give a tree of its parts, many times as large as the text.
    this.#cell += hasPairs ? part.split(PAIR).join(QUOTE) : part;
    if (quote === -1) return;
    piece.at += 1;
    this.#place = 'closed';
    this.#blanks = '';
  }

  /** True if the quote was the last one of the cell. The end of a piece may cut a pair of quotes. */
  #readClosed(piece: Piece): boolean {
    const { text } = piece;
    if (piece.isRead) return false;
    if (this.#blanks === '' && text[piece.at] === QUOTE) {
      this.#cell += QUOTE;
      piece.at += 1;
      this.#place = 'quoted';
      return false;
    }
    // Nearly every closing quote is the last character of its cell.
    if (this.#isEnd(text[piece.at])) return true;
    this.#behindBlanks.lastIndex = piece.at;
    const end = this.#behindBlanks.exec(text)?.index ?? text.length;
    this.#blanks += piece.take(end);
    if (end === text.length) return false;
    if (this.#isEnd(text[end])) return true;
    if (!this.#isLenient) throw this.#goesOn();
    this.#faultCount += 1;
    this.#cell += QUOTE + this.#blanks;
    this.#place = 'quoted';
    return false;
  }

  #isEnd(sign: string | undefined): boolean {
    return sign === this.#dialect.delimiter || sign === this.#dialect.lineBreak;
  }

  #endCell(): void {
    if (this.#cells.length < LIMITS.rowCellsMax) this.#cells.push(this.#cell);
    else if (!this.#isLenient) throw this.#tooManyCells();
    this.#cell = '';
    this.#place = 'start';
  }

  #endRow(chars: number): void {
    if (chars > ROW_CHARS_MAX) throw this.#rowTooLong();
    this.#rows.push(this.#cells);
    this.#cells = [];
    this.#row += 1;
    this.#rowChars = 0;
  }

  #openQuote(): InputError {
    return malformed(`A quote that opens in row ${this.#row} is never closed.`, QUOTE_HINT);
  }

  #goesOn(): InputError {
    return malformed(`In row ${this.#row} a cell continues after its closing quote.`, QUOTE_HINT);
  }

  #rowTooLong(): InputError {
    if (this.#place === 'quoted') return this.#openQuote();
    return malformed(
      `Row ${this.#row} is longer than ${ROW_CHARS_MAX} characters.`,
      'Check that the file has line breaks and that every quote is closed.',
    );
  }

  #tooManyCells(): InputError {
    return malformed(
      `Row ${this.#row} has more than ${LIMITS.rowCellsMax} cells.`,
      'Check the delimiter (options.delimiter), and that the file has line breaks.',
    );
  }
}

function malformed(message: string, hint: string): InputError {
  return new InputError({ code: 'CSV_MALFORMED', message, hint });
}

/** Yields all rows, blank ones included, in file order. Throws `CSV_MALFORMED` at a quoting fault. */
export async function* parseCsv(
  text: AsyncIterable<string>,
  dialect: CsvDialect,
): AsyncGenerator<ParsedRows> {
  const parser = new CsvParser(dialect);
  for await (const piece of text) {
    const parsed = parser.write(piece);
    if (parsed.rows.length > 0) yield parsed;
  }
  const last = parser.end();
  if (last.rows.length > 0) yield last;
}

/** The rows of the text in the given dialect and the number of quoting faults; never throws. */
export function tryParse(
  text: string,
  dialect: CsvDialect,
): { rows: string[][]; faultCount: number } {
  const parser = new CsvParser(dialect, { isLenient: true });
  const { rows } = parser.write(text);
  return { rows, faultCount: parser.faultCount };
}
