/** Answers that are kept, for a question that files ask again with every row. */
export class Remembered {
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
    if (this.#answers.size >= this.#answersMax) this.#answers.clear();
    this.#answers.set(key, found);
    return found;
  }
}
