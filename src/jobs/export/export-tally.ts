/** Counts the records and rows of an export, and what its rows do not show. */
import type { Problem } from '../../model/item.js';

const ROWS_SHOWN = 5;
/** The row of the headers is 1. */
const FIRST_ROW = 2;

interface Loss {
  count: number;
  /** The first rows of the file that it is about, as a spreadsheet numbers them. */
  readonly rows: number[];
}

export class ExportTally {
  #total = 0;
  #rowCount = 0;
  /** By the words of the warning. */
  readonly #losses = new Map<string, Loss>();

  /** Exported records. */
  get total(): number {
    return this.#total;
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  addRecord(rowCount: number, losses: readonly string[]): void {
    for (const loss of losses) this.#add(loss, this.#rowCount + FIRST_ROW);
    this.#total += 1;
    this.#rowCount += rowCount;
  }

  addLeftOut(reason: string): void {
    this.#add(reason, null);
  }

  /** One warning for each kind of loss. */
  warnings(plural: string): Problem[] {
    return [...this.#losses].map(([loss, { count, rows }]) => {
      const place = rows.length === 0 ? '' : ` First rows: ${rows.join(', ')}.`;
      return { code: 'EXPORT_LOSS', message: `${String(count)} ${plural} ${loss}.${place}` };
    });
  }

  #add(words: string, row: number | null): void {
    const loss = this.#losses.get(words) ?? { count: 0, rows: [] };
    this.#losses.set(words, loss);
    loss.count += 1;
    if (row !== null && loss.rows.length < ROWS_SHOWN) loss.rows.push(row);
  }
}
