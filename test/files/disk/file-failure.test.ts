import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core/errors.js';
import { errnoOf, fileFailure } from '../../../src/files/disk/file-failure.js';

function refusal(code: unknown): Error {
  return Object.assign(new Error('secret /path'), { code });
}

describe('fileFailure', () => {
  it.each([
    ['ENOENT', 'FILE_NOT_FOUND'],
    ['ENOTDIR', 'FILE_NOT_FOUND'],
    ['EACCES', 'INPUT_INVALID'],
    ['EROFS', 'INPUT_INVALID'],
    ['ENOSPC', 'INPUT_INVALID'],
    ['EISDIR', 'INPUT_INVALID'],
    ['ENAMETOOLONG', 'INPUT_INVALID'],
    ['ELOOP', 'PATH_NOT_ALLOWED'],
  ])('explains %s without showing the path', (errno, code) => {
    const failure = fileFailure(refusal(errno));
    expect(failure).toBeInstanceOf(InputError);
    expect(failure).toMatchObject({ code });
    const { message, hint } = failure as InputError;
    expect(hint).not.toBe('');
    expect(message + hint).not.toContain('/path');
  });

  it.each([refusal('EBADF'), refusal(7), new Error('bug'), 'text', null])(
    'passes on anything else',
    (thrown) => {
      expect(fileFailure(thrown)).toBe(thrown);
    },
  );
});

describe('errnoOf', () => {
  it('is the code of a refusal, and null for other things', () => {
    expect(errnoOf(refusal('EEXIST'))).toBe('EEXIST');
    expect([refusal(7), new Error('x'), 'EEXIST', null].map(errnoOf)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
