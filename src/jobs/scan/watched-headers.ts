/** Looks at cells during the scan that decide whether a header may be ignored or used. */
import type { CellWatch } from '../../files/cells/column-styles.js';
import type { MappedFile } from '../../resources/definition/headers.js';
import type { Problem } from '../../model/item.js';
import { quote } from '../../core/text.js';

const HEADER_CHARS_SHOWN = 40;

/** Ids in Billy's form, and those of its first version (billy-api.md section 6). */
const BILLY_ID = /^(?!\d+$)[A-Za-z0-9_]{18,24}$|^\d{4,}-[A-Za-z0-9]{6,}$/;

interface Seen {
  /** The first row with a filled cell. */
  readonly row: number;
  hasBillyId: boolean;
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
      const seen = this.#seen.get(header) ?? { row, hasBillyId: false };
      if (!seen.hasBillyId) seen.hasBillyId = BILLY_ID.test(text);
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
    if (index === -1 || seen === undefined || seen.hasBillyId) return { columns, parts, warnings };
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
