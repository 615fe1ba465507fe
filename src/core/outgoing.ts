/**
 * The one place through which strings leave towards a model or a terminal: what hides in them is shown, none is
 * longer than its bound, no secret is in them, and all together take no more than a result may.
 */
import { LIMITS } from './limits.js';
import { clip, clipBlock, cutText, showBlock } from './text.js';
import { charsWithin, tokensOfJson } from './tokens.js';

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

export interface Cleaning {
  readonly redact?: Redact;
  /** What a text may have whose member has no bound of its own. */
  readonly charsMax?: number;
}

/** Members whose texts have lines. */
const BLOCKS: Readonly<Record<string, number>> = {
  csvContent: LIMITS.exportInlineCharsMax,
  preview: LIMITS.previewCharsMax,
  stack: LIMITS.stackCharsMax,
};

/** Members with sentences of ours, or that are of no use when cut short. */
const LINES: Readonly<Record<string, number>> = {
  message: LIMITS.messageCharsMax,
  hint: LIMITS.hintCharsMax,
  detail: LIMITS.messageCharsMax,
  filePath: LIMITS.pathCharsMax,
  cancelledBy: LIMITS.messageCharsMax,
};

/** Deeper than any result of ours. */
const DEPTH_MAX = 12;
/** Shorter texts stay when a result has to shrink. */
const SHRUNK_CHARS_MIN = 20;
const KEPT_SHARE = 0.9;
/** Signs that make room for the mark of a cut. */
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

/** Every string of the value, names of members too, as it may be shown. Other values stay. */
export function cleanValue(value: unknown, cleaning: Cleaning = {}): unknown {
  const { redact: redact = asItIs, charsMax = LIMITS.fieldCharsMax } = cleaning;
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

function asItIs(text: string): string {
  return text;
}

/** A line for a terminal. */
export function cleanLine(text: string, redact: Redact): string {
  // Blanks at its beginning are how it is set.
  const indent = /^ */.exec(text)?.[0] ?? '';
  return indent + clip(redact(text), LIMITS.lineCharsMax);
}

/** Something of a value that can become smaller. */
interface Part {
  readonly tokens: number;
  readonly shrink: () => void;
}

/** A list loses its last element, a long one some more. */
function keptOf(list: readonly unknown[]): number {
  return Math.max(1, Math.floor(list.length * KEPT_SHARE));
}

/** Lists that have more than one element, and texts; both inside of `holder`. */
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
 * A clean result that takes no more than `LIMITS.resultTokensMax`: the last elements of its longest lists go
 * first, then ends of its longest texts. What it is made of bounds it already; this is for what nobody foresaw.
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

/** Words of a result, their lines kept. */
export function cleanWords(text: string, redact: Redact): string {
  const shown = showBlock(redact(text));
  const charsMax = Math.min(LIMITS.resultCharsMax, charsWithin(shown, LIMITS.resultTokensMax));
  // The mark of the cut takes a token more than the sign in whose place it stands.
  return shown.length <= charsMax ? shown : cutText(shown, Math.max(0, charsMax - CUT_SIGNS));
}
