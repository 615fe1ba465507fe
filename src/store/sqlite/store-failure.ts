/** Turns errors of the job database into messages: the cause, the path of the file, and a hint. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError, StoreError, messageOf } from '../../core/errors.js';
import { clip } from '../../core/text.js';

/** Longer paths are rare, and are cut. */
const PATH_CHARS = 1000;

interface FailureText {
  /** Follows the path, as in "is damaged". */
  readonly state: string;
  /** The advice to the reader. */
  readonly hint: string;
}

const DAMAGED: FailureText = {
  state: 'is damaged',
  hint:
    'The program does not change the file. Restore it from a backup, or move it away together with its -wal and -shm files: ' +
    'then a new, empty database is created. It does not contain the earlier jobs, so check in Billy which changes unfinished jobs have made.',
};
const NOT_A_DATABASE: FailureText = {
  state: 'is not a database, or is damaged',
  hint:
    'The program does not change the file. Restore it from a backup, or move it away: then a new, empty database is created. ' +
    'Or set BULK_DATA_DIR to another folder.',
};
const LATER: FailureText = {
  state: 'was made by a later version of this program',
  hint: 'The program does not change the file. Update this program, or set BULK_DATA_DIR to another folder.',
};
const FULL: FailureText = {
  state: 'cannot be written: the disk is full',
  hint: 'Free space on the disk of BULK_DATA_DIR.',
};
const READ_ONLY: FailureText = {
  state: 'cannot be written',
  hint: 'Give this user the right to write the file and its folder, or set BULK_DATA_DIR to another folder.',
};
const NO_FOLDER: FailureText = {
  state: 'cannot be opened: its folder is missing',
  hint: 'Make the folder or connect its disk, or set BULK_DATA_DIR to another folder.',
};
const NO_FILE: FailureText = {
  state: 'is missing: it was moved or deleted while the server ran',
  hint: 'Stop the server, then put the file back together with its -wal and -shm files.',
};
const FOLDER_IN_PLACE: FailureText = {
  state: 'cannot be opened: a folder has its name',
  hint: 'Move that folder away, or set BULK_DATA_DIR to another folder.',
};
const LOCKED: FailureText = {
  state: 'is locked by another program',
  hint: 'End the program that holds the file, such as a backup or a database viewer.',
};
const UNREADABLE: FailureText = {
  state: 'cannot be read or written: the disk reports an error',
  hint: 'Check the disk of BULK_DATA_DIR.',
};
const UNKNOWN: FailureText = {
  state: 'cannot be used',
  hint: 'The detail contains the message of the database driver.',
};

/** Texts by the driver's code. Extended codes begin with the plain code. */
const BY_CODE: readonly (readonly [string, FailureText])[] = [
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

/** Texts by the driver's message, since errors from the writing thread have no code. */
const BY_MESSAGE: readonly (readonly [RegExp, FailureText])[] = [
  [/^database or disk is full/, FULL],
  [/^database disk image is malformed/, DAMAGED],
  [/^file is not a database/, NOT_A_DATABASE],
  [/^attempt to write a readonly database/, READ_ONLY],
  [/^database is locked/, LOCKED],
  [/^disk I\/O error/, UNREADABLE],
];

function driverWords(error: unknown): FailureText {
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

/** Finds the reason by looking at the file and its folder, for driver errors that do not name one. */
function placeWords(path: string, isOpening: boolean): FailureText | null {
  const folder = dirname(path);
  if (!isFolder(folder)) return NO_FOLDER;
  if (isFolder(path)) return FOLDER_IN_PLACE;
  const isThere = existsSync(path);
  if (!isThere && !isOpening) return NO_FILE;
  const isWritable = mayWrite(folder) && (!isThere || mayWrite(path));
  return isWritable ? null : READ_ONLY;
}

function wordsFor(error: unknown, path: string, isOpening: boolean): FailureText {
  const words = driverWords(error);
  const isVague = [UNKNOWN, READ_ONLY, UNREADABLE].includes(words);
  if (path === ':memory:' || !isVague) return words;
  return placeWords(path, isOpening) ?? words;
}

function shown(path: string): string {
  return path === ':memory:' ? 'in memory' : `"${clip(path, PATH_CHARS)}"`;
}

interface FailureContext {
  readonly path: string;
  /** The next step after the cause is removed. */
  readonly next: string;
  /** The driver's error. */
  readonly cause?: unknown;
}

function failure(words: FailureText, { path, next, cause }: FailureContext): StoreError {
  return new StoreError({
    code: 'STORE_FAILED',
    message: `The job database ${shown(path)} ${words.state}.`,
    hint: `${words.hint} ${next}`,
    ...(cause === undefined ? {} : { detail: messageOf(cause), cause }),
  });
}

const START_AGAIN = 'Then start the server again.';
const GOES_ON =
  'Jobs continue automatically from their stored state, once the database can be written.';

/** The error for a database with migrations that this program does not know. */
export function laterVersion(path: string): StoreError {
  return failure(LATER, { path, next: START_AGAIN });
}

/** The error for a database that could not be opened. An AppError is returned unchanged. */
export function openingFailure(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error;
  const words = wordsFor(error, path, true);
  return failure(words, { path, next: START_AGAIN, cause: error });
}

/** The error for an open database that could not be read or written. An AppError is returned unchanged. */
export function runningFailure(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error;
  const words = wordsFor(error, path, false);
  const isFinal = words === DAMAGED || words === NOT_A_DATABASE || words === NO_FILE;
  return failure(words, { path, next: isFinal ? START_AGAIN : GOES_ON, cause: error });
}

/**
 * The error for a data folder that could not be created, or could not be closed to other users. An AppError
 * is returned unchanged.
 */
export function folderFailure(error: unknown, folder: string): AppError {
  if (error instanceof AppError) return error;
  const words = driverWords(error);
  const isKnown = words === FULL || words === READ_ONLY;
  return new StoreError({
    code: 'STORE_FAILED',
    message: `The data folder ${shown(folder)} ${isKnown ? words.state : 'cannot be created'}.`,
    hint: `Set BULK_DATA_DIR to a folder that this user may write. ${START_AGAIN}`,
    detail: messageOf(error),
    cause: error,
  });
}
