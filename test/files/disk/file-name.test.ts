// Names that a written file may have; test/security/written-names.test.ts writes files by them.
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { checkWrittenName } from '../../../src/files/disk/file-name.js';

function refusalOf(name: string): AppError | null {
  try {
    checkWrittenName(name);
    return null;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

describe('checkWrittenName', () => {
  it.each([
    'a.csv',
    'A.CSV',
    'æøå (2).csv',
    'a.b.csv',
    'communication.csv',
    'com10.csv',
    '-.csv',
    'a.xlsx',
    'A.XLSX',
  ])('takes %j', (name) => {
    expect(refusalOf(name)).toBeNull();
  });

  it.each([
    ['another ending', ['run.sh', 'authorized_keys', 'a.csv.exe', 'csv', 'a.csvx', 'a．csv']],
    ['a leading dot', ['.bashrc', '.csv', '..csv', '.env.csv']],
    ['a trailing dot or blank', ['a.csv.', 'a.csv ', 'a.csv\t', 'a.csv..']],
    ['a leading blank', [' a.csv', '\u00a0a.csv', '\u3000.csv']],
    ['control signs', ['a\0.csv', 'a\n.csv', '\u001b[2Ja.csv', 'a\u007f.csv', 'a\u0085.csv']],
    ['hidden and turning signs', ['vsc\u202e.csv', 'a\u200b.csv', 'a\u2028.csv', '\ufeffa.csv']],
    ['half a character', ['a\ud800.csv']],
    ['a second stream', ['x.csv:y', 'x:y.csv', 'x.csv::$DATA', 'C:x.csv']],
    ['separators and wildcards', ['a\\b.csv', 'a/b.csv', 'a?.csv', 'a*.csv', 'a|b.csv', '"a".csv']],
    [
      'a device of Windows',
      ['con.csv', 'NUL.csv', 'nul .csv', 'Com1.x.csv', 'LPT³.csv', 'CONIN$.csv'],
    ],
    ['a length no file system takes', [`${'l'.repeat(252)}.csv`, `${'ø'.repeat(126)}.csv`]],
  ])('refuses %s', (_why, names) => {
    for (const name of names) {
      const refusal = refusalOf(name);
      expect([name, refusal?.code]).toEqual([name, 'INPUT_INVALID']);
      expect(refusal?.hint).not.toBe('');
    }
  });
});
