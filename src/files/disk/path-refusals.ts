/** Errors for refused paths. Their texts do not reveal if something exists outside the folders. */
import { InputError } from '../../core/errors.js';
import { quote } from '../../core/text.js';

export function noPath(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'The path is empty or holds a NUL character.',
    hint: 'Give the path of a file.',
  });
}

export function aFolder(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'The path names a folder.',
    hint: 'Name a file in it.',
  });
}

export function notAFile(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'The path names a device, pipe or socket.',
    hint: 'Name an ordinary file.',
  });
}

export function notAFileAddress(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'The file:// address names no file of this machine.',
    hint: 'Give the plain path, such as /home/me/files/customers.csv.',
  });
}

/** The allowed folders that were searched, and the paths of files that may be meant. */
export interface Searched {
  readonly folders: readonly string[];
  readonly near: readonly string[];
}

const PATH_CHARS = 160;

export function notFound({ folders, near }: Searched = { folders: [], near: [] }): InputError {
  const named = (paths: readonly string[]): string =>
    paths.map((path) => quote(path, PATH_CHARS)).join(', ');
  const detail = [
    ...(folders.length === 0 ? [] : [`Searched in ${named(folders)}.`]),
    ...(near.length === 0 ? [] : [`Did you mean ${named(near)}?`]),
  ];
  return new InputError({
    code: 'FILE_NOT_FOUND',
    message: 'There is no such file or folder.',
    hint:
      near.length === 0
        ? 'Call inspect_file without a source: it lists the files of the allowed folders. A relative path is taken from the first of them.'
        : 'The detail names the folder that was searched and the files that may be meant; inspect_file without a source lists all.',
    ...(detail.length === 0 ? {} : { detail: detail.join(' ') }),
  });
}

/** `allowed`: the folders that may be used. */
export function notAllowed(allowed: readonly string[]): InputError {
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

export function ours(): InputError {
  return new InputError({
    code: 'PATH_NOT_ALLOWED',
    message: 'The path belongs to this server: it leads to its data folder or its token file.',
    hint: 'Name a file elsewhere in BULK_ALLOWED_DIRS. Read exports and reports by their resourceUri.',
  });
}

export function moved(): InputError {
  return new InputError({
    code: 'PATH_NOT_ALLOWED',
    message: 'The folder or file was moved or replaced while it was in use.',
    hint: 'Try again. If it happens again, find the program that changes that folder of BULK_ALLOWED_DIRS.',
  });
}
