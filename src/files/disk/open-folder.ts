/**
 * A folder that stays open while a file is written into it. Its path may lead elsewhere a moment
 * later, so files are reached through the open folder where the system allows it.
 */
import { constants } from 'node:fs';
import { open, readlink, type FileHandle } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { findOrNull, identityOf, realPathOrNull } from './file-identity.js';

/** The folder in which Linux shows the open files of this process, each as a link to the file. */
export const DESCRIPTORS = '/proc/self/fd';
const GONE = ' (deleted)';
// Windows lacks this flag; `|` treats a missing one as 0.
const OPEN_FOLDER = constants.O_RDONLY | constants.O_DIRECTORY;

/** The current path of an open file or folder, as the system reports it; null if it reports none. */
export async function pathOfHandle(
  handle: FileHandle,
  descriptors: string,
): Promise<string | null> {
  const path = await readlink(join(descriptors, String(handle.fd))).catch(() => null);
  // For a file in no folder that this process can see, the kernel gives a word instead of a path.
  if (path === null || !isAbsolute(path)) return null;
  if (!path.endsWith(GONE)) return path;
  // A newer version replaced the file since it was opened: editors save files this way.
  const { nlink } = await handle.stat();
  return nlink === 0 ? path.slice(0, -GONE.length) : path;
}

interface Opened {
  readonly handle: FileHandle;
  readonly descriptors: string;
  /** A path that always leads to this folder; null if the system has none. */
  readonly anchor: string | null;
}

export class OpenFolder {
  /** The path by which the folder was opened. */
  readonly path: string;
  readonly #opened: Opened;

  private constructor(path: string, opened: Opened) {
    this.path = path;
    this.#opened = opened;
  }

  /** Opens the folder; the caller closes it. */
  static async open(path: string, descriptors = DESCRIPTORS): Promise<OpenFolder> {
    const handle = await open(path, OPEN_FOLDER);
    const isShown = (await pathOfHandle(handle, descriptors)) !== null;
    const anchor = isShown ? join(descriptors, String(handle.fd)) : null;
    return new OpenFolder(path, { handle, descriptors, anchor });
  }

  /** A path to that name in this open folder. */
  pathTo(name: string): string {
    return join(this.#opened.anchor ?? this.path, name);
  }

  /** The current real path of this open folder; null if it is unknown. */
  async realPath(): Promise<string | null> {
    const path = await pathOfHandle(this.#opened.handle, this.#opened.descriptors);
    return path ?? realPathOrNull(this.path);
  }

  /** True if the path still leads to this open folder. */
  async isAtItsPath(): Promise<boolean> {
    const stats = await this.#opened.handle.stat({ bigint: true });
    return (await findOrNull(this.path))?.identity === identityOf(stats);
  }

  /** True if that name in this folder is the open file. */
  async holds(name: string, file: FileHandle): Promise<boolean> {
    const stats = await file.stat({ bigint: true });
    return (await findOrNull(this.pathTo(name)))?.identity === identityOf(stats);
  }

  close(): Promise<void> {
    return this.#opened.handle.close();
  }
}
