/** Untrusted text (files, Billy, callers) on its way to people and models: what hides is shown, what is long is cut. */
import { LIMITS } from './limits.js';

/**
 * Control and format signs (escapes, bidirectional overrides, marks without width, tags), lone surrogates, private
 * and unassigned code points, line and paragraph separators, letters and marks that show nothing.
 */
const HIDDEN = String.raw`[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]`;
const IS_HIDDEN = new RegExp(HIDDEN, 'u');
/** Emoji are whole: joiners and selectors in them have a shape. Line breaks and tabs are left to the caller. */
const EMOJI = String.raw`\p{RGI_Emoji}|\p{Extended_Pictographic}\ufe0e`;
const EMOJI_OR_HIDDEN = new RegExp(
  String.raw`(${EMOJI})|(?:(?!\r\n|\p{Extended_Pictographic})[${HIDDEN}--[\n\t]])+`,
  'gv',
);

const LINE_BREAK = /\r\n|\n/g;
const LINE_BREAK_MARK = '⏎';
const TAB_MARK = '⇥';
const CUT_MARK = '…';
/** Signs of one run that are named; more are counted. */
const NAMED_MAX = 3;
/** What is cut away anyway is not looked at: so many characters may become one. */
const LOOKED_AT_PER_CHAR = 4;
const LOOKED_AT_MORE = 64;

const GRAPHEMES = new Intl.Segmenter('da', { granularity: 'grapheme' });

function codeOf(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A run of hidden signs as `[U+202E]`, a long one by its first signs and how many more there are. */
function markOf(run: string): string {
  const signs = Array.from(run);
  const named = signs.slice(0, NAMED_MAX).map(codeOf);
  const more = signs.length - named.length;
  return `[${named.join(' ')}${more > 0 ? ` +${String(more)}` : ''}]`;
}

function replaceHidden(text: string, replacement: (run: string) => string): string {
  return text.replace(EMOJI_OR_HIDDEN, (found, emoji: string | undefined) => {
    return emoji ?? replacement(found);
  });
}

/** The text with its line breaks and tabs as they are, and everything else that hides shown. */
export function showBlock(text: string): string {
  return IS_HIDDEN.test(text) ? replaceHidden(text, markOf) : text;
}

/** One line: breaks and tabs are shown too. */
function showLine(text: string): string {
  if (!IS_HIDDEN.test(text)) return text;
  const line = text.replace(LINE_BREAK, LINE_BREAK_MARK).replaceAll('\t', TAB_MARK);
  return replaceHidden(line, markOf);
}

/** The first `charsMax` characters of a longer text, a mark of the cut included, no sign of it torn. */
export function cutText(text: string, charsMax: number): string {
  const room = charsMax - CUT_MARK.length;
  if (room < 0) return '';
  if (text.length <= room) return text + CUT_MARK;
  const end = GRAPHEMES.segment(text).containing(room)?.index ?? 0;
  if (end > 0) return text.slice(0, end) + CUT_MARK;
  // One sign, longer than the room: then its first parts, without what holds them together.
  const part = text.slice(0, room).replace(/[\ud800-\udbff]$/, '');
  return replaceHidden(part, () => '') + CUT_MARK;
}

/** What is worth looking at to fill `charsMax` characters. */
function headOf(text: string, charsMax: number): string {
  const lookedAtMax = charsMax * LOOKED_AT_PER_CHAR + LOOKED_AT_MORE;
  return text.length <= lookedAtMax
    ? text
    : text.slice(0, lookedAtMax).replace(/[\ud800-\udbff]$/, '');
}

function clipWith(show: (text: string) => string, text: string, charsMax: number): string {
  const head = headOf(text, charsMax);
  const shown = show(head);
  return head === text && shown.length <= charsMax ? shown : cutText(shown, charsMax);
}

/** More marks on one letter than Unicode's stream-safe texts may have. */
const MARKS_TOO_MANY = new RegExp(`\\p{M}{${LIMITS.marksMax + 1}}`, 'u');

/**
 * The text composed: a Mac writes `Å` as `A` and a ring. One with more marks on a letter than any
 * language has stays as it is: putting them in order takes the square of their number.
 */
export function composeText(text: string): string {
  return MARKS_TOO_MANY.test(text) ? text : text.normalize('NFC');
}

/** One line of at most `charsMax` characters; what hides or reorders text is shown. */
export function clip(text: string, charsMax: number): string {
  return clipWith(showLine, text.trim(), charsMax);
}

/** The same with its line breaks and tabs. */
export function clipBlock(text: string, charsMax: number): string {
  return clipWith(showBlock, text, charsMax);
}

/** Untrusted text as a quoted field value: visible boundaries, no line breaks, cut to length. */
export function quote(text: string, charsMax: number): string {
  return JSON.stringify(clip(text, charsMax));
}
