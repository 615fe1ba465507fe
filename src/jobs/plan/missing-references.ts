/**
 * Collects references that do not exist in the account, and turns them into warnings that name each once. An
 * invoice job has all of its references checked before it sends anything.
 */
import { LIMITS } from '../../core/limits.js';
import type { RowIssue } from '../../resources/definition/resource.js';
import type { Problem } from '../../model/item.js';

interface Unknown {
  readonly message: string;
  readonly firstRow: number;
  count: number;
}

/** Few enough that a reader sees each in full, beside warnings about other things. */
const WARNINGS_MAX = 6;

export class UnknownReferences {
  readonly #unknown = new Map<string, Unknown>();
  #isCut = false;

  /** Adds the issues of one item; `rows` are its rows, in the order of its lines. */
  add(issues: readonly RowIssue[], rows: readonly { readonly row: number }[]): void {
    for (const { message, line = 0 } of issues) {
      const row = rows[line]?.row ?? 0;
      const known = this.#unknown.get(message);
      if (known !== undefined) known.count += 1;
      else if (this.#unknown.size >= LIMITS.referencesNamedMax) this.#isCut = true;
      else this.#unknown.set(message, { message, firstRow: row, count: 1 });
    }
  }

  /** The warnings, each with as many references as can be read. */
  warnings(): Problem[] {
    const texts = [...this.#unknown.values()].map(
      ({ message, firstRow, count }) =>
        `${message} (row ${String(firstRow)}${count > 1 ? `, ${String(count)} times` : ''})`,
    );
    const lines: string[] = [];
    let named = 0;
    for (const text of texts) {
      const last = lines.at(-1);
      const longer = `${last ?? ''}; ${text}`;
      if (last !== undefined && longer.length < LIMITS.warningCharsMax)
        lines[lines.length - 1] = longer;
      else if (lines.length < WARNINGS_MAX) lines.push(`Unknown: ${text}`);
      else break;
      named += 1;
    }
    const left = texts.length - named;
    if (left > 0 || this.#isCut) {
      const atLeast = this.#isCut ? 'At least ' : '';
      lines.push(`${atLeast}${String(left)} more are unknown; the report names each of them.`);
    }
    return lines.map((message) => ({ code: 'REFERENCE_NOT_FOUND', message }));
  }
}
