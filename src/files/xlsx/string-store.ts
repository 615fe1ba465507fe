/**
 * Stores texts by number, packed in blocks: a million JavaScript strings would take several times the
 * memory. Beyond a few megabytes the blocks go to a file without a name beside the workbook's copy.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '../../core/limits.js';
import { tooLarge } from './archive.js';

/** Large enough for the longest text: 32,768 characters of three bytes. */
const BLOCK_BYTES = 128 * 1024;
const BLOCKS_IN_MEMORY = LIMITS.xlsxTextsMemoryBytes / BLOCK_BYTES;
/** The number of blocks read back from the file that stay in memory. */
const BLOCKS_READ_BACK = 32;
const LENGTH_BYTES = 4;
/** Positions of texts are listed in pages, so that the list grows without a copy. */
const PAGE_TEXTS = 65_536;

export class TextStore {
  readonly #folder: string;
  /** Blocks in memory by number; those in the file are not included. */
  readonly #blocks = new Map<number, Buffer>();
  readonly #readBack = new Map<number, Buffer>();
  readonly #pages: Uint32Array[] = [];
  #count = 0;
  #lastBlock = -1;
  #used = BLOCK_BYTES;
  #file: number | null = null;

  /** `folder`: the folder for the file. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get count(): number {
    return this.#count;
  }

  /** Throws `INPUT_TOO_LARGE` if there are too many texts. */
  add(text: string): void {
    if (this.#count >= LIMITS.xlsxTextsMax) throw tooLarge('table of texts is too long');
    const bytes = Buffer.byteLength(text);
    if (this.#used + LENGTH_BYTES + bytes > BLOCK_BYTES) this.#beginBlock();
    const block = this.#blocks.get(this.#lastBlock);
    block?.writeUInt32LE(bytes, this.#used);
    block?.write(text, this.#used + LENGTH_BYTES);
    this.#notePlace(this.#lastBlock * BLOCK_BYTES + this.#used);
    this.#used += LENGTH_BYTES + bytes;
  }

  /** The text with that number; null if there is none. */
  get(index: number): string | null {
    if (index >= this.#count) return null;
    const place = this.#pages[Math.floor(index / PAGE_TEXTS)]?.[index % PAGE_TEXTS] ?? 0;
    const offset = place % BLOCK_BYTES;
    const block = this.#blockOf((place - offset) / BLOCK_BYTES);
    const start = offset + LENGTH_BYTES;
    return block.toString('utf8', start, start + block.readUInt32LE(offset));
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
    this.#blocks.clear();
    this.#readBack.clear();
  }

  #notePlace(place: number): void {
    const at = this.#count % PAGE_TEXTS;
    if (at === 0) this.#pages.push(new Uint32Array(PAGE_TEXTS));
    const page = this.#pages.at(-1);
    if (page !== undefined) page[at] = place;
    this.#count += 1;
  }

  #beginBlock(): void {
    const full = this.#blocks.get(this.#lastBlock);
    if (full !== undefined && this.#lastBlock >= BLOCKS_IN_MEMORY) {
      this.#file ??= openNameless(this.#folder);
      writeSync(this.#file, full, 0, BLOCK_BYTES, this.#lastBlock * BLOCK_BYTES);
      this.#blocks.delete(this.#lastBlock);
    }
    this.#lastBlock += 1;
    this.#blocks.set(this.#lastBlock, Buffer.alloc(BLOCK_BYTES));
    this.#used = 0;
  }

  #blockOf(number: number): Buffer {
    const known = this.#blocks.get(number) ?? this.#readBack.get(number);
    if (known !== undefined) return known;
    const block = Buffer.alloc(BLOCK_BYTES);
    if (this.#file !== null) readSync(this.#file, block, 0, BLOCK_BYTES, number * BLOCK_BYTES);
    const [oldest] = this.#readBack.keys();
    if (oldest !== undefined && this.#readBack.size >= BLOCKS_READ_BACK) {
      this.#readBack.delete(oldest);
    }
    this.#readBack.set(number, block);
    return block;
  }
}

/** Opens a new file without a name: it disappears when it is closed, and no other process can open it. */
function openNameless(folder: string): number {
  const place = mkdtempSync(join(folder, 'texts-'));
  try {
    return openSync(join(place, 'texts'), 'wx+', 0o600);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
