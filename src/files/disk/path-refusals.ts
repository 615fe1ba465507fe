/** Errors for refused paths. Their texts do not reveal if something exists outside the folders. */
import { InputError } from '../../core/errors.js';

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

export function notFound(): InputError {
  return new InputError({
    code: 'FILE_NOT_FOUND',
    message: 'There is no such file or folder.',
    hint: 'Check the spelling; a relative path is taken from the first folder of BULK_ALLOWED_DIRS.',
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
