/**
 * Redacts secrets from texts that are stored, shown or logged. An echo of a secret may use other capitals or
 * another coding, be in pieces, or be the name of a member; a text with any of these is replaced.
 */
import { createMatcher, type Matcher } from './matcher.js';

export const SECRET_MARK = '[secret]';

/** Shorter secrets are found only as whole words and unchanged, since any text may contain them. */
const DISGUISED_CHARS_MIN = 8;
/** A piece of this many letters and digits counts as the secret. */
const PIECE_CHARS = 12;
const HEX_PER_CHAR = 2;
/** Rounds of unescaping, for codings inside of codings. */
const ROUNDS_MAX = 4;
const DEPTH_MAX = 64;
/** The base64 of a secret depends on the number of bytes before it, modulo 3. */
const BASE64_SHIFTS = [0, 1, 2] as const;
const BITS_PER_BYTE = 8;
const BITS_PER_BASE64 = 6;
const ASCII_END = 0x80;

/**
 * An ASCII character in one of the usual escapes: of JSON and scripts, addresses, HTML, mail.
 * No alternative starts with a repetition, so matching takes linear time.
 */
const ESCAPED = new RegExp(
  String.raw`(?:\\u00|\\u\{0*|\\x|%(?:25)*(?:u00)?|&(?:amp;)*#x0*|=)([2-7][0-9a-f])[;}]?|` +
    String.raw`&(?:amp;)*#0*(\d{2,3});?`,
  'gi',
);

export interface SecretKeeper {
  /** True if the text holds a secret: unchanged, disguised or in part. */
  readonly isIn: (text: string) => boolean;
  /** Redacts secrets in a text. If one is disguised, the whole text is replaced. */
  readonly hush: (text: string) => string;
  /** Redacts all strings of parsed JSON, names of members too. */
  readonly hushValue: (value: unknown) => unknown;
}

function unescaped(text: string): string {
  return text.replace(ESCAPED, (found, hex: string | undefined, decimal: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
    const code = Number(decimal);
    return code < ASCII_END ? String.fromCharCode(code) : found;
  });
}

/** The base64 forms of the secret, one for each position modulo 3 in the coded text. */
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

/** Every piece of that many characters; the whole text if it is shorter. */
function piecesOf(text: string, chars: number): string[] {
  const count = Math.max(1, text.length - chars + 1);
  return Array.from({ length: count }, (_, start) => text.slice(start, start + chars));
}

/** The traces that reveal a secret, as letters and digits only. */
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

/** Matches the unchanged secret: a long one anywhere and in any capitals, a short one as a word. */
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

/** Creates a keeper for all of the secrets; empty ones are ignored. */
export function keepSecrets(secrets: readonly string[]): SecretKeeper {
  const given = secrets.filter((secret) => secret !== '');
  const patterns = given.map(patternOf);
  // Long secrets are found by their traces.
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
    // Neighbouring members may hold pieces of the secret that are too short by themselves.
    const isLeft = isIn(JSON.stringify({ rest }));
    return isLeft ? hushEach(rest, () => SECRET_MARK) : rest;
  };
  return { isIn, hush, hushValue };
}

/** A keeper whose secrets become known while the program runs. */
export interface GrowingSecrets extends SecretKeeper {
  /** From now on the secret is redacted too. */
  readonly add: (secret: string) => void;
}

export function growingSecrets(first: readonly string[]): GrowingSecrets {
  const known = new Set(first);
  let keeper = keepSecrets(first);
  return {
    isIn: (text) => keeper.isIn(text),
    hush: (text) => keeper.hush(text),
    hushValue: (value) => keeper.hushValue(value),
    add(secret) {
      if (known.has(secret)) return;
      known.add(secret);
      keeper = keepSecrets([...known]);
    },
  };
}
