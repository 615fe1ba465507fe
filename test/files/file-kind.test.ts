import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/core/limits.js';
import { beginsLikeWorkbook, fileKindOf } from '../../src/files/file-kind.js';
import { failureOf, tempFile } from './temp-folder.js';

const OFFICE = Buffer.from('\u00d0\u00cf\u0011\u00e0', 'latin1');
const PROTECTED = Buffer.from('EncryptedPackage', 'utf16le');

async function kindOf(bytes: Buffer): Promise<string> {
  return fileKindOf(await tempFile('kunder.csv', bytes), bytes.subarray(0, LIMITS.headBytes));
}

describe('fileKindOf', () => {
  it('tells archives from texts', async () => {
    expect(await kindOf(Buffer.from('PK\u0003\u0004rest'))).toBe('archive');
    expect(await kindOf(Buffer.from('PK nr;navn'))).toBe('text');
    expect(await kindOf(Buffer.alloc(0))).toBe('text');
  });

  it.each([
    ['XLS', OFFICE, 'old Excel workbook'],
    ['a protected workbook', Buffer.concat([OFFICE, PROTECTED]), 'password'],
    [
      'one that says so at its end',
      Buffer.concat([OFFICE, Buffer.alloc(2 * LIMITS.headBytes), PROTECTED]),
      'password',
    ],
    ['PDF', Buffer.from('%PDF-1.7'), 'PDF'],
    ['gzip', Buffer.of(0x1f, 0x8b, 8), 'compressed'],
  ])('refuses %s whatever it is called, with the way out', async (_name, bytes, message) => {
    const failure = await failureOf(kindOf(bytes));
    expect(failure.code).toBe('INPUT_ENCODING');
    expect(failure.message).toContain(message);
    expect(failure.hint).toContain('CSV UTF-8');
  });
});

describe('beginsLikeWorkbook', () => {
  it('looks for the names of its parts', () => {
    expect(beginsLikeWorkbook(Buffer.from('PK..[Content_Types].xml'))).toBe(true);
    expect(beginsLikeWorkbook(Buffer.from('PK..billeder/a.png'))).toBe(false);
  });
});
