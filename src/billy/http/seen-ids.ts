/**
 * The ids of a list, in twelve bytes each: a list may have as many records as a file has rows, and ids may be long.
 * Open addressing over two 32-bit hashes. Two ids of a million are taken for one about once in 37 million lists.
 */
import { quickHashes } from '../../core/hash.js';

const SLOTS_MIN = 1024;
const SPACE_AN_ID = 1.5;
/** Two hashes and a word that is never 0. */
const WORDS = 3;
/** The word: the number of the pass in the lower bits, the round of counting in the upper ones. */
const PASS_BITS = 6;
const PASS_MASK = 2 ** PASS_BITS - 1;

/** What was known of an id before it was noted. */
export interface Sighting {
  /** It was in no page before. */
  readonly isFirst: boolean;
  /** It was not part of this round of counting. */
  readonly isFirstInRound: boolean;
  readonly isFirstInPass: boolean;
}

export class SeenIds {
  #slots = new Uint32Array(SLOTS_MIN * WORDS);
  #count = 0;
  readonly #sum = new Uint32Array(2);
  #passCount = 0;

  /** Different ids. */
  get count(): number {
    return this.#count;
  }

  /** Stands for the set of ids that this pass has shown, whatever their order. */
  get passMark(): string {
    return [this.#passCount, ...this.#sum].join(' ');
  }

  startPass(): void {
    this.#passCount = 0;
    this.#sum.fill(0);
  }

  /** `pass` counts from 1 to 63, `round` from 0. */
  note(id: string, { pass, round }: { pass: number; round: number }): Sighting {
    if ((this.#count + 1) * SPACE_AN_ID * WORDS > this.#slots.length) this.#grow();
    const [one, other] = quickHashes('', id);
    const at = this.#find(one, other);
    const word = this.#slots[at + 2] ?? 0;
    const isFirst = word === 0;
    const isFirstInPass = isFirst || (word & PASS_MASK) !== pass;
    const isFirstInRound = isFirst || word >>> PASS_BITS !== round;
    this.#put(at, [one, other, ((round << PASS_BITS) | pass) >>> 0]);
    if (isFirst) this.#count += 1;
    if (isFirstInPass) this.#addToMark(one, other);
    return { isFirst, isFirstInRound, isFirstInPass };
  }

  #addToMark(one: number, other: number): void {
    this.#passCount += 1;
    this.#sum[0] = (this.#sum[0] ?? 0) + one;
    this.#sum[1] = (this.#sum[1] ?? 0) + other;
  }

  /** Where the id stands, or is to stand. */
  #find(one: number, other: number): number {
    const slots = this.#slots;
    let at = (one % (slots.length / WORDS)) * WORDS;
    while (slots[at + 2] !== 0 && (slots[at] !== one || slots[at + 1] !== other)) {
      at = at + WORDS === slots.length ? 0 : at + WORDS;
    }
    return at;
  }

  #put(at: number, words: readonly number[]): void {
    this.#slots.set(words, at);
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += WORDS) {
      const words = old.subarray(at, at + WORDS);
      const [one = 0, other = 0, word = 0] = words;
      if (word !== 0) this.#slots.set(words, this.#find(one, other));
    }
  }
}
