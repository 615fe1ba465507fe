/**
 * Identifies a file or folder by device and inode: it has one identity, whatever link, mount or
 * spelling leads to it.
 */
import type { BigIntStats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative } from 'node:path';

export interface Found {
  readonly path: string;
  readonly identity: string;
  readonly isFile: boolean;
  /** The number of names of the file; more than one if hard links exist. */
  readonly nameCount: number;
}

/** The identity of a file by its stats. Inodes need 64 bits on some systems. */
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

/** Follows links; null if the file is missing or unreadable. */
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
    // Missing, unreadable or a loop of links: no real path is known.
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

/** Compares two real paths as text; a folder is within itself. */
export function isWithin(real: string, folder: string): boolean {
  const way = relative(folder, real);
  return way === '' || (!/^\.\.(?:[\\/]|$)/.test(way) && !isAbsolute(way));
}
