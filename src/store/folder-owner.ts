/**
 * Checks the owner of the data folder. The owner can replace the job database, so the folder of another
 * user is refused: also for root, which could use it, and for other users, which could not restrict access.
 */
import { lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../core/errors.js';
import { quote } from '../core/text.js';

/** The files and folders that exist after the first start. The empty name is the data folder itself. */
const PARTS = ['', 'jobs.sqlite', 'jobs.sqlite-wal', 'jobs.sqlite-shm', 'sources', 'exports'];
const ROOT = 0;
const PATH_CHARS = 1000;

/** Throws `STORE_FAILED` if the data folder, or one of the server's files in it, belongs to another user. */
export function checkFolderOwner(dataDir: string, ownUid = process.getuid?.()): void {
  // Windows has no user numbers.
  if (ownUid === undefined) return;
  for (const part of PARTS) {
    const path = join(dataDir, part);
    // Checks the link and its target: the owner of either decides which file is used.
    const foreignUid = ownersOf(path).find((uid) => uid !== ownUid && uid !== ROOT);
    if (foreignUid !== undefined) throw foreign(path, { uid: foreignUid, ownUid });
  }
}

function ownersOf(path: string): number[] {
  try {
    return [lstatSync(path).uid, statSync(path).uid];
  } catch {
    // An unreadable path is reported later, when it is used.
    return [];
  }
}

function foreign(path: string, { uid, ownUid }: { uid: number; ownUid: number }): StoreError {
  return new StoreError({
    code: 'STORE_FAILED',
    message: `The data folder is not used: ${quote(path, PATH_CHARS)} belongs to another user (${uid}) than the one that runs this server (${ownUid}).`,
    hint: 'Run the server as the user that owns the folder, or give the whole folder to this user (chown -R), or set BULK_DATA_DIR to a folder of this user. Then start the server again.',
  });
}
