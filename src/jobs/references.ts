/** References that the account lacks, each named once: of an invoice job all are, before anything is sent. */
import { LIMITS } from '../core/limits.js';
import type { RowIssue } from '../resources/resource.js';
import type { Problem } from '../store/types.js';

interface Unknown {
  readonly message: string;
  readonly firstRow: number;
  count: number;
}

/** A warning is shown to this length; more of them are needed for more references. */
const WARNING_CHARS = 280;

export class UnknownReferences {
  readonly #unknown = new Map<string, Unknown>();
  #isCut = false;

  add(issues: readonly RowIssue[], row: number): void {
    for (const { message } of issues) {
      const known = this.#unknown.get(message);
      if (known !== undefined) known.count += 1;
      else if (this.#unknown.size >= LIMITS.referencesNamedMax) this.#isCut = true;
      else this.#unknown.set(message, { message, firstRow: row, count: 1 });
    }
  }

  /** Every one of them, as many to a warning as can be read. */
  warnings(): Problem[] {
    const texts = [...this.#unknown.values()].map(
      ({ message, firstRow, count }) =>
        `${message} (row ${String(firstRow)}${count > 1 ? `, ${String(count)} times` : ''})`,
    );
    if (this.#isCut) texts.push('and more, see the report');
    const lines: string[] = [];
    for (const text of texts) {
      const last = lines.at(-1);
      const isRoomy = last !== undefined && last.length + text.length + 2 <= WARNING_CHARS;
      if (isRoomy) lines[lines.length - 1] = `${last}; ${text}`;
      else lines.push(text);
    }
    return lines.map((message) => ({ code: 'REFERENCE_NOT_FOUND', message }));
  }
}
