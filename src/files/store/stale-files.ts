/** Removes what writers and readers left behind whose process was killed. */
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LIMITS } from '../../core/limits.js';
import type { FolderPlaces } from './folder-places.js';
import { STORED_KINDS } from './stored-name.js';

/** The temporary names that earlier versions gave to exports and reports. */
const OLD_PART = /^\..+\.part$/;

/** A younger file may still be in use, perhaps by another process. */
export async function removeStaleFiles(places: FolderPlaces, nowMs: number): Promise<void> {
  for (const kind of STORED_KINDS) {
    const staging = places.staging(kind);
    for (const name of await namesIn(staging)) await removeIfStale(join(staging, name), nowMs);
    for (const organization of await namesIn(places.ofKind(kind))) {
      const folder = places.ofOrganization(organization, kind);
      const parts = (await namesIn(folder)).filter((name) => OLD_PART.test(name));
      for (const name of parts) await removeIfStale(join(folder, name), nowMs);
    }
  }
}

/** The names in a folder; none if it is missing or not a folder. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** Removes the file unless it is younger than a day. */
export async function removeIfStale(path: string, nowMs: number): Promise<void> {
  const stats = await lstat(path).catch(() => null);
  if (stats === null) return;
  // The time of the last change of the entry: a second name of an old file is as young as the name.
  if (nowMs - Math.max(stats.ctimeMs, stats.mtimeMs) <= LIMITS.staleFileMs) return;
  await rm(path, { recursive: true, force: true });
}
