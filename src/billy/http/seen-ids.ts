/**
 * A set of the ids of a list, at 12 to 19 bytes for each: a list may have as many records as a file has
 * rows, and ids may be long. Open addressing over two 32-bit hashes. In lists of a million ids, two
 * different ids are confused about once in 37 million lists.
 */
import { quickHashes } from '../../core/hash.js';

/** Many small tables: while one grows, only a hundredth of the ids is held twice. */
const TABLES = 128;
const SLOTS_MIN = 16;
/** Slots for each id: after a table has grown, and the least before it grows again. */
const SPACE_GROWN = 1.55;
const SPACE_AN_ID = 1.25;
/** Words of a slot: two hashes and a word that is never 0. */
const WORDS = 3;
/** The third word: the number of the pass in the lower bits, the round of counting in the upper ones. */
const PASS_BITS = 6;
const PASS_MASK = 2 ** PASS_BITS - 1;

/** The state of an id before it was noted. */
export interface Sighting {
  /** No earlier page held the id. */
  readonly isFirst: boolean;
  /** The id was not yet counted in this round. */
  readonly isFirstInRound: boolean;
  readonly isFirstInPass: boolean;
}

type Words = readonly [number, number, number];

/** A hash table of ids; a third word of 0 marks a free slot. */
class IdTable {
  #slots = new Uint32Array(SLOTS_MIN * WORDS);
  #count = 0;

  /** The third word of the id; 0 if the table does not hold it. */
  wordOf(one: number, other: number): number {
    return this.#slots[this.#find(one, other) + 2] ?? 0;
  }

  put(words: Words): void {
    const at = this.#find(words[0], words[1]);
    const isNew = this.#slots[at + 2] === 0;
    if (isNew && (this.#count + 1) * SPACE_AN_ID * WORDS > this.#slots.length) {
      this.#grow();
      this.put(words);
      return;
    }
    if (isNew) this.#count += 1;
    this.#slots.set(words, at);
  }

  /** The position of the id, or of the free slot for it. */
  #find(one: number, other: number): number {
    const slots = this.#slots;
    let at = (Math.floor(one / TABLES) % (slots.length / WORDS)) * WORDS;
    while (slots[at + 2] !== 0 && (slots[at] !== one || slots[at + 1] !== other)) {
      at = at + WORDS === slots.length ? 0 : at + WORDS;
    }
    return at;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(Math.ceil((this.#count + 1) * SPACE_GROWN) * WORDS);
    for (let at = 0; at < old.length; at += WORDS) {
      const [one = 0, other = 0, word = 0] = old.subarray(at, at + WORDS);
      if (word !== 0) this.#slots.set([one, other, word], this.#find(one, other));
    }
  }
}

export class SeenIds {
  readonly #tables = Array.from({ length: TABLES }, () => new IdTable());
  #count = 0;
  readonly #sum = new Uint32Array(2);
  #passCount = 0;

  /** The number of different ids. */
  get count(): number {
    return this.#count;
  }

  /** Identifies the set of ids that this pass has shown, independent of their order. */
  get passMark(): string {
    return [this.#passCount, ...this.#sum].join(' ');
  }

  startPass(): void {
    this.#passCount = 0;
    this.#sum.fill(0);
  }

  /** `pass` counts from 1 to 63, `round` from 0. */
  note(id: string, { pass, round }: { pass: number; round: number }): Sighting {
    const [one, other] = quickHashes('', id);
    const table = this.#tables[one % TABLES];
    const word = table?.wordOf(one, other) ?? 0;
    const isFirst = word === 0;
    const isFirstInPass = isFirst || (word & PASS_MASK) !== pass;
    const isFirstInRound = isFirst || word >>> PASS_BITS !== round;
    table?.put([one, other, ((round << PASS_BITS) | pass) >>> 0]);
    if (isFirst) this.#count += 1;
    if (isFirstInPass) this.#addToMark(one, other);
    return { isFirst, isFirstInRound, isFirstInPass };
  }

  #addToMark(one: number, other: number): void {
    this.#passCount += 1;
    this.#sum[0] = (this.#sum[0] ?? 0) + one;
    this.#sum[1] = (this.#sum[1] ?? 0) + other;
  }
}
