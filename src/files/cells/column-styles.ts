/** Collects the findings of a scan: rows, columns, and the number and date style of each column. */
import { InputError } from '../../core/errors.js';
import { DateColumn, describeDates, type DateOrder } from './dates.js';
import { describeVerdict, NumberColumn, type NumberStyle } from './numbers.js';
import type { ColumnKind, ReadOptions } from './source-row.js';
import { addColumns } from './header-row.js';
import type { Problem } from '../../model/item.js';

export interface ColumnFindings {
  /** The number of rows below the header that are not blank, faulty ones included. */
  rowCount: number;
  headers: string[];
  /** By header, for each column that holds amounts. */
  numberStyles: Record<string, NumberStyle>;
  /** By header, for each column that holds dates. */
  dateOrders: Record<string, DateOrder>;
  warnings: Problem[];
}

export interface JudgeRequest {
  rowsMax: number;
  /** Returns the kind of values in the columns with that header. */
  kindOf: (header: string) => ColumnKind;
  options: ReadOptions;
  /** True: the file is Danish, so that a date with slashes begins with the day. */
  isDayFirst?: boolean;
  /** Returns the function that looks at the cells under a header; null: nobody asks. */
  watchOf?: (header: string) => CellWatch | null;
  /** Takes a fault of a column or of hidden rows, so that the scan goes on; absent: the first one is thrown. */
  onFault?: ((fault: InputError) => void) | undefined;
  /** True if the headers are those of our own Danish files; absent: they are not known. */
  isOwnDanish?: (headers: readonly string[]) => boolean;
}

/** The decimal separator and the order of dates in our own Danish files. */
const DANISH = { decimalSeparator: ',', dateFormat: 'dmy' } as const;

/** Judges the column. If that is unclear, `fallback` decides: cells of another style fail by their row. */
function judged<Given, Verdict>(
  column: { judge(given?: Given): Verdict },
  given: Given | undefined,
  fallback: Given | null,
): Verdict {
  if (given !== undefined || fallback === null) return column.judge(given);
  try {
    return column.judge();
  } catch (error) {
    if (error instanceof InputError) return column.judge(fallback);
    throw error;
  }
}

/** Runs a step of the judgement; null: its fault was handed to `onFault`. */
export function judgeOrHand<T>(onFault: JudgeRequest['onFault'], step: () => T): T | null {
  if (onFault === undefined) return step();
  try {
    return step();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    onFault(error);
    return null;
  }
}

/** Looks at a cell, blank or not, typed or not. */
export type CellWatch = (text: string, row: number) => void;

export class ColumnStyleDetector {
  readonly #request: JudgeRequest;
  readonly #headers = new Set<string>();
  readonly #numbers = new Map<string, NumberColumn>();
  readonly #dates = new Map<string, DateColumn>();
  readonly #watches = new Map<string, CellWatch>();
  /** Index and header of every column of amounts or dates, and of those that somebody watches. */
  readonly judged: [number, string][] = [];
  #rowCount = 0;

  constructor(request: JudgeRequest) {
    this.#request = request;
  }

  countRow(): void {
    this.#rowCount += 1;
    const { rowsMax } = this.#request;
    if (this.#rowCount <= rowsMax) return;
    throw new InputError({
      code: 'INPUT_TOO_LARGE',
      message: `The file has more than ${rowsMax} rows.`,
      hint: 'Split it, or raise BULK_MAX_ROWS.',
    });
  }

  addHeaders(headers: readonly string[]): void {
    for (const header of headers) {
      if (this.#headers.has(header)) continue;
      addColumns(this.#headers, [header]);
      const kind = this.#request.kindOf(header);
      const watch = this.#request.watchOf?.(header) ?? null;
      if (watch !== null) this.#watches.set(header, watch);
      if (kind !== 'amount' && kind !== 'date' && watch === null) continue;
      if (kind === 'amount') this.#numbers.set(header, new NumberColumn(header));
      else if (kind === 'date') {
        this.#dates.set(header, new DateColumn(header, this.#request.isDayFirst));
      }
      this.judged.push([this.#headers.size - 1, header]);
    }
  }

  /** Adds a text cell as evidence. */
  addText(header: string, text: string, row: number): void {
    this.#numbers.get(header)?.addText(text, row);
    this.#dates.get(header)?.addText(text, row);
    this.#watches.get(header)?.(text, row);
  }

  /** Adds a typed number, which shows no style. */
  addNumber(header: string, text: string, row: number): void {
    this.#watches.get(header)?.(text, row);
  }

  /** Throws `INPUT_AMBIGUOUS` if the style of a column is unclear, or hands that to `onFault`. */
  finish(): ColumnFindings {
    const { options, isOwnDanish, onFault } = this.#request;
    const told = options.dialect === 'da' ? DANISH : {};
    const { decimalSeparator, dateFormat } = { ...told, ...options };
    const isOwn = isOwnDanish?.([...this.#headers]) === true;
    const numberStyles: [string, NumberStyle][] = [];
    const dateOrders: [string, DateOrder][] = [];
    const warnings: Problem[] = [];
    const warn = (code: string, message: string | null): void => {
      if (message !== null) warnings.push({ code, message });
    };
    for (const [header, column] of this.#numbers) {
      const fallback = isOwn ? DANISH.decimalSeparator : null;
      const verdict = judgeOrHand(onFault, () => judged(column, decimalSeparator, fallback));
      if (verdict === null) continue;
      numberStyles.push([header, verdict.style]);
      warn('NUMBER_STYLE', describeVerdict(header, verdict));
    }
    for (const [header, column] of this.#dates) {
      const fallback = isOwn ? DANISH.dateFormat : null;
      const verdict = judgeOrHand(onFault, () => judged(column, dateFormat, fallback));
      if (verdict === null) continue;
      dateOrders.push([header, verdict.order]);
      warn('DATE_ORDER', describeDates(header, verdict));
    }
    return {
      rowCount: this.#rowCount,
      headers: [...this.#headers],
      numberStyles: Object.fromEntries(numberStyles),
      dateOrders: Object.fromEntries(dateOrders),
      warnings,
    };
  }
}
