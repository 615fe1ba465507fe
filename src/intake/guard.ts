/**
 * The leading apostrophe that keeps a spreadsheet from running a cell, and its exact inverse
 * (contract, section 4): an export puts it there, an import takes it away again.
 */

// Runs, or is taken for one of our own guards: any number of apostrophes before a telling sign.
const RISKY = /^'*[=@\t\r+-]/;
// A signed number or a phone number: digits and spaces compute nothing.
const PLAIN = /^(?:[+-](?:\d[\d.,]*|[.,]\d+)|\+\d[\d ]*)$/;

/** The cell as it is safe to open. */
export function guardCell(text: string): string {
  return RISKY.test(text) && !PLAIN.test(text) ? `'${text}` : text;
}

/** The cell as it was before `guardCell`. */
export function unguardCell(text: string): string {
  return text.startsWith("'") && RISKY.test(text) ? text.slice(1) : text;
}
