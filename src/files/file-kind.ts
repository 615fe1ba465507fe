/** Detects the kind of a file by its first bytes: text, an archive (perhaps a workbook), or neither. */
import { open } from 'node:fs/promises';
import { LIMITS } from '../core/limits.js';
import { notText, SAVE_AS } from './encoding/decode.js';
import { fileFailure } from './disk/file-failure.js';
import { otherArchive, otherText } from './other-kinds.js';

export type FileKind = 'text' | 'archive';

const ARCHIVE = [0x50, 0x4b, 0x03, 0x04];
const OFFICE = [0xd0, 0xcf, 0x11, 0xe0];

const OTHERS: readonly { bytes: readonly number[]; kind: string }[] = [
  { bytes: [0x25, 0x50, 0x44, 0x46], kind: 'a PDF document' },
  { bytes: [0x1f, 0x8b], kind: 'a compressed file' },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf], kind: 'a compressed file (7z)' },
  { bytes: [0x52, 0x61, 0x72, 0x21], kind: 'a compressed file (RAR)' },
  { bytes: [0x09, 0x08], kind: 'an old Excel workbook (XLS)' },
  { bytes: [0x09, 0x04], kind: 'an old Excel workbook (XLS)' },
  { bytes: [0x09, 0x02], kind: 'an old Excel workbook (XLS)' },
];

const WORKBOOK_PARTS = ['[Content_Types].xml', '_rels/', 'docProps/', 'xl/'];

/** The name of the stream with the encrypted content of an Office file. */
const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le');

/** Throws `INPUT_ENCODING` for kinds without a readable table. */
export async function fileKindOf(path: string, head: Buffer): Promise<FileKind> {
  if (startsWith(head, ARCHIVE)) {
    const other = otherArchive(head);
    if (other !== null) throw other;
    return 'archive';
  }
  if (startsWith(head, OFFICE)) throw await officeFile(path, head);
  const other = OTHERS.find(({ bytes }) => startsWith(head, bytes));
  if (other === undefined) {
    const text = otherText(head);
    if (text !== null) throw text;
    return 'text';
  }
  throw notText({ message: `The file is ${other.kind}, not CSV, JSON or XLSX.`, hint: SAVE_AS });
}

/** True if an archive that cannot be opened begins like a workbook. */
export function beginsLikeWorkbook(head: Buffer): boolean {
  return WORKBOOK_PARTS.some((name) => head.includes(name));
}

async function officeFile(path: string, head: Buffer): Promise<Error> {
  if (head.includes(ENCRYPTED) || (await readTail(path)).includes(ENCRYPTED)) {
    return notText({
      message: 'The file is an Office file protected by a password.',
      hint: `Open it and save it without the password. ${SAVE_AS}`,
    });
  }
  return notText({
    message: 'The file is an old Excel workbook or another Office file.',
    hint: SAVE_AS,
  });
}

async function readTail(path: string): Promise<Buffer> {
  const file = await open(path).catch((thrown: unknown) => {
    throw fileFailure(thrown);
  });
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, LIMITS.headBytes));
    await file.read(tail, 0, tail.length, size - tail.length);
    return tail;
  } finally {
    await file.close();
  }
}

function startsWith(bytes: Buffer, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}
