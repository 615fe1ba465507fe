/**
 * Which files a call may name: only those whose real path lies in an allowed folder, and never what
 * belongs to the server itself. A path may lead elsewhere a moment after it was judged, so what is
 * judged last is the open file or folder.
 */
import { constants, type Stats } from 'node:fs';
import { lstat, open, stat, type FileHandle } from 'node:fs/promises';
import { basename, delimiter, dirname, isAbsolute, join, parse, resolve } from 'node:path';
import { fileFailure } from './file-failure.js';
import {
  findOrNull,
  foldersAbove,
  foundOf,
  isWithin,
  realPathOrNull,
  type Found,
} from './file-identity.js';
import { checkWrittenName } from './file-name.js';
import { DESCRIPTORS, pathOfHandle, type OpenFolder } from './open-folder.js';
import { OwnPlaces } from './own-places.js';
import { aFolder, moved, noPath, notAFile, notAllowed, notFound, ours } from './path-refusals.js';

export interface AllowedSettings {
  /** `BULK_ALLOWED_DIRS`; without it the working directory, unless that is the root. */
  readonly setting: string | undefined;
  readonly cwd: string;
  /** What belongs to the server: its data folder, the file of its token. */
  readonly own: readonly string[];
  /** Where the system shows open files; tests name a place that does not exist. */
  readonly descriptors?: string;
}

/** An open file, and the real path by which it was judged. The caller closes it. */
export interface OpenedFile {
  readonly path: string;
  readonly handle: FileHandle;
}

export interface AllowedFolders {
  /** Opens a regular file for reading; waits for no pipe and opens no device. */
  openForRead(path: string): Promise<OpenedFile>;
  /** The real path of a file that may be created or replaced; its folder must exist. */
  resolveForWrite(path: string): Promise<string>;
  /** Throws `PATH_NOT_ALLOWED` unless that open folder may be written to, and is still at its path. */
  checkFolder(folder: OpenFolder): Promise<void>;
}

/** What one call is judged by: the real paths of the folders as they are now. */
interface Rules {
  readonly allowed: readonly string[];
  readonly own: OwnPlaces;
  readonly descriptors: string;
}

// What took the file's place since its path was judged: a link is not followed, a pipe not waited for,
// a terminal not made ours. Windows has none of these flags; `|` takes their absence for 0.
const OPEN_CHECKED =
  constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Views of the system, this process and its environment among them, are no files: not even below `/`. */
const SYSTEM = process.platform === 'win32' ? [] : ['/proc', '/sys'];

/** Links and `..` are resolved before anything is decided; `~` is a name like any other. */
export function openAllowedFolders(settings: AllowedSettings): AllowedFolders {
  const { setting, cwd, descriptors = DESCRIPTORS } = settings;
  const folders = listFolders(setting, cwd);
  const own = new OwnPlaces(settings.own);
  const rules = async (): Promise<Rules> => {
    return { allowed: await realFolders(folders), own, descriptors };
  };
  return {
    openForRead: async (path) => openForRead(path, await rules()),
    resolveForWrite: async (path) => resolveForWrite(path, await rules()),
    checkFolder: async (folder) => checkFolder(folder, await rules()),
  };
}

/** The folders that `BULK_ALLOWED_DIRS` names, absolute, whether they exist or not. */
export function listFolders(setting: string | undefined, cwd: string): string[] {
  const listed = (setting ?? '').split(delimiter).filter((entry) => entry.trim() !== '');
  if (listed.length > 0) return listed.map((entry) => resolve(cwd, entry));
  return resolve(cwd) === parse(resolve(cwd)).root ? [] : [resolve(cwd)];
}

async function openForRead(path: string, rules: Rules): Promise<OpenedFile> {
  const real = await realPathWithin(absolute(path, rules), rules);
  refuseOtherThanFile(await statOrFail(real));
  const handle = await openOrFail(real);
  try {
    refuseOtherThanFile(await handle.stat());
    await checkOpened(handle, real, rules);
    return { path: real, handle };
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}

async function openOrFail(real: string): Promise<FileHandle> {
  try {
    return await open(real, OPEN_CHECKED);
  } catch (thrown) {
    throw fileFailure(thrown);
  }
}

/** Judges the file that was opened, which need not be the one that its path led to before. */
async function checkOpened(handle: FileHandle, real: string, rules: Rules): Promise<void> {
  const found = foundOf(real, await handle.stat({ bigint: true }));
  const path = await pathOfHandle(handle, rules.descriptors);
  if (path !== null) {
    await refuseUnlessAllowed({ ...found, path }, rules);
    return;
  }
  // Without the system's word: what the path leads to now must be what was opened.
  const again = await realPathOrNull(real);
  const isSame = again !== null && (await findOrNull(again))?.identity === found.identity;
  if (!isSame) throw moved();
  await refuseUnlessAllowed({ ...found, path: again }, rules);
}

async function resolveForWrite(path: string, rules: Rules): Promise<string> {
  const wanted = absolute(path, rules);
  if (rules.allowed.includes(wanted)) throw aFolder();
  const folder = await realPathWithin(dirname(wanted), rules);
  if (!(await statOrFail(folder)).isDirectory()) throw notFound();
  const target = join(folder, basename(wanted));
  const existing = await lstatOrNull(target);
  if (existing?.isSymbolicLink() === true) throw notAllowed(rules.allowed);
  if (existing !== null) {
    refuseOtherThanFile(existing);
    const found = await findOrNull(target);
    if (found !== null) await refuseUnlessAllowed(found, rules);
  }
  checkWrittenName(basename(target));
  return target;
}

async function checkFolder(folder: OpenFolder, rules: Rules): Promise<void> {
  const real = await folder.realPath();
  const found = real === null ? null : await findOrNull(real);
  if (found === null || !(await folder.isAtItsPath())) throw moved();
  await refuseUnlessAllowed(found, rules);
}

/** A folder that does not exist (yet) allows nothing, so it is left out. */
async function realFolders(folders: readonly string[]): Promise<string[]> {
  const real = await Promise.all(folders.map(realPathOrNull));
  return real.filter((folder) => folder !== null);
}

function absolute(path: string, { allowed }: Rules): string {
  const [first] = allowed;
  if (first === undefined) throw notAllowed(allowed);
  if (path.trim() === '' || path.includes('\0')) throw noPath();
  return isAbsolute(path) ? resolve(path) : resolve(first, path);
}

/** Refuses what lies outside in the same way whether it exists or not. */
async function realPathWithin(wanted: string, rules: Rules): Promise<string> {
  const real = await realPathOrNull(wanted);
  const found = real === null ? null : await findOrNull(real);
  if (found !== null) {
    await refuseUnlessAllowed(found, rules);
    return found.path;
  }
  await refuseUnlessMissingInside(wanted, rules);
  throw notFound();
}

async function refuseUnlessAllowed(found: Found, rules: Rules): Promise<void> {
  const above = await foldersAbove(found.path);
  if (!(await isInside(found, above, rules))) throw notAllowed(rules.allowed);
  if (await rules.own.hold(found, above)) throw ours();
}

/** Walks up to what exists; a link that leads nowhere may point outside, so it counts as outside. */
async function refuseUnlessMissingInside(wanted: string, rules: Rules): Promise<void> {
  for (let path = wanted; dirname(path) !== path; path = dirname(path)) {
    const real = await realPathOrNull(path);
    const found = real === null ? null : await findOrNull(real);
    if (found !== null) {
      await refuseUnlessAllowed(found, rules);
      return;
    }
    if ((await lstatOrNull(path)) !== null) break;
  }
  throw notAllowed(rules.allowed);
}

/** By text, or by identity: a file system that ignores case has several spellings of one folder. */
async function isInside(
  found: Found,
  above: readonly Found[],
  { allowed }: Rules,
): Promise<boolean> {
  if (SYSTEM.some((folder) => isWithin(found.path, folder))) return false;
  if (allowed.some((folder) => isWithin(found.path, folder))) return true;
  const folders = await Promise.all(allowed.map(findOrNull));
  const identities = new Set(folders.map((folder) => folder?.identity));
  return [found, ...above].some(({ identity }) => identities.has(identity));
}

async function lstatOrNull(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch {
    return null;
  }
}

async function statOrFail(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (thrown) {
    throw fileFailure(thrown);
  }
}

function refuseOtherThanFile(found: Stats): void {
  if (found.isFile()) return;
  throw found.isDirectory() ? aFolder() : notAFile();
}
