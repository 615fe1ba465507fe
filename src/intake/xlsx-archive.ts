/** The parts of a workbook's archive, read from the file as they are needed, within bounds. */
import type { Readable } from 'node:stream';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { AppError, InputError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import { errnoOf, fileFailure } from './file-failure.js';

export interface Archive {
  has(name: string): boolean;
  /** The part unpacked; throws `INPUT_TOO_LARGE` when it is larger than `bytesMax`. */
  open(name: string, bytesMax: number): Promise<Readable>;
  close(): void;
}

/** Throws `CSV_MALFORMED` where the archive is damaged; the caller closes what it gets. */
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

/** Runs a step over the archive; whatever its libraries throw means that the workbook is damaged. */
export async function guarded<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (thrown) {
    throw asDamage(thrown);
  }
}

/** What to throw instead of something that a library threw. */
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

/** The refusal of a workbook made to fill the memory, or far beyond any real one. */
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
  for await (const entry of zip.eachEntry()) parts.set(keyOf(entry.fileName), entry);
  return parts;
}

function toArchive(zip: ZipFile, parts: ReadonlyMap<string, Entry>): Archive {
  return {
    has: (name) => parts.has(keyOf(name)),
    open: async (name, bytesMax) => {
      const entry = parts.get(keyOf(name));
      if (entry === undefined) throw damaged();
      // What unpacks to more than it says ends in an error of the library.
      if (entry.uncompressedSize > bytesMax) {
        throw tooLarge(`part unpacks to more than ${bytesMax} bytes`);
      }
      return zip.openReadStreamPromise(entry);
    },
    close: () => {
      zip.close();
    },
  };
}

/** Office compares the names of parts without regard to case. */
function keyOf(name: string): string {
  return name.toLowerCase();
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError';
}

function isSystemRefusal(thrown: unknown): boolean {
  return errnoOf(thrown)?.startsWith('E') === true;
}
