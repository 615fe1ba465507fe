/**
 * Decides which files a call may name: the real path must lie in an allowed folder, and must not
 * belong to the server itself. A path may lead elsewhere a moment after the check, so the last check
 * is made on the open file or folder.
 */
import { constants, type Stats } from 'node:fs';
import { lstat, open, stat, type FileHandle } from 'node:fs/promises';
import { basename, delimiter, dirname, isAbsolute, join, parse, resolve } from 'node:path';
import { InputError } from '../../core/errors.js';
import { fileFailure } from './file-failure.js';
import { filesIn, nearNames, type FolderFile } from './near-files.js';
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
import {
  aFolder,
  moved,
  noPath,
  notAFile,
  notAllowed,
  notFound,
  ours,
  type Searched,
} from './path-refusals.js';
import { isForeignPath, lastNameOf, typedPath } from './typed-path.js';

export interface AllowedSettings {
  /** `BULK_ALLOWED_DIRS`; if unset, the working directory, unless that is the root. */
  readonly setting: string | undefined;
  readonly cwd: string;
  /** The paths that belong to the server: its data folder and its token file. */
  readonly own: readonly string[];
  /** The folder in which the system shows open files; tests name one that does not exist. */
  readonly descriptors?: string;
}

/** An open file and the real path that was checked. The caller closes the file. */
export interface OpenedFile {
  readonly path: string;
  readonly handle: FileHandle;
}

export interface ListedFolder {
  readonly path: string;
  readonly files: readonly FolderFile[];
}

export interface AllowedFolders {
  /** Opens a regular file for reading. It does not wait for pipes and does not open devices. */
  openForRead(path: string): Promise<OpenedFile>;
  /** The allowed folders that exist, each with its files, newest first. */
  list(): Promise<ListedFolder[]>;
  /** The real path of a file that may be created or replaced; its folder must exist. */
  resolveForWrite(path: string): Promise<string>;
  /** Throws `PATH_NOT_ALLOWED` unless that open folder is writable for calls and still at its path. */
  checkFolder(folder: OpenFolder): Promise<void>;
}

const NEAR_SHOWN = 3;

/** The rules for one call, with the current real paths of the folders. */
interface Rules {
  readonly allowed: readonly string[];
  readonly own: OwnPlaces;
  readonly descriptors: string;
}

// The file may have been replaced since its path was checked. These flags do not follow a link, do not
// wait for a pipe and do not adopt a terminal. Windows has none of them; `|` treats a missing one as 0.
const OPEN_CHECKED =
  constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Folders of system views, such as the environment of this process. They are refused even below `/`. */
const SYSTEM = process.platform === 'win32' ? [] : ['/proc', '/sys'];

/** Links and `..` are resolved before the decision. */
export function openAllowedFolders(settings: AllowedSettings): AllowedFolders {
  const { setting, cwd, own, descriptors } = settings;
  return openFolders(listFolders(setting, cwd), own, descriptors);
}

/** The same for folders by their absolute paths. */
export function openFolders(
  folders: readonly string[],
  ownPaths: readonly string[],
  descriptors: string = DESCRIPTORS,
): AllowedFolders {
  const own = new OwnPlaces(ownPaths);
  const rules = async (): Promise<Rules> => {
    return { allowed: await realFolders(folders), own, descriptors };
  };
  return {
    openForRead: async (path) => openForRead(path, await rules()),
    list: async () => listAllowed(await rules()),
    resolveForWrite: async (path) => resolveForWrite(path, await rules()),
    checkFolder: async (folder) => checkFolder(folder, await rules()),
  };
}

/** The absolute paths of the folders in `BULK_ALLOWED_DIRS`, existing or not. */
export function listFolders(setting: string | undefined, cwd: string): string[] {
  const listed = (setting ?? '').split(delimiter).filter((entry) => entry.trim() !== '');
  if (listed.length > 0) return listed.map((entry) => resolve(cwd, entry));
  return resolve(cwd) === parse(resolve(cwd)).root ? [] : [resolve(cwd)];
}

/** The server's own files are left out, and so are folders of it. */
async function listAllowed(rules: Rules): Promise<ListedFolder[]> {
  return Promise.all(
    rules.allowed.map(async (path) => {
      const kept = await Promise.all(
        (await filesIn(path)).map(async (file) => {
          const found = await findOrNull(join(path, file.name));
          const isOwn =
            found !== null && (await rules.own.hold(found, await foldersAbove(found.path)));
          return found === null || isOwn ? [] : [file];
        }),
      );
      return { path, files: kept.flat() };
    }),
  );
}

/** The folders in which the file was searched, and the files there that may be meant; of allowed folders only. */
async function searchedFor(typed: string, wanted: string, rules: Rules): Promise<Searched> {
  const folder = await realPathOrNull(dirname(wanted));
  const found = folder === null || isForeignPath(typed) ? null : await findOrNull(folder);
  const isAllowed =
    found !== null && (await isInside(found, await foldersAbove(found.path), rules));
  const own = isAllowed && (await rules.own.hold(found, await foldersAbove(found.path)));
  const folders = isAllowed && !own ? [found.path] : [...rules.allowed];
  const near = await Promise.all(
    folders.map(async (path) => {
      const names = (await filesIn(path)).map(({ name }) => name);
      return nearNames(lastNameOf(typed), names).map((name) => join(path, name));
    }),
  );
  return { folders, near: near.flat().slice(0, NEAR_SHOWN) };
}

async function openForRead(path: string, rules: Rules): Promise<OpenedFile> {
  const wanted = absolute(path, rules);
  if (isForeignPath(path)) throw notFound(await searchedFor(path, wanted, rules));
  const real = await realPathWithin(wanted, rules).catch(async (thrown: unknown) => {
    const isMissing = thrown instanceof InputError && thrown.code === 'FILE_NOT_FOUND';
    throw isMissing ? notFound(await searchedFor(path, wanted, rules)) : thrown;
  });
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

/** Checks the file that was opened; its path may have led to another file before. */
async function checkOpened(handle: FileHandle, real: string, rules: Rules): Promise<void> {
  const found = foundOf(real, await handle.stat({ bigint: true }));
  const path = await pathOfHandle(handle, rules.descriptors);
  if (path !== null) {
    await refuseUnlessAllowed({ ...found, path }, rules);
    return;
  }
  // The system reports no path, so the path must still lead to the file that was opened.
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

/** The real paths of the folders that exist; a missing folder allows nothing. */
async function realFolders(folders: readonly string[]): Promise<string[]> {
  const real = await Promise.all(folders.map(realPathOrNull));
  return real.filter((folder) => folder !== null);
}

function absolute(path: string, { allowed }: Rules): string {
  const [first] = allowed;
  if (first === undefined) throw notAllowed(allowed);
  if (path.trim() === '' || path.includes('\0')) throw noPath();
  const plain = typedPath(path);
  return isAbsolute(plain) ? resolve(plain) : resolve(first, plain);
}

/** Resolves a path. The refusal of a path outside is the same if the file exists or not. */
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

/** Walks up to the first folder that exists. A broken link may point outside, so it counts as outside. */
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

/** Compares by text, then by identity: a file system that ignores case has several spellings of a folder. */
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
