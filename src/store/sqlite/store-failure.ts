/** What is wrong with the job database: the cause, where the file lies, and what can be done about it. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError, StoreError, messageOf } from '../../core/errors.js';
import { clip } from '../../core/text.js';

/** Longer paths than this are rare, and cut. */
const PATH_CHARS = 1000;

interface Words {
  /** Follows the path: "is damaged". */
  readonly says: string;
  /** What the reader can do about it. */
  readonly hint: string;
}

const DAMAGED: Words = {
  says: 'is damaged',
  hint:
    'The program leaves the file as it is. Restore it from a backup, or move it away together with its -wal and -shm files: ' +
    'then a new, empty database is made. It will not know the earlier jobs, so check in Billy what unfinished ones have done.',
};
const NOT_A_DATABASE: Words = {
  says: 'is not a database, or is damaged',
  hint:
    'The program leaves the file as it is. Restore it from a backup, or move it away: then a new, empty database is made. ' +
    'Or set BULK_DATA_DIR to another folder.',
};
const LATER: Words = {
  says: 'was made by a later version of this program',
  hint: 'The program leaves the file as it is. Update this program, or set BULK_DATA_DIR to another folder.',
};
const FULL: Words = {
  says: 'cannot be written: the disk is full',
  hint: 'Free space on the disk of BULK_DATA_DIR.',
};
const READ_ONLY: Words = {
  says: 'cannot be written',
  hint: 'Give this user the right to write the file and its folder, or set BULK_DATA_DIR to another folder.',
};
const NO_FOLDER: Words = {
  says: 'cannot be opened: its folder is missing',
  hint: 'Make the folder or connect its disk, or set BULK_DATA_DIR to another folder.',
};
const NO_FILE: Words = {
  says: 'is missing: somebody moved or deleted it while the server ran',
  hint: 'Stop the server, then put the file back together with its -wal and -shm files.',
};
const FOLDER_IN_PLACE: Words = {
  says: 'cannot be opened: a folder has its name',
  hint: 'Move that folder away, or set BULK_DATA_DIR to another folder.',
};
const LOCKED: Words = {
  says: 'is locked by another program',
  hint: 'End the program that holds the file, such as a backup or a database viewer.',
};
const UNREADABLE: Words = {
  says: 'cannot be read or written: the disk reports an error',
  hint: 'Check the disk of BULK_DATA_DIR.',
};
const UNKNOWN: Words = {
  says: 'cannot be used',
  hint: 'The detail says what the database driver reports.',
};

/** By the driver's code; its extended codes begin with the plain one. */
const BY_CODE: readonly (readonly [string, Words])[] = [
  ['SQLITE_NOTADB', NOT_A_DATABASE],
  ['SQLITE_CORRUPT', DAMAGED],
  ['SQLITE_FULL', FULL],
  ['SQLITE_READONLY', READ_ONLY],
  ['SQLITE_PERM', READ_ONLY],
  ['SQLITE_BUSY', LOCKED],
  ['SQLITE_LOCKED', LOCKED],
  ['SQLITE_IOERR', UNREADABLE],
  ['ENOSPC', FULL],
  ['EDQUOT', FULL],
  ['EACCES', READ_ONLY],
  ['EPERM', READ_ONLY],
  ['EROFS', READ_ONLY],
];

/** The driver's own sentences: an error that comes from the writing thread has no code. */
const BY_MESSAGE: readonly (readonly [RegExp, Words])[] = [
  [/^database or disk is full/, FULL],
  [/^database disk image is malformed/, DAMAGED],
  [/^file is not a database/, NOT_A_DATABASE],
  [/^attempt to write a readonly database/, READ_ONLY],
  [/^database is locked/, LOCKED],
  [/^disk I\/O error/, UNREADABLE],
];

function driverWords(error: unknown): Words {
  const { code } = error as { code?: unknown };
  const message = messageOf(error);
  const byCode = BY_CODE.find(([start]) => typeof code === 'string' && code.startsWith(start));
  const byMessage = BY_MESSAGE.find(([pattern]) => pattern.test(message));
  return byCode?.[1] ?? byMessage?.[1] ?? UNKNOWN;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** What the driver leaves open: it cannot use the file, and does not say why. */
function placeWords(path: string, isOpening: boolean): Words | null {
  const folder = dirname(path);
  if (!isFolder(folder)) return NO_FOLDER;
  if (isFolder(path)) return FOLDER_IN_PLACE;
  const isThere = existsSync(path);
  if (!isThere && !isOpening) return NO_FILE;
  const isWritable = mayWrite(folder) && (!isThere || mayWrite(path));
  return isWritable ? null : READ_ONLY;
}

function wordsFor(error: unknown, path: string, isOpening: boolean): Words {
  const words = driverWords(error);
  const isVague = [UNKNOWN, READ_ONLY, UNREADABLE].includes(words);
  if (path === ':memory:' || !isVague) return words;
  return placeWords(path, isOpening) ?? words;
}

function shown(path: string): string {
  return path === ':memory:' ? 'in memory' : `"${clip(path, PATH_CHARS)}"`;
}

interface Told {
  readonly path: string;
  /** What happens when the cause is gone. */
  readonly next: string;
  /** What the driver threw. */
  readonly cause?: unknown;
}

function failure(words: Words, { path, next, cause }: Told): StoreError {
  return new StoreError({
    code: 'STORE_FAILED',
    message: `The job database ${shown(path)} ${words.says}.`,
    hint: `${words.hint} ${next}`,
    ...(cause === undefined ? {} : { detail: messageOf(cause), cause }),
  });
}

const START_AGAIN = 'Then start the server again.';
const GOES_ON = 'Jobs go on by themselves from what is stored, once it can be written.';

/** The database has steps of a migration that this program does not know. */
export function laterVersion(path: string): StoreError {
  return failure(LATER, { path, next: START_AGAIN });
}

/** The database at `path` could not be opened. An AppError stays what it is. */
export function openingFailure(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error;
  const words = wordsFor(error, path, true);
  return failure(words, { path, next: START_AGAIN, cause: error });
}

/** An open database could not be read or written. An AppError stays what it is. */
export function runningFailure(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error;
  const words = wordsFor(error, path, false);
  const isFinal = words === DAMAGED || words === NOT_A_DATABASE || words === NO_FILE;
  return failure(words, { path, next: isFinal ? START_AGAIN : GOES_ON, cause: error });
}

/** The data folder could not be made, or not be closed to others. An AppError stays what it is. */
export function folderFailure(error: unknown, folder: string): AppError {
  if (error instanceof AppError) return error;
  const words = driverWords(error);
  const isKnown = words === FULL || words === READ_ONLY;
  return new StoreError({
    code: 'STORE_FAILED',
    message: `The data folder ${shown(folder)} ${isKnown ? words.says : 'cannot be made'}.`,
    hint: `Set BULK_DATA_DIR to a folder that this user may write. ${START_AGAIN}`,
    detail: messageOf(error),
    cause: error,
  });
}
