/** Untrusted text (files, Billy) on its way into fields that people and models read. */
import { LIMITS } from './limits.js';

// Control and format characters (bidirectional overrides, zero-width marks, tags), lone surrogates.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu;

/** More marks on one letter than Unicode's stream-safe texts may have. */
const MARKS_TOO_MANY = new RegExp(`\\p{M}{${LIMITS.marksMax + 1}}`, 'u');

/**
 * The text composed: a Mac writes `Å` as `A` and a ring. One with more marks on a letter than any
 * language has stays as it is: putting them in order takes the square of their number.
 */
export function composeText(text: string): string {
  return MARKS_TOO_MANY.test(text) ? text : text.normalize('NFC');
}

/** One line of at most `charsMax` characters, without characters that hide or reorder text. */
export function clip(text: string, charsMax: number): string {
  const line = text.replace(UNSAFE, ' ').trim();
  if (line.length <= charsMax) return line;
  if (charsMax < 1) return '';
  const cut = line.slice(0, charsMax - 1);
  // Never leave half of a surrogate pair behind.
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** Untrusted text as a quoted field value: visible boundaries, no line breaks, cut to length. */
export function quote(text: string, charsMax: number): string {
  return JSON.stringify(clip(text, charsMax));
}
