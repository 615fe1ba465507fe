/** Opens the parts of a workbook's archive as they are needed, within size limits. */
import { pipeline, Transform, type Readable, type TransformCallback } from 'node:stream';
import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { AppError, InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { errnoOf, fileFailure } from '../disk/file-failure.js';

/** Checks a part against its checksum at its end, since a flipped bit often unpacks to another text. */
class CheckedPart extends Transform {
  readonly #expected: number;
  #found = 0;

  constructor(expected: number) {
    super();
    this.#expected = expected;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.#found = crc32(chunk, this.#found);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    done(this.#found === this.#expected ? null : damaged());
  }
}

export interface Archive {
  has(name: string): boolean;
  /** The unpacked part. Throws `INPUT_TOO_LARGE` if it is larger than `bytesMax`. */
  open(name: string, bytesMax: number): Promise<Readable>;
  close(): void;
}

/** Throws `CSV_MALFORMED` if the archive is damaged. The caller closes the archive. */
export async function openArchive(path: string): Promise<Archive> {
  return guarded(async () => {
    const zip = await openPromise(path, { lazyEntries: true, autoClose: false });
    try {
      return toArchive(zip, await listParts(zip));
    } catch (thrown) {
      zip.close();
      throw thrown;
    }
  });
}

/** Runs a step over the archive; an error of its libraries means that the workbook is damaged. */
export async function guarded<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (thrown) {
    throw asDamage(thrown);
  }
}

/** The error to throw instead of an error of a library. */
export function asDamage(thrown: unknown): unknown {
  const isOurs = thrown instanceof AppError || isAbort(thrown);
  if (isOurs) return thrown;
  const refused = isSystemRefusal(thrown) ? fileFailure(thrown) : thrown;
  return refused instanceof AppError ? refused : damaged(refused);
}

export function damaged(cause?: unknown): InputError {
  return new InputError({
    code: 'CSV_MALFORMED',
    message: 'The workbook is damaged or incomplete.',
    hint: 'Open it in a spreadsheet program and save it again as XLSX or as "CSV UTF-8".',
    cause,
  });
}

/** The error for a workbook made to fill the memory, or far larger than any real one. */
export function tooLarge(what: string): InputError {
  return new InputError({
    code: 'INPUT_TOO_LARGE',
    message: `The workbook's ${what}.`,
    hint: 'Split it, or save the sheet as "CSV UTF-8": a CSV may be of any length.',
  });
}

async function listParts(zip: ZipFile): Promise<Map<string, Entry>> {
  const parts = new Map<string, Entry>();
  if (zip.entryCount > LIMITS.xlsxPartsMax) throw tooLarge('archive has too many parts');
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    bytes += entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
    if (bytes > LIMITS.xlsxDirectoryBytesMax) throw tooLarge('list of parts is too long');
    const key = keyOf(entry.fileName);
    // With two parts of one name it is unclear which one is meant.
    if (parts.has(key)) throw damaged();
    parts.set(key, entry);
  }
  return parts;
}

function toArchive(zip: ZipFile, parts: ReadonlyMap<string, Entry>): Archive {
  return {
    has: (name) => parts.has(keyOf(name)),
    open: async (name, bytesMax) => {
      const entry = parts.get(keyOf(name));
      if (entry === undefined) throw damaged();
      // If a part unpacks to more than this declared size, the library throws.
      if (entry.uncompressedSize > bytesMax) {
        throw tooLarge(`part unpacks to more than ${bytesMax} bytes`);
      }
      const part = new CheckedPart(entry.crc32);
      // A part is unpacked before its reader asks for it. An error without a listener would end the
      // process, and an error on the library's own stream alone would never reach the reader.
      pipeline(await zip.openReadStreamPromise(entry), part, () => undefined);
      return part;
    },
    close: () => {
      zip.close();
    },
  };
}

/** Office ignores case in the names of parts. */
function keyOf(name: string): string {
  return name.toLowerCase();
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError';
}

function isSystemRefusal(thrown: unknown): boolean {
  return errnoOf(thrown)?.startsWith('E') === true;
}
