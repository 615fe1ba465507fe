/**
 * Bytes to text, strictly: what cannot be decoded is refused with its place, never garbled.
 * UTF-8 unless a byte order mark or the caller says otherwise.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { InputError } from '../core/errors.js';
import { fileFailure } from './file-failure.js';

export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-1'] as const;
export type Encoding = (typeof ENCODINGS)[number];

const CHUNK_BYTES = 64 * 1024;
const SIGNATURE_BYTES = 4;

const BYTE_ORDER_MARKS: readonly { bytes: readonly number[]; encoding: Encoding }[] = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
];

const SIGNATURES: readonly { bytes: readonly number[]; kind: string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], kind: 'an Excel workbook or another ZIP archive' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], kind: 'an old Excel workbook or another Office file' },
  { bytes: [0x25, 0x50, 0x44, 0x46], kind: 'a PDF document' },
  { bytes: [0x1f, 0x8b], kind: 'a compressed file' },
];

const AS_CSV = 'Save the table as "CSV UTF-8" and import that file.';

// Bytes 80 to 9F; a space stands for the five that windows-1252 leaves undefined.
// Own table: Node's decoder takes them for ISO-8859-1 control characters (seen on 20.20).
const WINDOWS_1252_HIGH = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

interface Decoder {
  /** Throws a TypeError where the bytes are no text; without bytes: the end. */
  decode(bytes?: Uint8Array): string;
}

export interface TextOptions {
  encoding: Encoding;
  /** Stop after this many bytes, even in the middle of a character. */
  bytesMax?: number;
  signal?: AbortSignal;
}

/** The encoding to read the file with; refuses what is plainly no text. */
export async function detectEncoding(path: string, given?: Encoding): Promise<Encoding> {
  const first = await readFirstBytes(path);
  const signature = SIGNATURES.find(({ bytes }) => startsWith(first, bytes));
  if (signature !== undefined) {
    throw notText({ message: `The file is ${signature.kind}, no CSV or JSON text.`, hint: AS_CSV });
  }
  const marked = BYTE_ORDER_MARKS.find(({ bytes }) => startsWith(first, bytes))?.encoding;
  if (marked !== undefined && given !== undefined && marked !== given) {
    throw notText({
      message: `The file begins with the mark of ${marked}, but options.encoding is ${given}.`,
      hint: 'Leave options.encoding out, or correct it.',
    });
  }
  return given ?? marked ?? 'utf-8';
}

/** The file as text, piece by piece, without its byte order mark. */
export async function* readText(path: string, options: TextOptions): AsyncGenerator<string> {
  const { encoding, bytesMax = Infinity, signal } = options;
  const decoder = createDecoder(encoding);
  let chunkOffset = 0;
  for await (const chunk of readBytes(path, bytesMax)) {
    signal?.throwIfAborted();
    if (!isWide(encoding) && chunk.includes(0)) throw binary();
    const text = attempt(() => decoder.decode(chunk));
    if (text === null) throw await undecodable({ path, encoding, chunk, chunkOffset });
    if (text.includes('\0')) throw binary();
    chunkOffset += chunk.length;
    if (text !== '') yield text;
  }
  const isCut = chunkOffset >= bytesMax && (await stat(path)).size > bytesMax;
  if (!isCut && attempt(() => decoder.decode()) === null) {
    throw await undecodable({ path, encoding, chunk: new Uint8Array(), chunkOffset });
  }
}

/** The text of the first `bytesMax` bytes, and whether that is the whole file. */
export async function readHeadText(
  path: string,
  options: { encoding: Encoding; bytesMax: number },
): Promise<{ text: string; isWhole: boolean }> {
  let text = '';
  for await (const piece of readText(path, options)) text += piece;
  const isWhole = (await stat(path)).size <= options.bytesMax;
  return { text, isWhole };
}

async function readFirstBytes(path: string): Promise<Uint8Array> {
  const first: Uint8Array[] = [];
  for await (const chunk of readBytes(path, SIGNATURE_BYTES)) first.push(chunk);
  return Buffer.concat(first);
}

async function* readBytes(path: string, bytesMax: number): AsyncGenerator<Uint8Array> {
  if (bytesMax <= 0) return;
  const stream = createReadStream(path, { end: bytesMax - 1, highWaterMark: CHUNK_BYTES });
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (thrown) {
    throw fileFailure(thrown);
  }
}

function createDecoder(encoding: Encoding): Decoder {
  // The web's rule: what calls itself ISO-8859-1 is windows-1252, since nobody writes C1 controls.
  if (encoding === 'windows-1252' || encoding === 'iso-8859-1') {
    return { decode: decodeWindows1252 };
  }
  const decoder = new TextDecoder(encoding, { fatal: true });
  return {
    decode: (bytes) =>
      bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true }),
  };
}

function decodeWindows1252(bytes: Uint8Array = new Uint8Array()): string {
  const latin = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return latin.replace(/[\u0080-\u009f]/g, (control) => {
    const letter = WINDOWS_1252_HIGH[control.charCodeAt(0) - 0x80];
    if (letter === undefined || letter === ' ') throw new TypeError('undefined in windows-1252');
    return letter;
  });
}

function attempt(decode: () => string): string | null {
  try {
    return decode();
  } catch (thrown) {
    if (thrown instanceof TypeError) return null;
    throw thrown;
  }
}

function isWide(encoding: Encoding): boolean {
  return encoding === 'utf-16le' || encoding === 'utf-16be';
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}

function notText(options: { message: string; hint: string }): InputError {
  return new InputError({ code: 'INPUT_ENCODING', ...options });
}

function binary(): InputError {
  return notText({
    message: 'The file holds NUL bytes: it is binary, or UTF-16 without its mark.',
    hint: `${AS_CSV} For UTF-16, give options.encoding "utf-16le" or "utf-16be".`,
  });
}

interface Failure {
  path: string;
  encoding: Encoding;
  /** The bytes that failed, and where they begin; empty when the file ends too early. */
  chunk: Uint8Array;
  chunkOffset: number;
}

async function undecodable(failure: Failure): Promise<InputError> {
  const { offset, line } = await locate(failure);
  const { encoding } = failure;
  const others =
    encoding === 'utf-8'
      ? 'A file from Excel is often in windows-1252: give options.encoding "windows-1252".'
      : 'Give the encoding it was really saved with in options.encoding, or leave it out.';
  return notText({
    message: `The file is not valid ${encoding}: line ${line}, near byte ${offset}.`,
    hint: `${others} ${AS_CSV}`,
  });
}

/** Reads once more up to the failure, byte by byte at last: a decoder that threw cannot go on. */
async function locate(failure: Failure): Promise<{ offset: number; line: number }> {
  const decoder = createDecoder(failure.encoding);
  const lines = new LineCount();
  for await (const bytes of readBytes(failure.path, failure.chunkOffset)) {
    lines.add(decoder.decode(bytes));
  }
  const { chunk, chunkOffset } = failure;
  for (const index of chunk.keys()) {
    const text = attempt(() => decoder.decode(chunk.subarray(index, index + 1)));
    if (text === null) return { offset: chunkOffset + index, line: lines.current };
    lines.add(text);
  }
  return { offset: chunkOffset + chunk.length, line: lines.current };
}

/** Lines by their feeds; by their returns where a file has no feeds at all. */
class LineCount {
  #feeds = 0;
  #returns = 0;

  get current(): number {
    return 1 + (this.#feeds > 0 ? this.#feeds : this.#returns);
  }

  add(text: string): void {
    this.#feeds += text.split('\n').length - 1;
    this.#returns += text.split('\r').length - 1;
  }
}
