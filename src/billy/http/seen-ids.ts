/**
 * A set of the ids of a list, at 12 to 16 bytes for each: a list may have as many records as a file has
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
/** The mark of a slot: the number of the pass in the lower bits, the round of counting in the upper ones. */
const PASS_BITS = 6;
const PASS_MASK = 2 ** PASS_BITS - 1;
/** A thousand rounds later a number comes again. An id then counts too seldom, which costs a pass over the list. */
const ROUNDS = 2 ** (16 - PASS_BITS);

/** The state of an id before it was noted. */
export interface Sighting {
  /** No earlier page held the id. */
  readonly isFirst: boolean;
  /** The id was not yet counted in this round. */
  readonly isFirstInRound: boolean;
  readonly isFirstInPass: boolean;
}

/** A hash table of ids. A mark of 0 stands at a free slot. */
class IdTable {
  /** Two hashes for each slot. */
  #hashes = new Uint32Array(SLOTS_MIN * 2);
  #marks = new Uint16Array(SLOTS_MIN);
  #count = 0;

  /** The mark of the id; 0 if the table does not hold it. */
  markOf(one: number, other: number): number {
    return this.#marks[this.#find(one, other)] ?? 0;
  }

  put(one: number, other: number, mark: number): void {
    const slot = this.#find(one, other);
    const isNew = this.#marks[slot] === 0;
    if (isNew && (this.#count + 1) * SPACE_AN_ID > this.#marks.length) {
      this.#grow();
      this.put(one, other, mark);
      return;
    }
    if (isNew) this.#count += 1;
    this.#hashes[2 * slot] = one;
    this.#hashes[2 * slot + 1] = other;
    this.#marks[slot] = mark;
  }

  /** The slot of the id, or the free slot for it. */
  #find(one: number, other: number): number {
    const [hashes, marks] = [this.#hashes, this.#marks];
    let slot = Math.floor(one / TABLES) % marks.length;
    while (marks[slot] !== 0 && (hashes[2 * slot] !== one || hashes[2 * slot + 1] !== other)) {
      slot = slot + 1 === marks.length ? 0 : slot + 1;
    }
    return slot;
  }

  #grow(): void {
    const [hashes, marks] = [this.#hashes, this.#marks];
    const slots = Math.ceil((this.#count + 1) * SPACE_GROWN);
    this.#hashes = new Uint32Array(slots * 2);
    this.#marks = new Uint16Array(slots);
    this.#count = 0;
    for (const [slot, mark] of marks.entries()) {
      if (mark !== 0) this.put(hashes[2 * slot] ?? 0, hashes[2 * slot + 1] ?? 0, mark);
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
    const mark = table?.markOf(one, other) ?? 0;
    const isFirst = mark === 0;
    const isFirstInPass = isFirst || (mark & PASS_MASK) !== pass;
    const isFirstInRound = isFirst || mark >>> PASS_BITS !== round % ROUNDS;
    table?.put(one, other, ((round % ROUNDS) << PASS_BITS) | pass);
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
