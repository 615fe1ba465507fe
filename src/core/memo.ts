/** Results that are kept: those of look-ups, bounded, for values that repeat in the rows of a file, and of one call. */
import { LIMITS } from './limits.js';

export class Memo {
  readonly #answers = new Map<string, string | null>();
  readonly #answersMax: number;

  /** Beyond `answersMax` results the cache is cleared. */
  constructor(answersMax: number) {
    this.#answersMax = answersMax;
  }

  /** Returns the result of `find`, which must be the same for the same key. */
  recall(key: string, find: () => string | null): string | null {
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const found = find();
    // Thousands of texts of the maximal length of a cell would fill the memory, and long texts seldom repeat.
    if (key.length > LIMITS.fieldCharsMax) return found;
    if (this.#answers.size >= this.#answersMax) this.#answers.clear();
    this.#answers.set(copyOf(key), found);
    return found;
  }
}

/** Copies a text: a slice would keep the piece of the file that it was cut from in memory. */
function copyOf(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

/** Runs a function at the first call and gives its result to all calls. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
