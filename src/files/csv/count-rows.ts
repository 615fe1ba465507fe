/**
 * Counts the rows of a CSV and finds its faults when no column needs its cells judged. A piece of text
 * without a quote has no quoting fault and its lines are its rows, so it is not split into cells.
 */
import { LIMITS } from '../../core/limits.js';
import type { CsvHead } from './head.js';
import { CsvParser, QUOTE, type ParsedRows } from './parse.js';
import { isBlankRow, isPlainEnd } from '../cells/header-row.js';
import { quotedTableOf, refuseSwallowedRows, type QuotedTable } from './quoted-lines.js';

/** True if the line from `start` to `end` is not blank; mostly its first character decides. */
function isFilled(text: string, line: { start: number; end: number }, delimiter: string): boolean {
  const { start, end } = line;
  if (end === start) return false;
  const first = text.charCodeAt(start);
  if (isPlainEnd(first) && first !== delimiter.charCodeAt(0)) return true;
  return !isBlankRow(text.slice(start, end).split(delimiter));
}

class RowCount {
  readonly #head: CsvHead;
  readonly #onRow: () => void;
  readonly #parser: CsvParser;
  readonly #table: QuotedTable;

  constructor(head: CsvHead, onRow: () => void) {
    this.#head = head;
    this.#onRow = onRow;
    this.#parser = new CsvParser(head.dialect);
    this.#table = quotedTableOf(head);
  }

  take(piece: string): void {
    if (this.#parser.isInQuotes || piece.includes(QUOTE)) this.#takeRows(this.#parser.write(piece));
    else this.#takeLines(piece);
  }

  finish(): void {
    this.#takeRows(this.#parser.end());
  }

  /** Counts whole lines directly; the parser gets lines that begin or end in another piece. */
  #takeLines(piece: string): void {
    const { lineBreak, delimiter } = this.#head.dialect;
    let start = 0;
    for (;;) {
      const end = piece.indexOf(lineBreak, start);
      if (end === -1) break;
      // The parser also checks lines that are long enough to have too many cells.
      if (this.#parser.isAtRowStart && end - start < LIMITS.rowCellsMax) {
        this.#note(this.#parser.row, isFilled(piece, { start, end }, delimiter));
        this.#parser.skipRows(1);
      } else {
        this.#takeRows(this.#parser.write(piece.slice(start, end + 1)));
      }
      start = end + 1;
    }
    if (start < piece.length) this.#takeRows(this.#parser.write(piece.slice(start)));
  }

  #takeRows({ firstRow, rows }: ParsedRows): void {
    for (const [index, cells] of rows.entries()) {
      const row = firstRow + index;
      if (row > this.#head.headerRow) refuseSwallowedRows(row, cells, this.#table);
      this.#note(row, !isBlankRow(cells));
    }
  }

  #note(row: number, isFilledRow: boolean): void {
    if (isFilledRow && row > this.#head.headerRow) this.#onRow();
  }
}

/** Calls `onRow` for every row that `readCsvRows` would yield. Throws `CSV_MALFORMED` like it. */
export async function countCsvRows(
  text: AsyncIterable<string>,
  head: CsvHead,
  onRow: () => void,
): Promise<void> {
  const count = new RowCount(head, onRow);
  for await (const piece of text) count.take(piece);
  count.finish();
}
