/**
 * Filters the bytes of a JSON text as they arrive, before they are parsed. It counts the values, which is the
 * cost of parsing, and replaces parts that must not be parsed by `null`.
 */

export interface JsonBounds {
  /** Values of the whole text: containers and their members. */
  readonly valuesMax: number;
  /** Members of one container. */
  readonly membersMax: number;
  /** Parts that are left out count too, because they are parsed elsewhere. */
  readonly countsLeftOut?: boolean;
  /** Bytes before the first `{` are not JSON and are skipped. */
  readonly skipsPrefix?: boolean;
  /**
   * True if a container is to be left out. `depth` counts from 1; `before` returns the last bytes before the
   * container.
   */
  readonly isLeftOut: (depth: number, before: () => string) => boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;

/** The meanings of bytes outside of texts; most bytes have none. */
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
/** Enough for a key and the characters around it. */
const BEFORE_BYTES = 64;
/** Members are counted down to this depth; bounds leave out or refuse deeper containers. */
const DEPTH_COUNTED = 64;

export class JsonTrim {
  readonly #bounds: JsonBounds;
  /** Members of each open container, by its depth. */
  readonly #members = new Uint32Array(DEPTH_COUNTED);
  #depth = 0;
  /** The depth of the container that is being left out; 0 if none is. */
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

  /** The number of values so far. */
  get values(): number {
    return this.#values;
  }

  /** The deepest nesting so far; containers that are left out count too. */
  get deepest(): number {
    return this.#deepest;
  }

  /** Takes the next bytes and returns those that remain. */
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

  /** Handles a byte outside of texts: `out` if bytes are left out from here on, `in` if they remain again after it. */
  #meet(chunk: Buffer, index: number): 'out' | 'in' | null {
    const meaning = MEANINGS[chunk[index] ?? 0];
    if (meaning === TEXT) this.#isString = true;
    else if (meaning === COMMA) this.#addMember();
    else if (meaning === OPEN) return this.#open(chunk, index) ? 'out' : null;
    else if (meaning === CLOSE) return this.#close() ? 'in' : null;
    return null;
  }

  /** The end of the text that continues at `start`; the chunk's length if it goes on. Most bytes are in texts. */
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
    // Writes beyond the end of the array are ignored.
    this.#members[this.#depth] = count;
    if (this.#values > this.#bounds.valuesMax || count >= this.#bounds.membersMax) {
      this.#isOver = true;
    }
  }

  /** Opens a container. Returns true if it is left out from here on. */
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

  /** Closes a container. Returns true if it was the one left out. */
  #close(): boolean {
    if (this.#depth === 0) return false;
    this.#depth -= 1;
    if (this.#depth + 1 !== this.#leftOutAt) return false;
    this.#leftOutAt = 0;
    return true;
  }

  /** Stores a copy of the last bytes, so that they do not keep a whole chunk in memory. */
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
