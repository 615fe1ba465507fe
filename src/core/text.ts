/** Prepares untrusted text (files, Billy, callers) for people and models: shows hidden characters, cuts long texts. */
import { LIMITS } from './limits.js';

/**
 * Hidden characters: control and format characters (escapes, bidirectional overrides, zero-width marks, tags),
 * lone surrogates, private and unassigned code points, line and paragraph separators, blank letters and marks.
 */
const HIDDEN = String.raw`[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]`;
const IS_HIDDEN = new RegExp(HIDDEN, 'u');
/**
 * Emoji stay whole: joiners and selectors are visible in them. The caller handles line breaks and tabs. The look
 * ahead tries the long list of emoji only where one can begin: that takes a fifth of the time.
 */
const EMOJI = String.raw`(?=\p{Emoji})\p{RGI_Emoji}|\p{Extended_Pictographic}\ufe0e`;
const EMOJI_OR_HIDDEN = String.raw`(${EMOJI})|(?:(?!\r\n|\p{Extended_Pictographic})[${HIDDEN}--[\n\t]])+`;

const LINE_BREAK = /\r\n|\n/g;
const LINE_BREAK_MARK = '⏎';
const TAB_MARK = '⇥';
const CUT_MARK = '…';
/** Characters of one run that are named; further ones are counted. */
const NAMED_MAX = 3;
/** Characters read for each shown one; the rest would be cut anyway. */
const LOOKED_AT_PER_CHAR = 4;
const LOOKED_AT_MORE = 64;

// Both are built when they are first needed: that takes 30 ms and a MiB, and most processes never need them.
let emojiOrHidden: RegExp | null = null;
let graphemes: Intl.Segmenter | null = null;

function emojiOrHiddenPattern(): RegExp {
  emojiOrHidden ??= new RegExp(EMOJI_OR_HIDDEN, 'gv');
  return emojiOrHidden;
}

function segmenter(): Intl.Segmenter {
  graphemes ??= new Intl.Segmenter('da', { granularity: 'grapheme' });
  return graphemes;
}

function codeOf(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A run of hidden characters as `[U+202E]`; a long run as its first characters and the number of the others. */
function markOf(run: string): string {
  const signs = Array.from(run);
  const named = signs.slice(0, NAMED_MAX).map(codeOf);
  const more = signs.length - named.length;
  return `[${named.join(' ')}${more > 0 ? ` +${String(more)}` : ''}]`;
}

function replaceHidden(text: string, replacement: (run: string) => string): string {
  return text.replace(emojiOrHiddenPattern(), (found, emoji: string | undefined) => {
    return emoji ?? replacement(found);
  });
}

/** Shows hidden characters; line breaks and tabs stay. */
export function showBlock(text: string): string {
  return IS_HIDDEN.test(text) ? replaceHidden(text, markOf) : text;
}

/** Shows hidden characters, line breaks and tabs: the result is one line. */
function showLine(text: string): string {
  if (!IS_HIDDEN.test(text)) return text;
  const line = text.replace(LINE_BREAK, LINE_BREAK_MARK).replaceAll('\t', TAB_MARK);
  return replaceHidden(line, markOf);
}

/** Cuts a longer text to `charsMax` characters, including the cut mark, without splitting a grapheme. */
export function cutText(text: string, charsMax: number): string {
  const room = charsMax - CUT_MARK.length;
  if (room < 0) return '';
  if (text.length <= room) return text + CUT_MARK;
  const end = segmenter().segment(text).containing(room)?.index ?? 0;
  if (end > 0) return text.slice(0, end) + CUT_MARK;
  // A single grapheme longer than the room: take its first parts, without the joiners.
  const part = text.slice(0, room).replace(/[\ud800-\udbff]$/, '');
  return replaceHidden(part, () => '') + CUT_MARK;
}

/** The beginning of the text that is enough to fill `charsMax` characters. */
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
 * Composes the text: a Mac writes `Å` as `A` and a ring. A text with more marks on a letter than any language
 * has stays unchanged, because sorting the marks takes quadratic time.
 */
export function composeText(text: string): string {
  return MARKS_TOO_MANY.test(text) ? text : text.normalize('NFC');
}

/** One line of at most `charsMax` characters, with hidden and reordering characters shown. */
export function clip(text: string, charsMax: number): string {
  return clipWith(showLine, text.trim(), charsMax);
}

/** Like `clip`, but line breaks and tabs stay. */
export function clipBlock(text: string, charsMax: number): string {
  return clipWith(showBlock, text, charsMax);
}

/** Untrusted text as a quoted field value: visible boundaries, no line breaks, cut to length. */
export function quote(text: string, charsMax: number): string {
  return JSON.stringify(clip(text, charsMax));
}
