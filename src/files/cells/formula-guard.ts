/**
 * The apostrophes that keep a spreadsheet from running a cell, and their exact inverse (contract, section 4):
 * an export puts them there, an import takes them away again. A program that splits the line at another
 * sign than its writer makes cells of its parts, so each part is guarded, not only the whole cell.
 */

const APOSTROPHE = "'";

/** Signs at which some program splits a line into cells, or a file into lines. */
const SEPARATORS = ',;|\\t\\n\\r\\v\\f\\u0085\\u2028\\u2029';
/**
 * What a spreadsheet runs, or cuts off and then runs: the signs of ASCII, and those that a change of the
 * character set turns into them.
 */
const SIGNS = '=@\\t\\r+\\-＝﹦⁼₌＠﹫＋﹢⁺₊－﹣⁻₋';

const SIGN = new RegExp(`[${SIGNS}]`, 'g');
const SEPARATOR = new RegExp(`[${SEPARATORS}]`);
/** May be gone when the part is read: quotes, blanks and what has no shape. */
const FLEETING = /[\s\p{Cc}\p{Cf}"]/u;
/** A signed number or a phone number: digits and spaces compute nothing. */
const PLAIN = /^(?:[+-](?:\d[\d.,]*|[.,]\d+)|\+\d[\d ]*)\s*$/;

/** A sign that begins a part, but for apostrophes and what is fleeting. */
interface Opening {
  /** Where the sign stands. */
  readonly at: number;
  readonly sign: string;
  /** The separator before the part; null: it begins the cell. */
  readonly separator: string | null;
  /** Right before the sign stands an apostrophe: a guard, or what looks like one. */
  readonly isGuarded: boolean;
}

/** The character that ends at `end`, both halves of a pair. */
function characterBefore(text: string, end: number): string {
  const isPair = /[\udc00-\udfff]/.test(text.charAt(end - 1)) && end > 1;
  return text.slice(isPair ? end - 2 : end - 1, end);
}

/** Walks back from a sign; null: something stands before it in its part. */
function openingAt(text: string, at: number): Opening | null {
  const sign = text.charAt(at);
  let start = at;
  while (start > 0 && text.charAt(start - 1) === APOSTROPHE) start -= 1;
  const isGuarded = start < at;
  while (start > 0) {
    const before = characterBefore(text, start);
    if (SEPARATOR.test(before)) return { at, sign, separator: before, isGuarded };
    if (!FLEETING.test(before)) return null;
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

/** Nobody runs it: a number by itself, or an empty part between two of the same separator. */
function isHarmless(text: string, opening: Opening, isLineStart: boolean): boolean {
  const { at, sign, separator, isGuarded } = opening;
  if (isGuarded) return false;
  if (sign === separator) return true;
  // Elsewhere the part may go on beyond the cell, and with it the number.
  return separator === null && !isLineStart && PLAIN.test(text.slice(at));
}

/**
 * The cell as it is safe to open. `isLineStart`: others follow it in its line, and who splits at another
 * sign takes them for its end, so that not even a number is one.
 */
export function escapeFormula(text: string, isLineStart = false): string {
  let guarded = '';
  let from = 0;
  for (const opening of openingsOf(text)) {
    if (isHarmless(text, opening, isLineStart)) continue;
    guarded += text.slice(from, opening.at) + APOSTROPHE;
    from = opening.at;
  }
  return guarded + text.slice(from);
}

/** The cell as it was before `guardCell`. */
export function unescapeFormula(text: string): string {
  if (!text.includes(APOSTROPHE)) return text;
  let plain = '';
  let from = 0;
  for (const { at, isGuarded } of openingsOf(text)) {
    if (!isGuarded) continue;
    plain += text.slice(from, at - 1);
    from = at;
  }
  return plain + text.slice(from);
}
