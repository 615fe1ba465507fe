/**
 * A workbook's table of shared texts, read only as far as cells refer to it. The texts lie packed
 * in buffers: a million of them as JavaScript strings would weigh several times as much.
 */
import type { Readable } from 'node:stream';
import { LIMITS } from '../core/limits.js';
import { damaged, tooLarge } from './xlsx-archive.js';
import { readXml } from './xlsx-xml.js';

const BLOCK_BYTES = 1024 * 1024;
const FIRST_TEXTS = 1024;
const ESCAPE = /_x([0-9A-Fa-f]{4})_/g;

/** Excel writes characters that XML cannot hold as `_x000D_`. */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replaceAll(ESCAPE, (_whole, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

export class SharedTexts {
  readonly #reading: AsyncGenerator<null>;
  #blocks: Buffer[] = [];
  /** Where every text begins, counted through all blocks, and how many bytes it has. */
  #starts = new Uint32Array(FIRST_TEXTS);
  #lengths = new Uint32Array(FIRST_TEXTS);
  #count = 0;
  #used = BLOCK_BYTES;

  constructor(part: Readable) {
    this.#reading = readXml(
      part,
      new ItemParser((text) => {
        this.#store(text);
      }),
    );
  }

  /** Reads on until the text of this number is there; throws `CSV_MALFORMED` when there is none. */
  async loadTo(index: number): Promise<void> {
    while (index >= this.#count) {
      if ((await this.#reading.next()).done === true) break;
    }
    if (index >= this.#count) throw damaged();
  }

  get(index: number): string {
    const start = this.#starts[index] ?? 0;
    const offset = start % BLOCK_BYTES;
    const block = this.#blocks[(start - offset) / BLOCK_BYTES];
    return block?.toString('utf8', offset, offset + (this.#lengths[index] ?? 0)) ?? '';
  }

  async close(): Promise<void> {
    this.#blocks = [];
    await this.#reading.return(null);
  }

  #store(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (this.#used + bytes > BLOCK_BYTES) {
      this.#blocks.push(Buffer.allocUnsafeSlow(BLOCK_BYTES));
      this.#used = 0;
    }
    if (this.#count === this.#starts.length) {
      this.#starts = doubled(this.#starts);
      this.#lengths = doubled(this.#lengths);
    }
    if (this.#count >= LIMITS.xlsxTextsMax) throw tooLarge('table of texts is too long');
    const block = this.#blocks.length - 1;
    this.#blocks[block]?.write(text, this.#used);
    this.#starts[this.#count] = block * BLOCK_BYTES + this.#used;
    this.#lengths[this.#count] = bytes;
    this.#count += 1;
    this.#used += bytes;
  }
}

function doubled(numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(numbers.length * 2);
  more.set(numbers);
  return more;
}

/** The `si` elements: runs of rich text are joined, readings of Japanese text (`rPh`) left out. */
class ItemParser {
  readonly #onItem: (text: string) => void;
  #text = '';
  #isInText = false;
  #isInReading = false;

  constructor(onItem: (text: string) => void) {
    this.#onItem = onItem;
  }

  open(name: string): void {
    if (name === 'si') this.#text = '';
    else if (name === 'rPh') this.#isInReading = true;
    else if (name === 't') this.#isInText = !this.#isInReading;
  }

  /** Items go out as they end: nothing is gathered. */
  take(): null {
    return null;
  }

  text(text: string): void {
    if (this.#isInText) this.#text = cut(this.#text + text);
  }

  close(name: string): void {
    if (name === 'rPh') this.#isInReading = false;
    else if (name === 't') this.#isInText = false;
    else if (name === 'si') this.#onItem(unescapeText(this.#text));
  }
}

/** One character over the limit is kept, so that the row can be refused for it. */
export function cut(text: string): string {
  return text.length > LIMITS.cellCharsMax ? text.slice(0, LIMITS.cellCharsMax + 1) : text;
}
