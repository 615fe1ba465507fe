/** Which files a call may name: only those whose real path lies in an allowed folder. */
import type { Stats } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import {
  basename,
  delimiter,
  dirname,
  isAbsolute,
  join,
  parse,
  relative,
  resolve,
} from 'node:path';
import { InputError } from '../core/errors.js';
import { fileFailure } from './file-failure.js';

export interface AllowedFolders {
  /** The folders as set, absolute; some may not exist. */
  readonly folders: readonly string[];
  /** The real path of a regular file that may be read. */
  resolveForRead(path: string): Promise<string>;
  /** The real path of a file that may be created or replaced; its folder must exist. */
  resolveForWrite(path: string): Promise<string>;
}

/**
 * Folders from `BULK_ALLOWED_DIRS`; without it the working directory, unless that is the root.
 * Links and `..` are resolved before anything is decided; `~` is a name like any other.
 */
export function openAllowedFolders(setting: string | undefined, cwd: string): AllowedFolders {
  const folders = listFolders(setting, cwd);
  return {
    folders,
    resolveForRead: (path) => resolveForRead(path, folders),
    resolveForWrite: (path) => resolveForWrite(path, folders),
  };
}

function listFolders(setting: string | undefined, cwd: string): string[] {
  const listed = (setting ?? '').split(delimiter).filter((entry) => entry.trim() !== '');
  if (listed.length > 0) return listed.map((entry) => resolve(cwd, entry));
  return resolve(cwd) === parse(resolve(cwd)).root ? [] : [resolve(cwd)];
}

async function resolveForRead(path: string, folders: readonly string[]): Promise<string> {
  const allowed = await realFolders(folders);
  const wanted = absolute(path, allowed);
  const real = await realPathWithin(wanted, allowed);
  refuseOtherThanFile(await statOrFail(real));
  return real;
}

async function resolveForWrite(path: string, folders: readonly string[]): Promise<string> {
  const allowed = await realFolders(folders);
  const wanted = absolute(path, allowed);
  if (isOneOf(wanted, allowed)) throw aFolder();
  const folder = await realPathWithin(dirname(wanted), allowed);
  if (!(await statOrFail(folder)).isDirectory()) throw notFound();
  const target = join(folder, basename(wanted));
  const existing = await lstatOrNull(target);
  if (existing === null) return target;
  if (existing.isSymbolicLink()) throw notAllowed(allowed);
  refuseOtherThanFile(existing);
  return target;
}

/** A folder that does not exist (yet) allows nothing, so it is left out. */
async function realFolders(folders: readonly string[]): Promise<string[]> {
  const real = await Promise.all(folders.map(realPathOrNull));
  return real.filter((folder) => folder !== null);
}

function absolute(path: string, allowed: readonly string[]): string {
  const [first] = allowed;
  if (first === undefined) throw notAllowed(allowed);
  if (path.trim() === '' || path.includes('\0')) {
    throw new InputError({
      code: 'INPUT_INVALID',
      message: 'The path is empty or holds a NUL character.',
      hint: 'Give the path of a file.',
    });
  }
  return isAbsolute(path) ? resolve(path) : resolve(first, path);
}

/** Refuses what lies outside in the same way whether it exists or not. */
async function realPathWithin(wanted: string, allowed: readonly string[]): Promise<string> {
  const real = await realPathOrNull(wanted);
  if (real !== null) {
    if (!isInside(real, allowed)) throw notAllowed(allowed);
    return real;
  }
  if (await isMissingInside(wanted, allowed)) throw notFound();
  throw notAllowed(allowed);
}

/** Walks up to what exists; a link that leads nowhere may point outside, so it counts as outside. */
async function isMissingInside(wanted: string, allowed: readonly string[]): Promise<boolean> {
  let path = wanted;
  while (dirname(path) !== path) {
    const real = await realPathOrNull(path);
    if (real !== null) return isInside(real, allowed);
    if ((await lstatOrNull(path)) !== null) return false;
    path = dirname(path);
  }
  return false;
}

function isInside(real: string, allowed: readonly string[]): boolean {
  return allowed.some((folder) => {
    const way = relative(folder, real);
    return way === '' || (!/^\.\.(?:[\\/]|$)/.test(way) && !isAbsolute(way));
  });
}

function isOneOf(path: string, folders: readonly string[]): boolean {
  return folders.includes(path);
}

async function realPathOrNull(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch {
    // Missing, unreadable or a loop of links: either way there is no path to allow.
    return null;
  }
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
  if (found.isDirectory()) throw aFolder();
  throw new InputError({
    code: 'INPUT_INVALID',
    message: 'The path names a device, pipe or socket.',
    hint: 'Name an ordinary file.',
  });
}

function aFolder(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'The path names a folder.',
    hint: 'Name a file in it.',
  });
}

function notFound(): InputError {
  return new InputError({
    code: 'FILE_NOT_FOUND',
    message: 'There is no such file or folder.',
    hint: 'Check the spelling; a relative path is taken from the first folder of BULK_ALLOWED_DIRS.',
  });
}

function notAllowed(allowed: readonly string[]): InputError {
  const [first] = allowed;
  return new InputError({
    code: 'PATH_NOT_ALLOWED',
    message: 'The path lies outside the folders this server may use.',
    hint:
      first === undefined
        ? 'No folder is allowed: set BULK_ALLOWED_DIRS to the folders that hold your files.'
        : `Put the file in ${JSON.stringify(first)}, or add its folder to BULK_ALLOWED_DIRS.`,
  });
}
