/**
 * Inserts items without the query builder, for speed: the inserts run for every row of a file, on the
 * handle of the open transaction.
 */
import type { StatementCache } from './statement-cache.js';
import { PLANNED_COLUMNS, plannedValues, PLAIN_COLUMN_COUNT } from '../sql/rows.js';
import type { InsertItems } from '../sql/planned-items.js';

export type Value = string | number | null;

/** Rows per statement. With one statement per row, each row takes a quarter more time. */
const ROWS_A_STATEMENT = 10;

/** The statements that insert one row, and many. Values that the rows share are bound once, by name. */
export class InsertTexts {
  readonly one: string;
  readonly many: string;
  /** Number of values per row, without the shared values. */
  readonly width: number;

  constructor(own: readonly string[], common: readonly string[]) {
    const names = [...own, ...common].map((name) => `"${name}"`).join(', ');
    const places = [...own.map(() => '?'), ...common.map((name) => `@${name}`)].join(', ');
    const into = `INSERT INTO items (${names}) VALUES`;
    const rows = Array.from({ length: ROWS_A_STATEMENT }, () => `(${places})`);
    this.one = `${into} (${places})`;
    this.many = `${into} ${rows.join(', ')}`;
    this.width = own.length;
  }
}

/** Inserts the rows of one transaction, many per statement while there are enough, then one by one. */
export class RowInserter {
  readonly #statements: StatementCache;
  readonly #texts: InsertTexts;
  readonly #common: Readonly<Record<string, Value>>;
  #waiting: Value[] = [];

  constructor(
    statements: StatementCache,
    texts: InsertTexts,
    common: Readonly<Record<string, Value>>,
  ) {
    this.#statements = statements;
    this.#texts = texts;
    this.#common = common;
  }

  add(values: readonly Value[]): void {
    this.#waiting.push(...values);
    const { many, width } = this.#texts;
    if (this.#waiting.length < ROWS_A_STATEMENT * width) return;
    this.#statements.prepare(many).run(this.#waiting, this.#common);
    this.#waiting = [];
  }

  finish(): void {
    const { one, width } = this.#texts;
    while (this.#waiting.length > 0) {
      this.#statements.prepare(one).run(this.#waiting.splice(0, width), this.#common);
    }
  }
}

const PLAIN_COLUMNS = PLANNED_COLUMNS.slice(0, PLAIN_COLUMN_COUNT);

export function itemInserter(statements: StatementCache): InsertItems {
  const plain = new InsertTexts(PLAIN_COLUMNS, ['job_id']);
  const full = new InsertTexts(PLANNED_COLUMNS, ['job_id']);
  return (_transaction, { jobId, items }) => {
    const inserter = new RowInserter(statements, plain, { job_id: jobId });
    for (const item of items) {
      const values = plannedValues(item);
      if (values.length === PLAIN_COLUMN_COUNT) inserter.add(values);
      else statements.prepare(full.one).run(values, { job_id: jobId });
    }
    inserter.finish();
    return Promise.resolve();
  };
}
