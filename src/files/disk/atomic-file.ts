/** Writes a file that appears whole or not at all, in the folder that was opened for it. */
import { link, lstat, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { systemClock } from '../../core/clock.js';
import { InputError } from '../../core/errors.js';
import { bytesOf, type FileChunks } from './file-bytes.js';
import { errnoOf, fileFailure } from './file-failure.js';
import { OpenFolder } from './open-folder.js';
import { moved } from './path-refusals.js';

export interface WholeFile {
  path: string;
  overwrite: boolean;
  /** Permissions, e.g. 0o600. */
  mode: number;
  /**
   * Throws unless that folder may be written to. Called when the folder is open, before the content
   * is written, and before the file gets its name.
   */
  checkFolder?: (folder: OpenFolder) => Promise<void>;
}

/**
 * Writes a file at the path of a call, whole or not at all. The path is checked again, since folders
 * and settings may have changed since the call: it may be days old or from another process.
 */
export type WriteTarget = (
  target: { readonly path: string; readonly overwrite: boolean },
  chunks: FileChunks,
) => Promise<void>;

/** A name in an open folder. */
interface Place {
  readonly folder: OpenFolder;
  readonly name: string;
  readonly temporary: string;
}

/** The error codes of file systems without hard links. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);
const RANDOM_BYTES = 8;

/**
 * Writes the chunks to a temporary file beside `path`, then renames it. Without `overwrite` it throws
 * `FILE_EXISTS`, also if another process takes the name meanwhile. A failure leaves no file behind.
 */
export async function writeFileWhole(
  file: WholeFile,
  chunks: FileChunks,
): Promise<{ sizeBytes: number }> {
  try {
    const folder = await OpenFolder.open(dirname(file.path));
    try {
      await file.checkFolder?.(folder);
      const name = basename(file.path);
      return await writeAt({ folder, name, temporary: neighbourOf(name) }, file, chunks);
    } finally {
      await folder.close();
    }
  } catch (thrown) {
    throw fileFailure(thrown);
  }
}

async function writeAt(
  place: Place,
  file: WholeFile,
  chunks: FileChunks,
): Promise<{ sizeBytes: number }> {
  const { folder, temporary } = place;
  if (!file.overwrite) await refuseExisting(place);
  try {
    const handle = await open(folder.pathTo(temporary), 'wx', file.mode);
    try {
      await checkPlace(place, file, handle);
      const sizeBytes = await writeSynced(handle, chunks);
      await checkPlace(place, file, handle);
      await giveName(place, file);
      return { sizeBytes };
    } finally {
      await handle.close();
    }
  } finally {
    await rm(folder.pathTo(temporary), { force: true });
  }
}

/** Throws if the folder may not be written to, or if its temporary name now belongs to another file. */
async function checkPlace(place: Place, file: WholeFile, handle: FileHandle): Promise<void> {
  const { folder, temporary } = place;
  await file.checkFolder?.(folder);
  if (!(await folder.holds(temporary, handle))) throw moved();
}

/** Refuses early, to save the work; the link in `giveName` decides. */
async function refuseExisting({ folder, name }: Place): Promise<void> {
  try {
    await lstat(folder.pathTo(name));
  } catch {
    return;
  }
  throw exists();
}

function neighbourOf(name: string): string {
  // The whole name of the target with an ending could become too long.
  return `.${name.slice(0, 32)}.${systemClock.randomHex(RANDOM_BYTES)}.part`;
}

async function writeSynced(file: FileHandle, chunks: FileChunks): Promise<number> {
  let sizeBytes = 0;
  for await (const chunk of chunks) sizeBytes += await writeAll(file, chunk);
  await file.sync();
  return sizeBytes;
}

async function writeAll(file: FileHandle, chunk: Uint8Array | string): Promise<number> {
  const bytes = bytesOf(chunk);
  await file.writeFile(bytes);
  return bytes.length;
}

async function giveName({ folder, name, temporary }: Place, file: WholeFile): Promise<void> {
  const [from, to] = [folder.pathTo(temporary), folder.pathTo(name)];
  if (file.overwrite) {
    await rename(from, to);
    return;
  }
  try {
    // Unlike rename, link fails if the name is taken: no race with another writer.
    await link(from, to);
  } catch (thrown) {
    const errno = errnoOf(thrown) ?? '';
    if (errno === 'EEXIST') throw exists();
    if (!NO_LINKS.has(errno)) throw thrown;
    throw new InputError({
      code: 'INPUT_INVALID',
      message:
        'The file system of that folder cannot create a file without the risk of replacing another.',
      hint: 'Choose a folder on a local disk, or set overwrite.',
      cause: thrown,
    });
  }
}

function exists(): InputError {
  return new InputError({
    code: 'FILE_EXISTS',
    message: 'The file already exists.',
    hint: 'Choose another filePath, or set overwrite.',
  });
}
