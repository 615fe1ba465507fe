/**
 * Cleans all strings that go to a model or a terminal: shows hidden characters, cuts each string to its bound,
 * redacts secrets, and keeps the whole result within its limit.
 */
import { LIMITS } from './limits.js';
import { clip, clipBlock, cutText, showBlock } from './text.js';
import { charsWithin, tokensOfJson } from './tokens.js';

/** Redacts the secrets in a text. */
export type Redact = (text: string) => string;

export interface Cleaning {
  readonly redact?: Redact;
  /** The bound for texts in members without a bound of their own. */
  readonly charsMax?: number;
}

/** Members with texts of several lines. */
const BLOCKS: Readonly<Record<string, number>> = {
  csvContent: LIMITS.exportInlineCharsMax,
  preview: LIMITS.previewCharsMax,
  stack: LIMITS.stackCharsMax,
};

/** Members with our own sentences, or with texts that are useless if cut short. */
const LINES: Readonly<Record<string, number>> = {
  message: LIMITS.messageCharsMax,
  hint: LIMITS.hintCharsMax,
  detail: LIMITS.messageCharsMax,
  filePath: LIMITS.pathCharsMax,
  uploadUrl: LIMITS.pathCharsMax,
  downloadUrl: LIMITS.pathCharsMax,
  curl: LIMITS.pathCharsMax,
  url: LIMITS.pathCharsMax,
  cancelledBy: LIMITS.messageCharsMax,
};

/** Deeper than any of our results. */
const DEPTH_MAX = 12;
/** Shorter texts are not cut when a result has to shrink. */
const SHRUNK_CHARS_MIN = 20;
const KEPT_SHARE = 0.9;
/** Characters that make room for the cut mark. */
const CUT_SIGNS = 8;

type Members = Record<string, unknown>;

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function ownBound(bounds: Readonly<Record<string, number>>, name: string): number | undefined {
  return Object.hasOwn(bounds, name) ? bounds[name] : undefined;
}

function cleanText(text: string, name: string, charsMax: number): string {
  const blockMax = ownBound(BLOCKS, name);
  if (blockMax !== undefined) return clipBlock(text, blockMax);
  return clip(text, ownBound(LINES, name) ?? charsMax);
}

/** Cleans every string of the value, names of members too. Other values stay. */
export function cleanValue(value: unknown, cleaning: Cleaning = {}): unknown {
  const { redact = unchanged, charsMax = LIMITS.fieldCharsMax } = cleaning;
  const clean = (member: unknown, name: string, depth: number): unknown => {
    if (typeof member === 'string') return cleanText(redact(member), name, charsMax);
    if (typeof member !== 'object' || member === null) return member;
    if (depth > DEPTH_MAX) return null;
    if (Array.isArray(member)) return member.map((each) => clean(each, name, depth + 1));
    const entries = Object.entries(member).map(
      ([key, each]) =>
        [clip(redact(key), LIMITS.keyCharsMax), clean(each, key, depth + 1)] as const,
    );
    return Object.fromEntries(entries);
  };
  return clean(value, '', 0);
}

function unchanged(text: string): string {
  return text;
}

/** Cleans a line for a terminal. */
export function cleanLine(text: string, redact: Redact): string {
  // Leading blanks are its layout.
  const indent = /^ */.exec(text)?.[0] ?? '';
  return indent + clip(redact(text), LIMITS.lineCharsMax);
}

/** A list or text of a value that can become smaller. */
interface Part {
  readonly tokens: number;
  readonly shrink: () => void;
}

/** The elements left after one shrink: a list loses its last element, a long list some more. */
function keptOf(list: readonly unknown[]): number {
  return Math.max(1, Math.floor(list.length * KEPT_SHARE));
}

/** Lists with more than one element, and texts, at any depth of `holder`. */
function partsOf(holder: Members | unknown[]): Part[] {
  return Object.entries(holder).flatMap(([name, member]): Part[] => {
    if (typeof member === 'string' && member.length > SHRUNK_CHARS_MIN) {
      const shorter = cutText(member, Math.ceil(member.length / 2));
      return [
        { tokens: tokensOfJson(member), shrink: () => Object.assign(holder, { [name]: shorter }) },
      ];
    }
    if (Array.isArray(member)) {
      const own: Part[] =
        member.length > 1
          ? [{ tokens: tokensOfJson(member), shrink: () => void member.splice(keptOf(member)) }]
          : [];
      return [...own, ...partsOf(member)];
    }
    return isObject(member) ? partsOf(member) : [];
  });
}

/**
 * Shrinks a clean result to `LIMITS.resultTokensMax`: removes the last elements of its longest lists and cuts
 * its longest texts. Results are bounded by their parts already; this covers unforeseen cases.
 */
export function fitResult(result: Members): Members {
  const fitted = structuredClone(result);
  while (tokensOfJson(fitted) > LIMITS.resultTokensMax) {
    const [largest] = partsOf(fitted).sort((left, right) => right.tokens - left.tokens);
    if (largest === undefined) return {};
    largest.shrink();
  }
  return fitted;
}

/** Cleans the text form of a result; its lines stay. */
export function cleanWords(text: string, redact: Redact): string {
  const shown = showBlock(redact(text));
  const charsMax = Math.min(LIMITS.resultCharsMax, charsWithin(shown, LIMITS.resultTokensMax));
  // The cut mark takes a token more than the character that it replaces.
  return shown.length <= charsMax ? shown : cutText(shown, Math.max(0, charsMax - CUT_SIGNS));
}
