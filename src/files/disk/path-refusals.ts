/** Why a path is refused, in words that do not tell whether something exists outside. */
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
    message: 'The path leads to what belongs to this server: its data folder or its token file.',
    hint: 'Name a file elsewhere in BULK_ALLOWED_DIRS. Exports and reports are read by their resourceUri.',
  });
}

export function moved(): InputError {
  return new InputError({
    code: 'PATH_NOT_ALLOWED',
    message: 'The folder or file was moved or replaced while it was used.',
    hint: 'Try again. If nobody moves it, check which program changes that folder of BULK_ALLOWED_DIRS.',
  });
}
