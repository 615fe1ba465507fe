/**
 * Detects the encoding of a file: by its byte order mark, by the caller's option, or by its bytes. If
 * the head leaves it open, a pass over the whole file decides. An unclear encoding is refused, never
 * guessed.
 */
import { readBytes } from '../disk/file-bytes.js';
import { NonAsciiScan, type NonAsciiVerdict } from './high-bytes.js';
import { binary, isWide, notText, SAVE_AS, type Encoding } from './decode.js';

/** The source of the knowledge; `open`: the head holds only ASCII. */
export const ENCODING_BASES = ['mark', 'given', 'shown', 'open'] as const;
export type EncodingBasis = (typeof ENCODING_BASES)[number];

export interface EncodingFound {
  encoding: Encoding;
  basis: EncodingBasis;
}

export interface EncodingSettled {
  encoding: Encoding;
  warnings: { code: string; message: string }[];
}

const BYTE_ORDER_MARKS: readonly { bytes: readonly number[]; encoding: Encoding }[] = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
];

/** Danish text in UTF-16 has a NUL beside nearly every letter; in a binary file they are scattered. */
const WIDE_SHARE_MIN = 0.5;
const STRAY_SHARE_MAX = 0.1;

/**
 * The encoding that the head shows. Throws `INPUT_ENCODING` if the head contradicts the caller or
 * itself. A byte order mark overrides the caller's choice between the two kinds of UTF-16.
 */
export function detectEncoding(
  head: { bytes: Buffer; isWhole: boolean },
  given?: Encoding,
): EncodingFound {
  const marked = BYTE_ORDER_MARKS.find(({ bytes }) => startsWith(head.bytes, bytes))?.encoding;
  if (marked !== undefined) {
    refuseContradiction(marked, given);
    return { encoding: marked, basis: 'mark' };
  }
  const verdict = judgeHead(head);
  if (given !== undefined) {
    refuseGarbling(given, verdict);
    return { encoding: given, basis: 'given' };
  }
  const wide = detectWide(head.bytes);
  if (wide !== null) return { encoding: wide, basis: 'shown' };
  if (head.bytes.includes(0)) throw binary();
  const encoding = encodingOf(verdict);
  return { encoding, basis: verdict.kind === 'ascii' && !head.isWhole ? 'open' : 'shown' };
}

/** The encoding of the whole file; a warning names the evidence if the encoding was detected. */
export async function settleEncoding(
  path: string,
  found: EncodingFound,
  signal?: AbortSignal,
): Promise<EncodingSettled> {
  const { encoding, basis } = found;
  if (basis === 'mark') return { encoding, warnings: [] };
  const isSingleByte = isLatin(encoding);
  if (basis !== 'open' && !isSingleByte) {
    const isGuess = isWide(encoding) && basis === 'shown';
    return { encoding, warnings: isGuess ? [warning(encoding, 'its NUL bytes')] : [] };
  }
  const verdict = await judgeFile(path, signal);
  if (basis === 'given') {
    refuseGarbling(encoding, verdict);
    return { encoding, warnings: [] };
  }
  const settled = encodingOf(verdict);
  if (verdict.kind !== 'windows-1252') return { encoding: settled, warnings: [] };
  const evidence = `line ${verdict.line}, which is not UTF-8`;
  return { encoding: settled, warnings: [warning(settled, evidence)] };
}

function warning(encoding: Encoding, evidence: string): { code: string; message: string } {
  return {
    code: 'ENCODING_DETECTED',
    message: `The file was read as ${encoding}, because of ${evidence}.`,
  };
}

function judgeHead(head: { bytes: Buffer; isWhole: boolean }): NonAsciiVerdict {
  const judge = new NonAsciiScan();
  judge.add(head.bytes);
  return judge.finish({ isCut: !head.isWhole });
}

async function judgeFile(path: string, signal: AbortSignal | undefined): Promise<NonAsciiVerdict> {
  const judge = new NonAsciiScan();
  for await (const chunk of readBytes(path)) {
    signal?.throwIfAborted();
    judge.add(chunk);
  }
  return judge.finish();
}

function isLatin(encoding: Encoding): boolean {
  return encoding === 'windows-1252' || encoding === 'iso-8859-1';
}

function refuseContradiction(marked: Encoding, given: Encoding | undefined): void {
  if (given === undefined || given === marked || (isWide(marked) && isWide(given))) return;
  throw notText({
    message: `The file begins with the mark of ${marked}, but options.encoding is ${given}.`,
    hint: 'Leave options.encoding out, or correct it.',
  });
}

/** Throws if the option would garble the file: valid UTF-8 read as windows-1252 gives "SÃ¸ren". */
function refuseGarbling(given: Encoding, verdict: NonAsciiVerdict): void {
  if (!isLatin(given) || verdict.kind !== 'utf-8') return;
  throw notText({
    message: `The file is valid UTF-8 (line ${verdict.line}), but options.encoding is ${given}.`,
    hint: 'Leave options.encoding out.',
  });
}

function encodingOf(verdict: NonAsciiVerdict): Encoding {
  if (verdict.kind === 'windows-1252') return 'windows-1252';
  if (verdict.kind === 'ascii' || verdict.kind === 'utf-8') return 'utf-8';
  const hint = `Set options.encoding to the encoding of the file ("windows-1252" for Excel's plain CSV). ${SAVE_AS}`;
  if (verdict.kind === 'mixed') {
    const { utf8, single } = verdict.lines;
    throw notText({
      message: `The file mixes encodings: line ${utf8} is UTF-8, line ${single} is not.`,
      hint,
    });
  }
  throw notText({
    message: `The file is not UTF-8, and line ${verdict.line} is not plausible as windows-1252; the file may come from DOS or an old Mac.`,
    hint,
  });
}

/**
 * Detects UTF-16 without a mark: NULs at the odd offsets (LE) or at the even ones (BE), hardly any at
 * the others (an emoji can have one there). A wrong detection fails when the file is decoded.
 */
function detectWide(bytes: Buffer): Encoding | null {
  const nulls = [0, 0] as [number, number];
  for (let at = bytes.indexOf(0); at !== -1; at = bytes.indexOf(0, at + 1)) {
    nulls[at % 2 === 0 ? 0 : 1] += 1;
  }
  const [even, odd] = nulls;
  const [most, fewest] = even > odd ? [even, odd] : [odd, even];
  const isWide = most > 0 && most >= (bytes.length / 2) * WIDE_SHARE_MIN;
  if (!isWide || fewest > most * STRAY_SHARE_MAX) return null;
  return most === even ? 'utf-16be' : 'utf-16le';
}

function startsWith(bytes: Buffer, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}
