/** Decodes bytes to text strictly: invalid bytes are refused with their position, never garbled. */
import { stat } from 'node:fs/promises';
import { InputError } from '../../core/errors.js';
import { readBytes } from '../disk/file-bytes.js';
import { decodeWindows1252 } from './windows-1252.js';

export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-1'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Other names, in lower case. ISO-8859-15 is not among them: it differs in eight characters. */
const ALIASES: ReadonlyMap<string, Encoding> = new Map([
  ['utf8', 'utf-8'],
  ['utf-8-sig', 'utf-8'],
  // The byte order mark decides between the two; without a mark it is the one that Windows writes.
  ['utf-16', 'utf-16le'],
  ['utf16', 'utf-16le'],
  ['utf16le', 'utf-16le'],
  ['utf16be', 'utf-16be'],
  ['cp1252', 'windows-1252'],
  ['cp-1252', 'windows-1252'],
  ['win1252', 'windows-1252'],
  ['win-1252', 'windows-1252'],
  ['windows1252', 'windows-1252'],
  ['ansi', 'windows-1252'],
  ['latin1', 'iso-8859-1'],
  ['latin-1', 'iso-8859-1'],
  ['iso8859-1', 'iso-8859-1'],
  ['iso88591', 'iso-8859-1'],
]);

/** Our name for an encoding given by any usual name; an unknown name is returned in lower case. */
export function encodingName(text: string): string {
  const name = text.trim().toLowerCase().replaceAll(/[_ ]/g, '-');
  return ALIASES.get(name) ?? name;
}

/** The hint that helps with every file that cannot be decoded. */
export const SAVE_AS = 'Save the table as XLSX or as "CSV UTF-8" and import that file.';

interface Decoder {
  /** Throws a TypeError if the bytes are invalid. Called without bytes at the end of the file. */
  decode(bytes?: Uint8Array): string;
}

export interface TextOptions {
  encoding: Encoding;
  /** Stops after this number of bytes, even in the middle of a character. */
  bytesMax?: number;
  signal?: AbortSignal;
}

/** Yields the text of the file piece by piece, without its byte order mark. */
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

/** The text of the first `bytesMax` bytes; `isWhole` if that is the whole file. */
export async function readHeadText(
  path: string,
  options: { encoding: Encoding; bytesMax: number },
): Promise<{ text: string; isWhole: boolean }> {
  let text = '';
  for await (const piece of readText(path, options)) text += piece;
  const isWhole = (await stat(path)).size <= options.bytesMax;
  return { text, isWhole };
}

function createDecoder(encoding: Encoding): Decoder {
  // The rule of web browsers: ISO-8859-1 means windows-1252, since texts do not hold C1 controls.
  if (encoding === 'windows-1252' || encoding === 'iso-8859-1') {
    return { decode: decodeWindows1252 };
  }
  const decoder = new TextDecoder(encoding, { fatal: true });
  return {
    decode: (bytes) =>
      bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true }),
  };
}

function attempt(decode: () => string): string | null {
  try {
    return decode();
  } catch (thrown) {
    if (thrown instanceof TypeError) return null;
    throw thrown;
  }
}

/** True for UTF-16 of either byte order. */
export function isWide(encoding: Encoding): boolean {
  return encoding === 'utf-16le' || encoding === 'utf-16be';
}

/** The error for a file that is not text, or not reliably decodable. */
export function notText(options: { message: string; hint: string }): InputError {
  return new InputError({ code: 'INPUT_ENCODING', ...options });
}

/** The error for a file with NUL bytes. */
export function binary(): InputError {
  return notText({
    message: 'The file holds NUL bytes: it is binary, or UTF-16 without a byte order mark.',
    hint: `${SAVE_AS} For UTF-16, set options.encoding to "utf-16le" or "utf-16be".`,
  });
}

interface Failure {
  path: string;
  encoding: Encoding;
  /** The bytes that failed, beginning at `chunkOffset`; empty if the file ends too early. */
  chunk: Uint8Array;
  chunkOffset: number;
}

async function undecodable(failure: Failure): Promise<InputError> {
  const { offset, line } = await locate(failure);
  const { encoding } = failure;
  const others =
    encoding === 'utf-8'
      ? 'A file from Excel is often in windows-1252: set options.encoding to "windows-1252".'
      : 'Set options.encoding to the encoding that the file was saved with, or leave it out.';
  return notText({
    message: `The file is not valid ${encoding}: line ${line}, near byte ${offset}.`,
    hint: `${others} ${SAVE_AS}`,
  });
}

/** Reads again up to the failure, the last chunk byte by byte: a decoder that threw cannot continue. */
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

/** Counts lines by line feeds, or by carriage returns in a file without line feeds. */
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
