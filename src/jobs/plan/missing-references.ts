/** References that the account lacks, each named once: of an invoice job all are, before anything is sent. */
import { LIMITS } from '../../core/limits.js';
import type { RowIssue } from '../../resources/definition/resource.js';
import type { Problem } from '../../model/item.js';

interface Unknown {
  readonly message: string;
  readonly firstRow: number;
  count: number;
}

/** Of so many warnings a reader sees each whole, beside those about other things. */
const WARNINGS_MAX = 6;

export class UnknownReferences {
  readonly #unknown = new Map<string, Unknown>();
  #isCut = false;

  /** `rows` are those of the item, in the order of its lines. */
  add(issues: readonly RowIssue[], rows: readonly { readonly row: number }[]): void {
    for (const { message, line = 0 } of issues) {
      const row = rows[line]?.row ?? 0;
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
      const least = this.#isCut ? 'At least ' : '';
      lines.push(`${least}${String(left)} more are unknown; the report names each.`);
    }
    return lines.map((message) => ({ code: 'REFERENCE_NOT_FOUND', message }));
  }
}
