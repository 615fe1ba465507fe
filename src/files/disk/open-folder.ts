/**
 * A folder that is held open while a file is written into it. Its path may lead elsewhere a moment
 * later; where the system lets us, files are reached through the open folder and not through the path.
 */
import { constants } from 'node:fs';
import { open, readlink, type FileHandle } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { findOrNull, identityOf, realPathOrNull } from './file-identity.js';

/** Where Linux shows the open files of this process, each as a link to what it is. */
export const DESCRIPTORS = '/proc/self/fd';
const GONE = ' (deleted)';
// Windows lacks the flag; `|` takes its absence for 0.
const OPEN_FOLDER = constants.O_RDONLY | constants.O_DIRECTORY;

/** Where an open file or folder lies now, by the system's own word; null: the system does not say. */
export async function pathOfHandle(
  handle: FileHandle,
  descriptors: string,
): Promise<string | null> {
  const path = await readlink(join(descriptors, String(handle.fd))).catch(() => null);
  // What lies in no folder that this process can see has a word of the kernel's instead of a path.
  if (path === null || !isAbsolute(path)) return null;
  if (!path.endsWith(GONE)) return path;
  // Replaced by a newer version since it was opened, as editors save files.
  const { nlink } = await handle.stat();
  return nlink === 0 ? path.slice(0, -GONE.length) : path;
}

interface Opened {
  readonly handle: FileHandle;
  readonly descriptors: string;
  /** The folder itself as a path that never leads elsewhere; null where the system has none. */
  readonly anchor: string | null;
}

export class OpenFolder {
  /** The path that it was opened by. */
  readonly path: string;
  readonly #opened: Opened;

  private constructor(path: string, opened: Opened) {
    this.path = path;
    this.#opened = opened;
  }

  /** The caller closes it. */
  static async open(path: string, descriptors = DESCRIPTORS): Promise<OpenFolder> {
    const handle = await open(path, OPEN_FOLDER);
    const isShown = (await pathOfHandle(handle, descriptors)) !== null;
    const anchor = isShown ? join(descriptors, String(handle.fd)) : null;
    return new OpenFolder(path, { handle, descriptors, anchor });
  }

  /** A path to that name in this very folder. */
  pathTo(name: string): string {
    return join(this.#opened.anchor ?? this.path, name);
  }

  /** Where this very folder lies now; null: nobody can say. */
  async realPath(): Promise<string | null> {
    const path = await pathOfHandle(this.#opened.handle, this.#opened.descriptors);
    return path ?? realPathOrNull(this.path);
  }

  /** Whether its path still leads to this very folder. */
  async isAtItsPath(): Promise<boolean> {
    const stats = await this.#opened.handle.stat({ bigint: true });
    return (await findOrNull(this.path))?.identity === identityOf(stats);
  }

  /** Whether that name in this folder is the open file. */
  async holds(name: string, file: FileHandle): Promise<boolean> {
    const stats = await file.stat({ bigint: true });
    return (await findOrNull(this.pathTo(name)))?.identity === identityOf(stats);
  }

  close(): Promise<void> {
    return this.#opened.handle.close();
  }
}
