/**
 * Which file or folder a path leads to, told by device and inode: the same one has one identity,
 * whatever link, mount or spelling leads to it.
 */
import type { BigIntStats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative } from 'node:path';

export interface Found {
  readonly path: string;
  readonly identity: string;
  readonly isFile: boolean;
  /** How many names the file has; more than one where hard links exist. */
  readonly nameCount: number;
}

/** The identity of what the stats describe. Inodes need 64 bits on some systems. */
export function identityOf({ dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`;
}

export function foundOf(path: string, stats: BigIntStats): Found {
  return {
    path,
    identity: identityOf(stats),
    isFile: stats.isFile(),
    nameCount: Number(stats.nlink),
  };
}

/** Follows links; null where nothing can be seen. */
export async function findOrNull(path: string): Promise<Found | null> {
  try {
    return foundOf(path, await stat(path, { bigint: true }));
  } catch {
    return null;
  }
}

export async function realPathOrNull(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch {
    // Missing, unreadable or a loop of links: either way no real path is known.
    return null;
  }
}

/** The folders above a real path, nearest first. */
export async function foldersAbove(real: string): Promise<Found[]> {
  const paths: string[] = [];
  for (let path = real; dirname(path) !== path; path = dirname(path)) paths.push(dirname(path));
  const found = await Promise.all(paths.map(findOrNull));
  return found.filter((folder) => folder !== null);
}

/** Compares two real paths as text; `folder` lies in itself. */
export function isWithin(real: string, folder: string): boolean {
  const way = relative(folder, real);
  return way === '' || (!/^\.\.(?:[\\/]|$)/.test(way) && !isAbsolute(way));
}
