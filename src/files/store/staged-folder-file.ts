/** Writes the chunks of a stored file to a file without a name of its own, and gives it its name. */
import { createHash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../core/errors.js';
import { bytesOf, type FileChunks } from '../disk/file-bytes.js';
import { fileFailure } from '../disk/file-failure.js';
import type { StagedFile, StoredContent, WriteBounds } from './file-store.js';
import { makeFolder, syncFolder, type FolderPlaces } from './folder-places.js';
import { checkStoredName, type StoredKind } from './stored-name.js';

export interface StagingPlace {
  readonly places: FolderPlaces;
  readonly kind: StoredKind;
  /** A name that no other writer has. */
  readonly temporary: string;
}

/** Writes and flushes the chunks. A failure leaves no file. */
export async function stageInFolder(
  place: StagingPlace,
  chunks: FileChunks,
  bounds: WriteBounds,
): Promise<StagedFile> {
  try {
    const folder = place.places.staging(place.kind);
    await makeFolder(folder);
    const path = join(folder, place.temporary);
    return stagedFile(place, path, await writeNew(path, chunks, bounds));
  } catch (thrown) {
    throw fileFailure(thrown);
  }
}

async function writeNew(
  path: string,
  chunks: FileChunks,
  bounds: WriteBounds,
): Promise<StoredContent> {
  const handle = await open(path, 'wx', 0o600);
  try {
    return await writeSynced(handle, chunks, bounds);
  } catch (thrown) {
    await rm(path, { force: true });
    throw thrown;
  } finally {
    await handle.close();
  }
}

async function writeSynced(
  handle: FileHandle,
  chunks: FileChunks,
  { bytesMax }: WriteBounds,
): Promise<StoredContent> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    const bytes = bytesOf(chunk);
    sizeBytes += bytes.length;
    if (sizeBytes > bytesMax) throw tooLarge(bytesMax);
    // Hashing uses this thread and writing another one, so both run at once.
    const written = handle.writeFile(bytes);
    hash.update(bytes);
    await written;
  }
  await handle.sync();
  return { sizeBytes, sha256: hash.digest('hex') };
}

/** The bytes at `path`, which get a name in the places, or disappear. */
export function stagedFile(
  { places, kind }: Pick<StagingPlace, 'places' | 'kind'>,
  path: string,
  written: StoredContent,
): StagedFile {
  let isKept = false;
  return {
    ...written,
    localPath: () => Promise.resolve(path),
    async keepAs(organizationId, name) {
      checkStoredName({ organizationId, kind, name });
      const folder = places.ofOrganization(organizationId, kind);
      try {
        await makeFolder(folder);
        await rename(path, join(folder, name));
        isKept = true;
        await syncFolder(folder);
      } catch (thrown) {
        throw fileFailure(thrown);
      }
    },
    async discard() {
      if (!isKept) await rm(path, { force: true });
    },
  };
}

function tooLarge(bytesMax: number): InputError {
  return new InputError({
    code: 'INPUT_TOO_LARGE',
    message: `The file is larger than ${bytesMax} bytes.`,
    hint: 'Split it; a source may be larger if BULK_MAX_FILE_BYTES is raised. Inline text also has a limit of its own.',
  });
}
