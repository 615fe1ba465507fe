/** Looks at cells during the scan that decide whether a header may be ignored or used. */
import type { CellWatch } from '../../files/cells/column-styles.js';
import type { CellQuestion, MappedFile } from '../../resources/definition/headers.js';
import { questionsError, type RaisedQuestion } from '../../resources/headers/header-questions.js';
import type { Problem } from '../../model/item.js';
import { quote } from '../../core/text.js';

const HEADER_CHARS_SHOWN = 40;

/** Whole numbers, and dashed UUIDs: Billy's ids are neither (billy-api.md section 6). */
const FOREIGN_ID = /^#?\d+$|^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface Seen {
  /** By question: the first row with a cell that raises it. */
  readonly rows: Map<string, number>;
  mayBeBillys: boolean;
}

export class WatchedHeaders {
  readonly #seen = new Map<string, Seen>();
  readonly #questionsOf: (header: string) => readonly CellQuestion[];

  constructor(questionsOf: (header: string) => readonly CellQuestion[]) {
    this.#questionsOf = questionsOf;
  }

  watchOf(header: string): CellWatch | null {
    const questions = this.#questionsOf(header);
    if (questions.length === 0) return null;
    return (text, row) => {
      if (text === '') return;
      const seen = this.#seen.get(header) ?? {
        rows: new Map<string, number>(),
        mayBeBillys: false,
      };
      if (!seen.mayBeBillys) seen.mayBeBillys = !FOREIGN_ID.test(text);
      for (const { what, asks } of questions) {
        if (!seen.rows.has(what) && asks(text)) seen.rows.set(what, row);
      }
      this.#seen.set(header, seen);
    };
  }

  /** Throws `INPUT_AMBIGUOUS` with every question that a cell raises. */
  checkQuestions({ questions }: Pick<MappedFile, 'questions'>): void {
    const raised = questions.flatMap((question): RaisedQuestion[] => {
      const row = this.#seen.get(question.header)?.rows.get(question.what);
      return row === undefined ? [] : [{ question, row }];
    });
    if (raised.length > 0) throw questionsError(raised);
  }

  /** Leaves an id column out that holds another system's ids. */
  withoutForeignIds(mapped: MappedFile, headers: readonly string[]): MappedFile {
    const { columns, parts, warnings } = mapped;
    const index = columns.indexOf('id');
    const header = headers[index] ?? '';
    const seen = this.#seen.get(header);
    if (index === -1 || seen === undefined || seen.mayBeBillys) return mapped;
    const name = quote(header, HEADER_CHARS_SHOWN);
    const warning: Problem = {
      code: 'COLUMN_IGNORED',
      message: `Ignored, because its values are not ids of Billy but of another system: ${name}.`,
    };
    return {
      ...mapped,
      columns: columns.with(index, null),
      parts: parts.with(index, null),
      warnings: [...warnings, warning],
    };
  }
}
