/**
 * Counting a CSV's rows and finding its faults, where no column's cells have to be judged. A piece of
 * text without a quote can have no quoting fault, and its lines are its rows: no need to take it apart.
 */
import type { CsvHead } from './csv-head.js';
import { checkRowChars, parseComplete, parseLast, type CsvDialect } from './csv-parse.js';
import { isBlankRow, isPlainEnd } from './header-row.js';

const QUOTE = '"';

/** The line from `start` to `end` holds something; most show it by their first sign. */
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
  #row: number;

  constructor(head: CsvHead, onRow: () => void) {
    this.#head = head;
    this.#onRow = onRow;
    this.#row = head.dialect.hasSepLine ? 0 : 1;
  }

  get place(): { dialect: CsvDialect; firstRow: number } {
    return { dialect: this.#head.dialect, firstRow: this.#row };
  }

  /** How many characters of complete rows the text begins with; what follows is left for later. */
  takeLines(text: string): number {
    const { lineBreak, delimiter } = this.#head.dialect;
    let start = 0;
    for (;;) {
      const end = text.indexOf(lineBreak, start);
      if (end === -1) return start;
      this.#note(isFilled(text, { start, end }, delimiter));
      start = end + 1;
    }
  }

  takeRows(rows: readonly (readonly string[])[]): void {
    for (const cells of rows) this.#note(!isBlankRow(cells));
  }

  #note(isFilledRow: boolean): void {
    if (isFilledRow && this.#row > this.#head.headerRow) this.#onRow();
    this.#row += 1;
  }
}

/** Calls `onRow` for every row that `readCsvRows` would give. Throws `CSV_MALFORMED` as it does. */
export async function countCsvRows(
  text: AsyncIterable<string>,
  head: CsvHead,
  onRow: () => void,
): Promise<void> {
  const count = new RowCount(head, onRow);
  let pending = '';
  for await (const piece of text) {
    const whole = pending + piece;
    if (whole.includes(QUOTE)) {
      const { rows, charsRead } = parseComplete(whole, count.place);
      count.takeRows(rows);
      pending = whole.slice(charsRead);
    } else {
      pending = whole.slice(count.takeLines(whole));
    }
    checkRowChars(pending, count.place);
  }
  count.takeRows(parseLast(pending, count.place));
}
