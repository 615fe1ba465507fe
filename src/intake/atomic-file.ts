/** A file that appears whole or not at all. */
import { link, lstat, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemClock } from '../core/clock.js';
import { InputError } from '../core/errors.js';
import { errnoOf, fileFailure } from './file-failure.js';

export interface WholeFile {
  path: string;
  overwrite: boolean;
  /** Permissions, e.g. 0o600. */
  mode: number;
}

/** File systems without hard links answer with one of these. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);
const RANDOM_BYTES = 8;

/**
 * Writes the chunks to a neighbour of `path`, then gives it its name. Throws `FILE_EXISTS` unless
 * `overwrite`, also when another process takes the name meanwhile; on any failure nothing is left.
 */
export async function writeFileWhole(
  file: WholeFile,
  chunks: AsyncIterable<string>,
): Promise<{ sizeBytes: number }> {
  if (!file.overwrite) await refuseExisting(file.path);
  const temporary = neighbourOf(file.path);
  try {
    const sizeBytes = await writeSynced({ path: temporary, mode: file.mode }, chunks);
    await giveName(temporary, file);
    return { sizeBytes };
  } catch (thrown) {
    throw fileFailure(thrown);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Only spares the work; the link below decides. */
async function refuseExisting(path: string): Promise<void> {
  try {
    await lstat(path);
  } catch {
    return;
  }
  throw exists();
}

function neighbourOf(path: string): string {
  // A name of its own, not the target's with an ending: that could become too long.
  const stem = basename(path).slice(0, 32);
  return join(dirname(path), `.${stem}.${systemClock.randomHex(RANDOM_BYTES)}.part`);
}

async function writeSynced(
  target: { path: string; mode: number },
  chunks: AsyncIterable<string>,
): Promise<number> {
  const file = await open(target.path, 'wx', target.mode);
  try {
    let sizeBytes = 0;
    for await (const chunk of chunks) sizeBytes += await writeAll(file, chunk);
    await file.sync();
    return sizeBytes;
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, text: string): Promise<number> {
  const bytes = Buffer.from(text, 'utf8');
  await file.writeFile(bytes);
  return bytes.length;
}

async function giveName(temporary: string, file: WholeFile): Promise<void> {
  if (file.overwrite) {
    await rename(temporary, file.path);
    return;
  }
  try {
    // Unlike rename, link fails when the name is taken: no race with another writer.
    await link(temporary, file.path);
  } catch (thrown) {
    const errno = errnoOf(thrown) ?? '';
    if (errno === 'EEXIST') throw exists();
    if (!NO_LINKS.has(errno)) throw thrown;
    throw new InputError({
      code: 'INPUT_INVALID',
      message: 'The file system of that folder cannot claim a name safely.',
      hint: 'Choose a folder on a local disk, or set overwrite.',
      cause: thrown,
    });
  }
}

function exists(): InputError {
  return new InputError({
    code: 'FILE_EXISTS',
    message: 'The file exists already.',
    hint: 'Choose another filePath, or set overwrite.',
  });
}
