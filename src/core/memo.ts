/** Answers that are kept, for a question that files ask again with every row. */
import { LIMITS } from './limits.js';

export class Memo {
  readonly #answers = new Map<string, string | null>();
  readonly #answersMax: number;

  /** So many answers are kept, then they begin anew. */
  constructor(answersMax: number) {
    this.#answersMax = answersMax;
  }

  /** What `find` answers, which must be the same for the same key. */
  recall(key: string, find: () => string | null): string | null {
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const found = find();
    // Thousands of texts as long as a cell may be would fill the memory, and none comes again.
    if (key.length > LIMITS.fieldCharsMax) return found;
    if (this.#answers.size >= this.#answersMax) this.#answers.clear();
    this.#answers.set(copyOf(key), found);
    return found;
  }
}

/** A part of a text keeps the whole of it in memory: here the piece of a file that it was cut from. */
function copyOf(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
