import { describe, expect, it } from 'vitest';
import {
  aFolder,
  moved,
  noPath,
  notAFile,
  notAllowed,
  notFound,
  ours,
} from '../../../src/files/disk/path-refusals.js';

describe('a refusal', () => {
  it('has a code, and says what to do', () => {
    const refusals = [
      noPath(),
      aFolder(),
      notAFile(),
      notFound(),
      notAllowed(['/a']),
      ours(),
      moved(),
    ];
    expect(refusals.map(({ code }) => code)).toEqual([
      'INPUT_INVALID',
      'INPUT_INVALID',
      'INPUT_INVALID',
      'FILE_NOT_FOUND',
      'PATH_NOT_ALLOWED',
      'PATH_NOT_ALLOWED',
      'PATH_NOT_ALLOWED',
    ]);
    expect(refusals.filter(({ hint }) => hint === '')).toEqual([]);
  });

  it('names the setting of the folders wherever a path is not allowed', () => {
    for (const refusal of [notAllowed([]), notAllowed(['/a']), ours(), moved()]) {
      expect(refusal.hint).toContain('BULK_ALLOWED_DIRS');
    }
  });
});
