/**
 * Escapes cells with apostrophes so that a spreadsheet does not run them, and removes the apostrophes
 * again: an exact inverse (contract, section 4). Exports escape, imports unescape. A program that splits
 * the line at another separator makes cells of parts of a cell, so each part is escaped.
 */

const APOSTROPHE = "'";

/** Characters at which some program splits a line into cells, or a file into lines. */
const SEPARATORS = ',;|\\t\\n\\r\\v\\f\\u0085\\u2028\\u2029';
/**
 * The first characters of formulas, and those that a spreadsheet cuts off before one: in ASCII, and
 * those that a change of the character set turns into them.
 */
const SIGNS = '=@\\t\\r+\\-＝﹦⁼₌＠﹫＋﹢⁺₊－﹣⁻₋';

const SIGN = new RegExp(`[${SIGNS}]`, 'g');
const SEPARATOR = new RegExp(`[${SEPARATORS}]`);
/** Characters that a reader may drop: quotes, blanks and invisible characters. */
const DROPPABLE = /[\s\p{Cc}\p{Cf}"]/u;
/** Digits behind apostrophes: a spreadsheet writes one so that it keeps zeros in front, and shows none. */
const KEPT_DIGITS = /^'+\d(?:[ .,-]?\d)*$/;
/** A signed number or a phone number: digits and spaces are not a formula. */
const PLAIN = /^(?:[+-](?:\d[\d.,]*|[.,]\d+)|\+\d[\d ]*)\s*$/;

/** A formula character at the start of a part, behind apostrophes and droppable characters at most. */
interface Opening {
  /** The index of the character. */
  readonly at: number;
  readonly sign: string;
  /** The separator before the part; null at the start of the cell. */
  readonly separator: string | null;
  /** True if an apostrophe is directly before the character: a guard, or text that looks like one. */
  readonly isGuarded: boolean;
}

/** The character that ends at `end`, both halves of a surrogate pair. */
function characterBefore(text: string, end: number): string {
  const isPair = /[\udc00-\udfff]/.test(text.charAt(end - 1)) && end > 1;
  return text.slice(isPair ? end - 2 : end - 1, end);
}

/** Walks back from a formula character; null if other text precedes it in its part. */
function openingAt(text: string, at: number): Opening | null {
  const sign = text.charAt(at);
  let start = at;
  while (start > 0 && text.charAt(start - 1) === APOSTROPHE) start -= 1;
  const isGuarded = start < at;
  while (start > 0) {
    const before = characterBefore(text, start);
    if (SEPARATOR.test(before)) return { at, sign, separator: before, isGuarded };
    if (!DROPPABLE.test(before)) return null;
    start -= before.length;
  }
  return { at, sign, separator: null, isGuarded };
}

function openingsOf(text: string): Opening[] {
  const openings: Opening[] = [];
  SIGN.lastIndex = 0;
  for (let found = SIGN.exec(text); found !== null; found = SIGN.exec(text)) {
    const opening = openingAt(text, found.index);
    if (opening !== null) openings.push(opening);
  }
  return openings;
}

/** True if no program runs it: a number by itself, or an empty part between two equal separators. */
function isHarmless(text: string, opening: Opening, isLineStart: boolean): boolean {
  const { at, sign, separator, isGuarded } = opening;
  if (isGuarded) return false;
  if (sign === separator) return true;
  // Elsewhere the part, and the number in it, may continue beyond the cell.
  return separator === null && !isLineStart && PLAIN.test(text.slice(at));
}

/**
 * Escapes a cell so that it is safe to open. `isLineStart`: other cells follow in its line. A program
 * that splits at another separator reads them as part of this cell, so even a number is escaped.
 */
export function escapeFormula(text: string, isLineStart = false): string {
  if (KEPT_DIGITS.test(text)) return APOSTROPHE + text;
  let guarded = '';
  let from = 0;
  for (const opening of openingsOf(text)) {
    if (isHarmless(text, opening, isLineStart)) continue;
    guarded += text.slice(from, opening.at) + APOSTROPHE;
    from = opening.at;
  }
  return guarded + text.slice(from);
}

/**
 * Doubles the apostrophes that an import would remove. For cells that are typed as text, which no program
 * runs: nothing needs a guard there, but a text that looks guarded must come back whole.
 */
export function protectGuards(text: string): string {
  if (!text.includes(APOSTROPHE)) return text;
  let kept = '';
  let from = 0;
  for (const { at, isGuarded } of openingsOf(text)) {
    if (!isGuarded) continue;
    kept += text.slice(from, at) + APOSTROPHE;
    from = at;
  }
  return kept + text.slice(from);
}

/** Restores the cell as it was before `escapeFormula` or `protectGuards`. */
export function unescapeFormula(text: string): string {
  if (!text.includes(APOSTROPHE)) return text;
  if (KEPT_DIGITS.test(text)) return text.slice(1);
  let plain = '';
  let from = 0;
  for (const { at, isGuarded } of openingsOf(text)) {
    if (!isGuarded) continue;
    plain += text.slice(from, at - 1);
    from = at;
  }
  return plain + text.slice(from);
}
