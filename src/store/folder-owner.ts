/**
 * Whose the data folder is. Its owner can replace the job database, so a folder of another user is not
 * used: neither by root, who could, nor by anybody else, who could not close it to others.
 */
import { lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../core/errors.js';
import { quote } from '../core/text.js';

/** The parts of the data folder that exist from the first start on; an empty name is the folder itself. */
const PARTS = ['', 'jobs.sqlite', 'jobs.sqlite-wal', 'jobs.sqlite-shm', 'sources', 'exports'];
const ROOT = 0;
const PATH_CHARS = 1000;

/** Throws `STORE_FAILED` where the folder, or what the server keeps in it, belongs to another user. */
export function checkFolderOwner(dataDir: string, ownUid = process.getuid?.()): void {
  // Windows has no such numbers.
  if (ownUid === undefined) return;
  for (const part of PARTS) {
    const path = join(dataDir, part);
    // The link as well as what it leads to: whoever owns either decides what is used.
    const foreignUid = ownersOf(path).find((uid) => uid !== ownUid && uid !== ROOT);
    if (foreignUid !== undefined) throw foreign(path, { uid: foreignUid, ownUid });
  }
}

function ownersOf(path: string): number[] {
  try {
    return [lstatSync(path).uid, statSync(path).uid];
  } catch {
    // What cannot be seen is met again, and told, when it is used.
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
