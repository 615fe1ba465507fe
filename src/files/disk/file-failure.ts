/** Turns refusals of the operating system into errors that a user can act on. */
import { InputError, type ErrorCode } from '../../core/errors.js';

interface Explanation {
  code: ErrorCode;
  message: string;
  hint: string;
}

const NOT_PERMITTED: Explanation = {
  code: 'INPUT_INVALID',
  message: 'The operating system does not let this program use that file or folder.',
  hint: 'Check its permissions, or choose another folder.',
};
const NO_ROOM: Explanation = {
  code: 'INPUT_INVALID',
  message: 'There is no room left on the disk.',
  hint: 'Free some space, or choose another disk.',
};
const NOT_FOUND: Explanation = {
  code: 'FILE_NOT_FOUND',
  message: 'There is no such file or folder.',
  hint: 'Check the spelling of the path.',
};

const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  ENOENT: NOT_FOUND,
  ENOTDIR: NOT_FOUND,
  EACCES: NOT_PERMITTED,
  EPERM: NOT_PERMITTED,
  EROFS: NOT_PERMITTED,
  ENOSPC: NO_ROOM,
  EDQUOT: NO_ROOM,
  EISDIR: {
    code: 'INPUT_INVALID',
    message: 'The path names a folder.',
    hint: 'Name a file in it.',
  },
  ENAMETOOLONG: {
    code: 'INPUT_INVALID',
    message: 'The path is longer than the file system allows.',
    hint: 'Give a shorter name.',
  },
  ENXIO: {
    code: 'INPUT_INVALID',
    message: 'The path names a device, pipe or socket.',
    hint: 'Name an ordinary file.',
  },
  EBUSY: {
    code: 'INPUT_INVALID',
    message: 'The file is in use, or a disk is mounted in its place.',
    hint: 'Choose another name.',
  },
  ELOOP: {
    code: 'PATH_NOT_ALLOWED',
    message: 'The path is a link.',
    hint: 'Name the file itself, in a folder of BULK_ALLOWED_DIRS.',
  },
};

/** The code of a system error, such as `ENOENT`; null for any other error. */
export function errnoOf(thrown: unknown): string | null {
  if (!(thrown instanceof Error) || !('code' in thrown)) return null;
  return typeof thrown.code === 'string' ? thrown.code : null;
}

/** The error to throw: an InputError if the refusal is a known one, otherwise `thrown` itself. */
export function fileFailure(thrown: unknown): unknown {
  const explanation = EXPLANATIONS[errnoOf(thrown) ?? ''];
  return explanation === undefined ? thrown : new InputError({ ...explanation, cause: thrown });
}
