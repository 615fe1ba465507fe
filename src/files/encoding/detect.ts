/**
 * Which encoding a file is in: said by its mark or the caller, or shown by its bytes. What the head
 * leaves open is settled by a pass over the whole file; what stays open is refused, never guessed.
 */
import { readBytes } from '../disk/file-bytes.js';
import { NonAsciiScan, type NonAsciiVerdict } from './high-bytes.js';
import { binary, isWide, notText, SAVE_AS, type Encoding } from './decode.js';

/** How the encoding is known; `open`: the head holds nothing but ASCII. */
export type EncodingBasis = 'mark' | 'given' | 'shown' | 'open';

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

/** Danish text in UTF-16 has a NUL beside nearly every letter; a binary file has them scattered. */
const WIDE_SHARE_MIN = 0.5;
const STRAY_SHARE_MAX = 0.1;

/**
 * What the head shows. Throws `INPUT_ENCODING` where it contradicts the caller, or itself; of the two
 * sorts of UTF-16 the mark says which.
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

/** The encoding of the whole file, with the evidence where it was not plain. */
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
  const evidence = `line ${verdict.line}, which is no UTF-8`;
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

/** Read as windows-1252, valid UTF-8 would pass and say "SÃ¸ren". */
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
  const hint = `Say how it was saved in options.encoding ("windows-1252" for Excel's plain CSV). ${SAVE_AS}`;
  if (verdict.kind === 'mixed') {
    const { utf8, single } = verdict.lines;
    throw notText({
      message: `The file mixes encodings: line ${utf8} is UTF-8, line ${single} is not.`,
      hint,
    });
  }
  throw notText({
    message: `The file is no UTF-8, and line ${verdict.line} makes no sense as windows-1252; it may come from DOS or an old Mac.`,
    hint,
  });
}

/**
 * UTF-16 without its mark: NULs at the odd places (LE) or at the even ones (BE), hardly any at the
 * others (an emoji has one there). A file taken for it wrongly fails when it is decoded.
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
