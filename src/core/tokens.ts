/**
 * Estimates the tokens of a text for a language model, without its vocabulary. Words take few tokens; random
 * letters, figures and signs take many. Compared with two public vocabularies, it overestimates usual texts.
 */

const ASCII_END = 0x80;
const LATIN_END = 0x250;

/** A run of letters or digits takes at least one token. */
const TOKENS_PER_LETTER = 0.36;
const TOKENS_PER_DIGIT = 0.45;
/** A capital after a small letter mostly begins another token. */
const TOKENS_PER_CAPITAL = 0.7;
const TOKENS_PER_LATIN = 0.9;
/** Signs between runs; a blank belongs to the word after it. */
const TOKENS_PER_SIGN = 0.7;
const TOKENS_PER_BLANK = 0.1;
/** Text in other scripts may take one token per byte. */
const TOKENS_PER_OTHER = 2;

type Kind = 'lower' | 'upper' | 'latin' | 'digit' | 'sign' | 'blank' | 'other';

function kindOf(code: number): Kind {
  if (code >= LATIN_END) return 'other';
  if (code >= ASCII_END) return 'latin';
  const sign = String.fromCharCode(code);
  if (/[a-z]/.test(sign)) return 'lower';
  if (/[A-Z]/.test(sign)) return 'upper';
  if (/\d/.test(sign)) return 'digit';
  return sign === ' ' ? 'blank' : 'sign';
}

const KINDS: readonly Kind[] = Array.from({ length: LATIN_END }, (_, code) => kindOf(code));
const LETTERS: ReadonlySet<Kind> = new Set(['lower', 'upper', 'latin']);

function isSameRun(kind: Kind, before: Kind): boolean {
  return LETTERS.has(kind) ? LETTERS.has(before) : kind === before;
}

/** The tokens that a character adds after one of the kind `before`. */
function weightOf(kind: Kind, before: Kind): number {
  switch (kind) {
    case 'lower':
      return isSameRun(kind, before) ? TOKENS_PER_LETTER : 1;
    case 'upper':
      if (before === 'lower') return TOKENS_PER_CAPITAL;
      return isSameRun(kind, before) ? TOKENS_PER_LETTER : 1;
    case 'digit':
      return isSameRun(kind, before) ? TOKENS_PER_DIGIT : 1;
    case 'latin':
      return TOKENS_PER_LATIN;
    case 'sign':
      return TOKENS_PER_SIGN;
    case 'blank':
      return TOKENS_PER_BLANK;
    case 'other':
      return TOKENS_PER_OTHER;
  }
}

/** The estimated tokens of a text. */
export function tokensOf(text: string): number {
  return measured(text, Infinity).tokens;
}

/** Member names in camel case, which take few tokens. */
const MEMBER_NAME = /^[a-z][A-Za-z]{0,24}$/;
const TOKENS_PER_NAME_CHAR = 0.25;
/** The signs of JSON around a value, which mostly share tokens. */
const TOKENS_PER_MEMBER = 1.5;

/** The estimated tokens of a value as JSON. */
export function tokensOfJson(value: unknown): number {
  if (typeof value === 'string') return 1 + tokensOf(JSON.stringify(value).slice(1, -1));
  if (typeof value !== 'object' || value === null) return tokensOf(String(value));
  if (Array.isArray(value)) {
    return value.reduce((sum: number, each) => sum + 1 + tokensOfJson(each), 1);
  }
  return Object.entries(value).reduce((sum, [name, member]) => {
    const named = MEMBER_NAME.test(name) ? name.length * TOKENS_PER_NAME_CHAR : tokensOf(name);
    return sum + named + TOKENS_PER_MEMBER + tokensOfJson(member);
  }, 1);
}

/** The number of leading characters that take at most `tokensMax`. */
export function charsWithin(text: string, tokensMax: number): number {
  return measured(text, tokensMax).chars;
}

function measured(text: string, tokensMax: number): { tokens: number; chars: number } {
  let tokens = 0;
  let before: Kind = 'blank';
  for (let chars = 0; chars < text.length; chars += 1) {
    const kind = KINDS[text.charCodeAt(chars)] ?? 'other';
    tokens += weightOf(kind, before);
    if (tokens > tokensMax) return { tokens, chars };
    before = kind;
  }
  return { tokens, chars: text.length };
}
