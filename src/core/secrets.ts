/**
 * Keeps a secret out of what is stored, shown or logged. Whoever echoes it may do so in other letters or another
 * coding, in pieces, or as the name of a member; a text in which it is found in any of these is replaced.
 */
import { createMatcher, type Matcher } from './matcher.js';

export const SECRET_MARK = '[secret]';

/** Shorter secrets are found only where they stand as words, as they are: they may be part of any text. */
const DISGUISED_CHARS_MIN = 8;
/** A piece of this many letters and digits gives a secret away. */
const PIECE_CHARS = 12;
const HEX_PER_CHAR = 2;
/** Codings within codings. */
const ROUNDS_MAX = 4;
const DEPTH_MAX = 64;
/** The beginning of base64 depends on how many bytes went before, modulo 3. */
const BASE64_SHIFTS = [0, 1, 2] as const;
const BITS_PER_BYTE = 8;
const BITS_PER_BASE64 = 6;
const ASCII_END = 0x80;

/**
 * A letter, digit or sign of ASCII in one of the usual escapes: of JSON and scripts, addresses, HTML, mail.
 * Nothing repeats at a beginning, so that it takes linear time.
 */
const ESCAPED = new RegExp(
  String.raw`(?:\\u00|\\u\{0*|\\x|%(?:25)*(?:u00)?|&(?:amp;)*#x0*|=)([2-7][0-9a-f])[;}]?|` +
    String.raw`&(?:amp;)*#0*(\d{2,3});?`,
  'gi',
);

export interface SecretKeeper {
  /** Whether the text holds a secret, as it is, disguised or in part. */
  readonly isIn: (text: string) => boolean;
  /** The text without secrets; where one is disguised, nothing of the text is left. */
  readonly hush: (text: string) => string;
  /** The same for all strings of parsed JSON, names of members too. */
  readonly hushValue: (value: unknown) => unknown;
}

function unescaped(text: string): string {
  return text.replace(ESCAPED, (found, hex: string | undefined, decimal: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
    const code = Number(decimal);
    return code < ASCII_END ? String.fromCharCode(code) : found;
  });
}

/** Base64 that stands for the secret wherever in the coded text it lies. */
function base64Cores(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return BASE64_SHIFTS.map((shift) => {
    const coded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const start = Math.ceil((shift * BITS_PER_BYTE) / BITS_PER_BASE64);
    const end = Math.floor(((shift + bytes.length) * BITS_PER_BYTE) / BITS_PER_BASE64);
    return coded.slice(start, end);
  });
}

function lettersOf(text: string): string {
  return text.replace(/[^a-z0-9]/gi, '').toLowerCase();
}

/** Every piece of that many characters; the whole where it has no more. */
function piecesOf(text: string, chars: number): string[] {
  const count = Math.max(1, text.length - chars + 1);
  return Array.from({ length: count }, (_, start) => text.slice(start, start + chars));
}

/** By what a secret is recognised, in letters and digits alone. */
function tracesOf(secret: string): string[] {
  const letters = lettersOf(secret);
  const reversed = Array.from(letters).reverse().join('');
  return [
    ...piecesOf(letters, PIECE_CHARS),
    ...piecesOf(reversed, PIECE_CHARS),
    ...piecesOf(Buffer.from(secret).toString('hex'), PIECE_CHARS * HEX_PER_CHAR),
    ...base64Cores(secret).map(lettersOf),
  ];
}

function isLong(secret: string): boolean {
  return lettersOf(secret).length >= DISGUISED_CHARS_MIN;
}

/** The secret as it is: a long one in any capitals and anywhere, a short one as a word. */
function patternOf(secret: string): RegExp {
  const literal = secret.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
  if (isLong(secret)) return new RegExp(literal, 'gi');
  return new RegExp(`(?<![A-Za-z0-9])${literal}(?![A-Za-z0-9])`, 'g');
}

function isShort(secret: string): boolean {
  return !isLong(secret);
}

function isTraced(text: string, matcher: Matcher): boolean {
  let current = text;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    if (matcher.isIn(current)) return true;
    const next = unescaped(current);
    if (next === current) return false;
    current = next;
  }
  return matcher.isIn(current);
}

/** Looks for all of them; empty ones are none. */
export function keepSecrets(secrets: readonly string[]): SecretKeeper {
  const given = secrets.filter((secret) => secret !== '');
  const patterns = given.map(patternOf);
  // A long one leaves its traces however it is written.
  const words = given.filter(isShort).map(patternOf);
  const matcher = createMatcher(given.filter(isLong).flatMap(tracesOf));

  const isIn = (text: string): boolean =>
    isTraced(text, matcher) || words.some((word) => text.search(word) !== -1);
  const hush = (text: string): string => {
    if (!isIn(text)) return text;
    const rest = patterns.reduce((left, pattern) => left.replace(pattern, SECRET_MARK), text);
    return isIn(rest) ? SECRET_MARK : rest;
  };
  const hushEach = (value: unknown, rename: (text: string) => string): unknown => {
    const walk = (member: unknown, depth: number): unknown => {
      if (typeof member === 'string') return rename(member);
      if (typeof member === 'number') return isIn(String(member)) ? SECRET_MARK : member;
      if (typeof member !== 'object' || member === null) return member;
      if (depth > DEPTH_MAX) return SECRET_MARK;
      if (Array.isArray(member)) return member.map((each) => walk(each, depth + 1));
      const entries = Object.entries(member);
      return Object.fromEntries(entries.map(([key, each]) => [hush(key), walk(each, depth + 1)]));
    };
    return walk(value, 0);
  };
  const hushValue = (value: unknown): unknown => {
    const rest = hushEach(value, hush);
    // Pieces of it, each too short to tell, in members that stand beside each other.
    const isLeft = isIn(JSON.stringify({ rest }));
    return isLeft ? hushEach(rest, () => SECRET_MARK) : rest;
  };
  return { isIn, hush, hushValue };
}
