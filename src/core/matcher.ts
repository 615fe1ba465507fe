/**
 * Searches for many patterns in one pass over a text (Aho and Corasick). Only letters and digits count: other
 * characters between them, and capitals, make no difference.
 */

export interface Matcher {
  isIn(text: string): boolean;
}

const SYMBOLS = 36;
const NONE = -1;
const ASCII_END = 0x80;
/** Full-width forms, as letters and digits of East Asian type. */
const WIDE_START = 0xff01;
const WIDE_END = 0xff5e;
const WIDE_SHIFT = 0xfee0;

/** The number at an index that is always within the array. */
function at(numbers: Int8Array | Int32Array, index: number): number {
  return numbers[index] ?? NONE;
}

const SYMBOL_OF = Int8Array.from({ length: ASCII_END }, (_, code) => {
  const sign = String.fromCharCode(code);
  return /[a-z0-9]/i.test(sign) ? parseInt(sign, SYMBOLS) : NONE;
});

/** The symbol of a character, 0 to 35; -1 if it is neither a letter nor a digit. */
function symbolOf(code: number): number {
  if (code < ASCII_END) return at(SYMBOL_OF, code);
  const isWide = code >= WIDE_START && code <= WIDE_END;
  return isWide ? at(SYMBOL_OF, code - WIDE_SHIFT) : NONE;
}

/** States by number; in state 0 nothing has matched. `next` holds a row of symbols for each state. */
interface Automaton {
  readonly next: Int32Array;
  readonly isEnd: Uint8Array;
}

function trieOf(patterns: readonly string[]): Automaton {
  const statesMax = patterns.reduce((sum, pattern) => sum + pattern.length, 1);
  const next = new Int32Array(statesMax * SYMBOLS).fill(NONE);
  const isEnd = new Uint8Array(statesMax);
  let count = 1;
  for (const pattern of patterns) {
    let state = 0;
    for (const sign of pattern) {
      const place = state * SYMBOLS + symbolOf(sign.charCodeAt(0));
      if (next[place] === NONE) {
        next[place] = count;
        count += 1;
      }
      state = at(next, place);
    }
    isEnd[state] = 1;
  }
  return { next, isEnd };
}

/** Adds the missing transitions: a state continues like its longest suffix that is a prefix of a pattern. */
function linked({ next, isEnd }: Automaton): Automaton {
  const fallback = new Int32Array(isEnd.length);
  const queue: number[] = [0];
  for (const state of queue) {
    for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
      const place = state * SYMBOLS + symbol;
      const child = at(next, place);
      const other = state === 0 ? 0 : at(next, at(fallback, state) * SYMBOLS + symbol);
      if (child === NONE) {
        next[place] = other;
        continue;
      }
      fallback[child] = other;
      if (isEnd[other] === 1) isEnd[child] = 1;
      queue.push(child);
    }
  }
  return { next, isEnd };
}

/** Creates a matcher. Patterns consist of letters and digits; empty ones are ignored. */
export function createMatcher(patterns: readonly string[]): Matcher {
  const given = patterns.filter((pattern) => pattern !== '');
  if (given.length === 0) return { isIn: () => false };
  const { next, isEnd } = linked(trieOf(given));
  return {
    isIn: (text) => {
      let state = 0;
      for (let index = 0; index < text.length; index += 1) {
        const symbol = symbolOf(text.charCodeAt(index));
        if (symbol === NONE) continue;
        state = at(next, state * SYMBOLS + symbol);
        if (isEnd[state] === 1) return true;
      }
      return false;
    },
  };
}
