/** Opens stored files of a folder: through a handle, or under a private name beside them. */
import { link, open, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { chunksOf } from '../disk/file-bytes.js';
import { errnoOf, fileFailure } from '../disk/file-failure.js';
import type { LocalFile, OpenedStoredFile } from './file-store.js';
import { makeFolder } from './folder-places.js';

/** Opens the file at `path`: its handle leads to the same bytes, whatever happens to the path. */
export async function openInFolder(path: string): Promise<OpenedStoredFile> {
  try {
    const handle = await open(path, 'r');
    try {
      const { size: sizeBytes } = await handle.stat();
      return {
        sizeBytes,
        bytes: ({ start = 0, end = sizeBytes } = {}) =>
          chunksOf(handle, { start, end: Math.min(end, sizeBytes) }),
        close: () => handle.close(),
      };
    } catch (thrown) {
      await handle.close();
      throw thrown;
    }
  } catch (thrown) {
    throw fileFailure(thrown);
  }
}

/** Gives the file at `path` a second name, `local`, or copies it where the file system has no links. */
export async function openLocally(path: string, local: string): Promise<LocalFile> {
  try {
    await makeFolder(dirname(local));
    await linkOrCopy(path, local);
  } catch (thrown) {
    throw fileFailure(thrown);
  }
  return {
    path: local,
    // A name that cannot be removed now goes with the stale ones; its reader need not fail.
    close: () => rm(local, { force: true }).catch(() => undefined),
  };
}

async function linkOrCopy(path: string, local: string): Promise<void> {
  try {
    await link(path, local);
  } catch (thrown) {
    // Every other failure may mean that the file system, or this file, takes no links.
    if (['ENOENT', 'EEXIST'].includes(errnoOf(thrown) ?? '')) throw thrown;
    await copy(path, local);
  }
}

async function copy(path: string, local: string): Promise<void> {
  const file = await openInFolder(path);
  try {
    await writeFile(local, file.bytes(), { flag: 'wx', mode: 0o600 });
  } catch (thrown) {
    await rm(local, { force: true });
    throw thrown;
  } finally {
    await file.close();
  }
}
