// Names of files from senders: a clean name, whatever they wrote; and the place of an upload.
import { describe, expect, it } from 'vitest';
import { sentName } from '../../../src/files/disk/sent-name.js';
import { uploadFileOf } from '../../../src/jobs/upload/upload-parts.js';

const NAMES: readonly (readonly [string, string])[] = [
  ['kunder.csv', 'kunder.csv'],
  ['/etc/../kunder.csv', 'kunder.csv'],
  ['..\\..\\kunder.csv', 'kunder.csv'],
  ['C:kunder.csv', 'kunder.csv'],
  ['a\0b.csv', 'ab.csv'],
  ['a\r\nX-Evil: 1.csv', 'aX-Evil 1.csv'],
  ['"<script>".csv', 'script.csv'],
  ['.env', 'env'],
  ['navn.csv. . ', 'navn.csv'],
  ['A\u030angstro\u0308m.csv', 'Ångström.csv'],
  ['a\u202Evsc.csv', 'avsc.csv'],
  ['\ud800.csv', 'csv'],
  ['', 'upload'],
  ['///', 'upload'],
  ['CON', 'upload'],
  ['con.csv', 'upload'],
  ['x'.repeat(5000), 'x'.repeat(120)],
  [`${'x'.repeat(5000)}.xlsx`, `${'x'.repeat(115)}.xlsx`],
  [`${'😀'.repeat(500)}.csv`, `${'😀'.repeat(58)}.csv`],
];

describe('the name of a sent file', () => {
  it.each(NAMES)('%# is clean', (given, kept) => {
    expect(sentName(given)).toBe(kept);
  });

  it('is never a path, a hidden file or longer than a list shows', () => {
    for (let code = 0; code < 0x3000; code += 1) {
      const name = sentName(`../${String.fromCharCode(code)}/..${String.fromCharCode(code)}a.csv`);
      expect(name).not.toMatch(/[/\\\0]|^\.|^$/);
      expect(name.length).toBeLessThanOrEqual(120);
    }
  });
});

it('an upload lies with its organization, under its id', () => {
  const place = { kind: 'upload', organizationId: 'alfa', name: 'u1' };
  expect(uploadFileOf({ id: 'u1', organizationId: 'alfa' })).toEqual(place);
});
