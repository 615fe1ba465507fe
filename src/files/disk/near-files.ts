/** Files that a caller may have meant by a path that leads nowhere. Only allowed folders are looked at. */
import { lstat, readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { distance } from 'fastest-levenshtein';

/** A folder with more entries is looked at in part. */
const ENTRIES_MAX = 5000;
const NEAR_MAX = 3;
const LETTERS_PER_ERROR = 3;

export interface FolderFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

/** The files of a folder, newest first; no dot files, links or folders. Empty if it cannot be read. */
export async function filesIn(folder: string): Promise<FolderFile[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => !name.startsWith('.'))
      .slice(0, ENTRIES_MAX)
      .map(async (name) => {
        const stats = await lstat(join(folder, name)).catch(() => null);
        if (stats?.isFile() !== true) return [];
        return [{ name, sizeBytes: stats.size, modifiedAtMs: Math.round(stats.mtimeMs) }];
      }),
  );
  return found.flat().sort((left, right) => right.modifiedAtMs - left.modifiedAtMs);
}

/** Letters to change from one name to the other; null: the names are not near. */
function errorsBetween(typed: string, name: string): number | null {
  const [wanted, known] = [parse(typed.toLowerCase()), parse(name.toLowerCase())];
  // Another ending, a copy or a date added to the name.
  if (wanted.name === known.name) return wanted.ext === known.ext ? 0 : 1;
  const errors = distance(wanted.name, known.name);
  const allowed = Math.max(1, Math.round(wanted.name.length / LETTERS_PER_ERROR));
  if (errors <= allowed) return errors + 1;
  const isPart = wanted.name.length >= LETTERS_PER_ERROR && known.name.includes(wanted.name);
  return isPart ? allowed + 1 : null;
}

/** The names that are nearest to the typed one, the nearest first. */
export function nearNames(typed: string, names: readonly string[]): string[] {
  return names
    .flatMap((name) => {
      const errors = errorsBetween(typed.normalize('NFC'), name.normalize('NFC'));
      return errors === null ? [] : [{ name, errors }];
    })
    .sort((left, right) => left.errors - right.errors)
    .slice(0, NEAR_MAX)
    .map(({ name }) => name);
}
