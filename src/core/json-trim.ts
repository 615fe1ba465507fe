/**
 * Reads the bytes of a JSON text as they arrive, before anything parses them. It counts what parsing would cost, and
 * leaves out parts that nobody may parse: `null` stands in their place.
 */

export interface JsonBounds {
  /** Values of the whole text: containers and their members. */
  readonly valuesMax: number;
  /** Members of one container. */
  readonly membersMax: number;
  /** What is left out counts as well: it is parsed elsewhere. */
  readonly countsLeftOut?: boolean;
  /** Bytes before the first `{` are no JSON and are passed over. */
  readonly skipsPrefix?: boolean;
  /**
   * Whether a container is left out. `depth` counts from 1, `before` gives the text that stands before it, as far as
   * it is at hand.
   */
  readonly isLeftOut: (depth: number, before: () => string) => boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;

/** What a byte outside of texts means; most mean nothing here. */
const TEXT = 1;
const COMMA = 2;
const OPEN = 3;
const CLOSE = 4;
const MEANINGS = new Uint8Array(256);
for (const [sign, meaning] of [
  ['"', TEXT],
  [',', COMMA],
  ['[', OPEN],
  ['{', OPEN],
  [']', CLOSE],
  ['}', CLOSE],
] as const) {
  MEANINGS[sign.charCodeAt(0)] = meaning;
}

const NULL = Buffer.from('null');
/** Enough for a key and what stands around it. */
const BEFORE_BYTES = 64;
/** Members are counted down to this depth; bounds leave out what lies deeper, or refuse it. */
const DEPTH_COUNTED = 64;

export class JsonTrim {
  readonly #bounds: JsonBounds;
  /** Members of each open container, by its depth. */
  readonly #members = new Uint32Array(DEPTH_COUNTED);
  #depth = 0;
  /** Depth of the container that is being left out; 0: everything is kept. */
  #leftOutAt = 0;
  #isString = false;
  #isEscaped = false;
  #isBegun: boolean;
  #values = 0;
  #deepest = 0;
  #isOver = false;
  #tail: Buffer = Buffer.alloc(0);

  constructor(bounds: JsonBounds) {
    this.#bounds = bounds;
    this.#isBegun = bounds.skipsPrefix !== true;
  }

  /** There are more values, or more members of one container, than the bounds allow. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Values counted so far. */
  get values(): number {
    return this.#values;
  }

  /** Containers inside of each other, at most; those that are left out count too. */
  get deepest(): number {
    return this.#deepest;
  }

  /** Takes the next bytes and returns those that are kept. */
  take(chunk: Buffer): Buffer {
    const kept: Buffer[] = [];
    let from = this.#leftOutAt === 0 ? 0 : -1;
    for (let index = this.#firstByte(chunk); index < chunk.length; index += 1) {
      if (this.#isString) {
        index = this.#readString(chunk, index);
        continue;
      }
      const turn = this.#meet(chunk, index);
      if (turn === null) continue;
      if (turn === 'out') kept.push(chunk.subarray(from, index), NULL);
      from = turn === 'out' ? -1 : index + 1;
    }
    if (from !== -1) kept.push(chunk.subarray(from));
    if (this.#bounds.skipsPrefix !== true) this.#keepTail(chunk);
    const [only, second] = kept;
    return only === undefined || second !== undefined ? Buffer.concat(kept) : only;
  }

  #firstByte(chunk: Buffer): number {
    if (this.#isBegun) return 0;
    const start = chunk.indexOf(OPEN_OBJECT);
    this.#isBegun = start !== -1;
    return start === -1 ? chunk.length : start;
  }

  /** What a byte outside of texts changes: from here on all is left out, or kept again behind it. */
  #meet(chunk: Buffer, index: number): 'out' | 'in' | null {
    const meaning = MEANINGS[chunk[index] ?? 0];
    if (meaning === TEXT) this.#isString = true;
    else if (meaning === COMMA) this.#addMember();
    else if (meaning === OPEN) return this.#open(chunk, index) ? 'out' : null;
    else if (meaning === CLOSE) return this.#close() ? 'in' : null;
    return null;
  }

  /** Where the text ends that goes on at `start`; behind the chunk: it goes on there. Most bytes are in texts. */
  #readString(chunk: Buffer, start: number): number {
    let index = this.#isEscaped ? start + 1 : start;
    for (; index < chunk.length; index += 1) {
      const byte = chunk[index];
      if (byte === BACKSLASH) index += 1;
      else if (byte === QUOTE) {
        this.#isEscaped = false;
        this.#isString = false;
        return index;
      }
    }
    this.#isEscaped = index > chunk.length;
    return chunk.length;
  }

  get #isCounted(): boolean {
    return this.#leftOutAt === 0 || this.#bounds.countsLeftOut === true;
  }

  #addMember(): void {
    if (!this.#isCounted) return;
    this.#values += 1;
    const count = (this.#members[this.#depth] ?? 0) + 1;
    // Beyond its end the array takes nothing.
    this.#members[this.#depth] = count;
    if (this.#values > this.#bounds.valuesMax || count >= this.#bounds.membersMax) {
      this.#isOver = true;
    }
  }

  /** True: from here on it is left out. */
  #open(chunk: Buffer, index: number): boolean {
    this.#depth += 1;
    this.#deepest = Math.max(this.#deepest, this.#depth);
    if (this.#isCounted) this.#values += 1;
    if (this.#values > this.#bounds.valuesMax) this.#isOver = true;
    this.#members[this.#depth] = 0;
    if (this.#leftOutAt !== 0) return false;
    const before = (): string => this.#before(chunk, index);
    if (!this.#bounds.isLeftOut(this.#depth, before)) return false;
    this.#leftOutAt = this.#depth;
    return true;
  }

  /** True: what was left out ends here. */
  #close(): boolean {
    if (this.#depth === 0) return false;
    this.#depth -= 1;
    if (this.#depth + 1 !== this.#leftOutAt) return false;
    this.#leftOutAt = 0;
    return true;
  }

  /** A copy, so that a few bytes do not keep a whole chunk. */
  #keepTail(chunk: Buffer): void {
    const near = chunk.subarray(-BEFORE_BYTES);
    const tail = near.length < BEFORE_BYTES ? Buffer.concat([this.#tail, near]) : near;
    this.#tail = Buffer.from(tail.subarray(-BEFORE_BYTES));
  }

  #before(chunk: Buffer, index: number): string {
    const near = chunk.subarray(Math.max(0, index - BEFORE_BYTES), index);
    if (near.length >= BEFORE_BYTES) return near.toString('latin1');
    return Buffer.concat([this.#tail, near]).toString('latin1');
  }
}
