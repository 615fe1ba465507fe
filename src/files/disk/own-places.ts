/**
 * The places that belong to the server: its data folder and its token file. No call may read or write
 * there, by any path: a link, a hard link, a mount, another spelling, or an allowed parent folder.
 */
import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findOrNull, foldersAbove, isWithin, realPathOrNull, type Found } from './file-identity.js';

const MOUNTS = '/proc/self/mountinfo';
const MOUNT_POINT_FIELD = 4;

export class OwnPlaces {
  readonly #paths: readonly string[];

  /** `paths`: absolute paths of folders and files; they need not exist. */
  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  /** True if the path leads to a place of the server; false if it does not exist. */
  async holdPath(path: string): Promise<boolean> {
    const real = await realPathOrNull(path);
    const found = real === null ? null : await findOrNull(real);
    return found !== null && this.hold(found, await foldersAbove(found.path));
  }

  /** True if the file or folder found at a real path, or a folder above it, belongs to the server. */
  async hold(found: Found, above: readonly Found[]): Promise<boolean> {
    const roots = await Promise.all(this.#paths.map(realPathOfAny));
    if (roots.some((root) => isWithin(found.path, root))) return true;
    const isDeep = found.isFile && (found.nameCount > 1 || (await isMountPoint(found.path)));
    for (const root of roots) {
      const known = await identitiesAt(root, isDeep);
      if ([found, ...above].some(({ identity }) => known.has(identity))) return true;
    }
    return false;
  }
}

/** The real path. For a missing file: the real path of the nearest existing folder, and the rest. */
async function realPathOfAny(path: string): Promise<string> {
  const real = await realPathOrNull(path);
  if (real !== null || dirname(path) === path) return real ?? path;
  return join(await realPathOfAny(dirname(path)), basename(path));
}

/**
 * The identities of a place: for a file its own; for a folder its own, those of its files, and those
 * of all folders below. `isDeep` adds the files below, which can be one per job.
 */
async function identitiesAt(root: string, isDeep: boolean): Promise<Set<string>> {
  const identities = new Set<string>();
  const top = await findOrNull(root);
  if (top === null) return identities;
  identities.add(top.identity);
  const parts = (await entriesOf(root)).map(async ({ name }) => {
    // A link at the top leads to a part of the data folder that was moved elsewhere.
    const real = await realPathOrNull(join(root, name));
    if (real !== null && !isWithin(root, real)) await addTree(real, { identities, isDeep });
  });
  await Promise.all(parts);
  return identities;
}

interface Collected {
  readonly identities: Set<string>;
  readonly isDeep: boolean;
}

async function addTree(path: string, into: Collected): Promise<void> {
  const found = await findOrNull(path);
  if (found !== null) into.identities.add(found.identity);
  if (found?.isFile !== false) return;
  const wanted = (await entriesOf(path)).filter((entry) => entry.isDirectory() || into.isDeep);
  await Promise.all(wanted.map(({ name }) => addTree(join(path, name), into)));
}

/** The entries of a folder; none for a file or a folder that no longer exists. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** True if a single file is mounted there: such a file has one name and a second place. */
async function isMountPoint(path: string): Promise<boolean> {
  const mounts = await readFile(MOUNTS, 'utf8').catch(() => '');
  const escaped = path.replace(/[\t\n #\\]/g, (sign) => {
    return `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
  return mounts.split('\n').some((line) => line.split(' ')[MOUNT_POINT_FIELD] === escaped);
}
