/**
 * Decides what the bytes above 7F of a file are: UTF-8, windows-1252 or unclear. It takes the file
 * chunk by chunk in constant memory, and skips chunks of ASCII quickly.
 */
import { isAscii } from 'node:buffer';
import { plausibilityOf, charOf1252, type Plausibility, type Neighbours } from './windows-1252.js';

export type NonAsciiVerdict =
  | { kind: 'ascii' }
  | { kind: 'utf-8'; line: number }
  | { kind: 'windows-1252'; line: number }
  /** `lines`: the first line with each kind. `unlikely`, `line`: the first implausible character. */
  | { kind: 'mixed'; lines: { utf8: number; single: number } }
  | { kind: 'unlikely'; line: number };

/** The longest UTF-8 sequence; this number of bytes must follow a byte before it can be judged. */
const SEQUENCE_BYTES_MAX = 4;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export class NonAsciiScan {
  /** One judged byte as the left neighbour (after the first chunk), then the bytes not judged yet. */
  #rest: Buffer = Buffer.alloc(0);
  #judgedInRest = 0;
  #feeds = 0;
  #returns = 0;
  readonly #firstLine: Record<'utf8' | Plausibility, number | null> = {
    utf8: null,
    sound: null,
    weak: null,
    wrong: null,
  };

  add(chunk: Buffer): void {
    this.#judge(chunk, false);
  }

  /** `isCut`: the file continues, so its last character may be cut. */
  finish(options: { isCut?: boolean } = {}): NonAsciiVerdict {
    if (options.isCut !== true) this.#judge(Buffer.alloc(0), true);
    const { utf8, sound, weak, wrong } = this.#firstLine;
    const single = least(sound, weak, wrong);
    if (utf8 !== null && single !== null) return { kind: 'mixed', lines: { utf8, single } };
    if (utf8 !== null) return { kind: 'utf-8', line: utf8 };
    if (single === null) return { kind: 'ascii' };
    if (wrong !== null) return { kind: 'unlikely', line: wrong };
    return { kind: sound === null ? 'unlikely' : 'windows-1252', line: single };
  }

  #judge(chunk: Buffer, isLast: boolean): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const from = this.#judgedInRest;
    const to = isLast ? bytes.length : Math.max(from, bytes.length - SEQUENCE_BYTES_MAX);
    const end = isAscii(bytes) ? this.#passOver(bytes, { from, to }) : this.#look(bytes, from, to);
    this.#judgedInRest = end > 0 ? 1 : 0;
    this.#rest = Buffer.from(bytes.subarray(end - this.#judgedInRest));
  }

  /** Counts lines by line feeds, or by carriage returns in a file without line feeds. */
  get #line(): number {
    return 1 + (this.#feeds > 0 ? this.#feeds : this.#returns);
  }

  #passOver(bytes: Buffer, range: { from: number; to: number }): number {
    const passed = bytes.subarray(range.from, range.to);
    this.#feeds += countOf(passed, LINE_FEED);
    if (this.#feeds === 0) this.#returns += countOf(passed, CARRIAGE_RETURN);
    return range.to;
  }

  /** Judges bytes and returns the index behind the last one: a sequence may reach beyond `to`. */
  #look(bytes: Buffer, from: number, to: number): number {
    let index = from;
    while (index < to) {
      const byte = bytes[index] ?? 0;
      if (byte < 0x80) {
        if (byte === LINE_FEED) this.#feeds += 1;
        else if (byte === CARRIAGE_RETURN) this.#returns += 1;
        index += 1;
        continue;
      }
      const length = sequenceLength(bytes, index);
      this.#firstLine[length > 0 ? 'utf8' : plausibilityAt(bytes, index)] ??= this.#line;
      index += Math.max(1, length);
    }
    return index;
  }
}

function least(...lines: (number | null)[]): number | null {
  const known = lines.filter((line) => line !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function countOf(bytes: Buffer, sign: number): number {
  let count = 0;
  for (let at = bytes.indexOf(sign); at !== -1; at = bytes.indexOf(sign, at + 1)) count += 1;
  return count;
}

function plausibilityAt(bytes: Buffer, index: number): Plausibility {
  const character = charOf1252(bytes[index] ?? 0);
  if (character === null) return 'wrong';
  const neighbours: Neighbours = {
    before: neighbourAt(bytes, index - 1),
    after: neighbourAt(bytes, index + 1),
    next: neighbourAt(bytes, index + 2),
  };
  return plausibilityOf(character, neighbours);
}

function neighbourAt(bytes: Buffer, index: number): string {
  const byte = bytes[index];
  return byte === undefined ? '' : (charOf1252(byte) ?? '');
}

/** The length in bytes of sequences with a lead byte below `to`. */
const LEADS = [
  { to: 0xc2, length: 0 },
  { to: 0xe0, length: 2 },
  { to: 0xf0, length: 3 },
  { to: 0xf5, length: 4 },
];

/** The length in bytes of the UTF-8 sequence that begins here; 0 if none does. */
function sequenceLength(bytes: Buffer, index: number): number {
  const lead = bytes[index] ?? 0;
  const length = LEADS.find(({ to }) => lead < to)?.length ?? 0;
  for (let step = 1; step < length; step += 1) {
    const byte = bytes[index + step] ?? 0;
    if (byte < 0x80 || byte > 0xbf) return 0;
  }
  return length === 0 || isOutside(lead, bytes[index + 1] ?? 0) ? 0 : length;
}

/** True for overlong forms, surrogates and code points beyond Unicode. */
function isOutside(lead: number, second: number): boolean {
  if (lead === 0xe0) return second < 0xa0;
  if (lead === 0xed) return second > 0x9f;
  if (lead === 0xf0) return second < 0x90;
  return lead === 0xf4 && second > 0x8f;
}
