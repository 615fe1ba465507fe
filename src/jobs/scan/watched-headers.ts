/** Looks at cells during the scan that decide whether a header may be ignored or used. */
import type { CellWatch } from '../../files/cells/column-styles.js';
import type { MappedFile } from '../../resources/definition/headers.js';
import type { Problem } from '../../model/item.js';
import { quote } from '../../core/text.js';

const HEADER_CHARS_SHOWN = 40;

/** Whole numbers, and dashed UUIDs: Billy's ids are neither (billy-api.md section 6). */
const FOREIGN_ID = /^#?\d+$|^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface Seen {
  /** The first row with a filled cell. */
  readonly row: number;
  mayBeBillys: boolean;
}

export class WatchedHeaders {
  readonly #seen = new Map<string, Seen>();
  readonly #isWatched: (header: string) => boolean;

  constructor(isWatched: (header: string) => boolean) {
    this.#isWatched = isWatched;
  }

  watchOf(header: string): CellWatch | null {
    if (!this.#isWatched(header)) return null;
    return (text, row) => {
      if (text === '') return;
      const seen = this.#seen.get(header) ?? { row, mayBeBillys: false };
      if (!seen.mayBeBillys) seen.mayBeBillys = !FOREIGN_ID.test(text);
      this.#seen.set(header, seen);
    };
  }

  /** Throws `INPUT_AMBIGUOUS` if a cell under a questionable header is filled. */
  checkQuestions({ questions }: MappedFile): void {
    for (const question of questions) {
      const seen = this.#seen.get(question.header);
      if (seen !== undefined) throw question.error(seen.row);
    }
  }

  /** Leaves an id column out that holds another system's ids. */
  withoutForeignIds(
    mapped: MappedFile,
    headers: readonly string[],
  ): Pick<MappedFile, 'columns' | 'parts' | 'warnings'> {
    const { columns, parts, warnings } = mapped;
    const index = columns.indexOf('id');
    const header = headers[index] ?? '';
    const seen = this.#seen.get(header);
    if (index === -1 || seen === undefined || seen.mayBeBillys) return { columns, parts, warnings };
    const name = quote(header, HEADER_CHARS_SHOWN);
    const warning: Problem = {
      code: 'COLUMN_IGNORED',
      message: `Ignored, because its values are not ids of Billy but of another system: ${name}.`,
    };
    return {
      columns: columns.with(index, null),
      parts: parts.with(index, null),
      warnings: [...warnings, warning],
    };
  }
}
