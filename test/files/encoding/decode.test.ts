import { describe, expect, it } from 'vitest';
import { readHeadText, readText, type Encoding } from '../../../src/files/encoding/decode.js';
import { failureOf, tempFile } from '../temp-folder.js';

const DANISH = 'navn;by\r\nSmørrebrød ÆØÅ;Århus\r\n';

async function readAll(path: string, encoding: Encoding): Promise<string> {
  let text = '';
  for await (const piece of readText(path, { encoding })) text += piece;
  return text;
}

describe('readText', () => {
  it.each([
    ['plain', Buffer.from(DANISH), 'utf-8'],
    ['with a BOM', Buffer.from(`\ufeff${DANISH}`), 'utf-8'],
    ['UTF-16 LE', Buffer.from(`\ufeff${DANISH}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 BE', Buffer.from(`\ufeff${DANISH}`, 'utf16le').swap16(), 'utf-16be'],
    ['windows-1252', Buffer.from(DANISH, 'latin1'), 'windows-1252'],
    ['ISO-8859-1', Buffer.from(DANISH, 'latin1'), 'iso-8859-1'],
  ] as const)('reads a file %s without its mark', async (_name, bytes, encoding) => {
    expect(await readAll(await tempFile('a.csv', bytes), encoding)).toBe(DANISH);
  });

  it('names line and byte of what is no UTF-8, and the option that helps', async () => {
    const path = await tempFile('a.csv', Buffer.from('navn\nHans\nSøren\n', 'latin1'));
    const failure = await failureOf(readAll(path, 'utf-8'));
    expect(failure.code).toBe('INPUT_ENCODING');
    expect(failure.message).toContain('line 3, near byte 11');
    expect(failure.hint).toContain('"windows-1252"');
  });

  it('finds a fault far behind the first chunk, also with old line breaks', async () => {
    const good = 'æøå\r'.repeat(40_000);
    const path = await tempFile('a.csv', Buffer.concat([Buffer.from(good), Buffer.of(0xff)]));
    const failure = await failureOf(readAll(path, 'utf-8'));
    expect(failure.message).toContain(`line 40001, near byte ${7 * 40_000}`);
  });

  it.each([
    ['utf-8', Buffer.from('navn\nSø').subarray(0, 7), 'line 2, near byte 7'],
    ['utf-16le', Buffer.from('ab', 'utf16le').subarray(0, 3), 'line 1, near byte 3'],
    ['utf-16be', Buffer.of(0, 0x61, 0xd8, 0x3d), 'line 1, near byte 4'],
  ] as const)(
    'refuses %s that ends in the middle of a character',
    async (encoding, bytes, place) => {
      const failure = await failureOf(readAll(await tempFile('a.csv', bytes), encoding));
      expect(failure.code).toBe('INPUT_ENCODING');
      expect(failure.message).toContain(place);
    },
  );

  it('refuses half a surrogate pair in UTF-16', async () => {
    const path = await tempFile('a.csv', Buffer.of(0x3d, 0xd8, 0x61, 0));
    expect((await failureOf(readAll(path, 'utf-16le'))).code).toBe('INPUT_ENCODING');
  });

  it.each(['utf-8', 'windows-1252', 'utf-16le'] as const)('refuses NUL in %s', async (encoding) => {
    const text = 'name\na\0b\n';
    const bytes = encoding === 'utf-16le' ? Buffer.from(text, 'utf16le') : Buffer.from(text);
    const failure = await failureOf(readAll(await tempFile('a.csv', bytes), encoding));
    expect(failure.code).toBe('INPUT_ENCODING');
    expect(failure.hint).toContain('utf-16le');
  });

  it('knows the letters that windows-1252 has and ISO-8859-1 has not', async () => {
    const path = await tempFile('a.csv', Buffer.of(0x80, 0x85, 0x8a, 0x91, 0x96, 0x99, 0x9f, 0xe6));
    expect(await readAll(path, 'windows-1252')).toBe('€…Š‘–™Ÿæ');
  });

  it.each([0x81, 0x8d, 0x8f, 0x90, 0x9d])('refuses byte %i, undefined there', async (byte) => {
    const failure = await failureOf(
      readAll(await tempFile('a.csv', Buffer.of(byte)), 'windows-1252'),
    );
    expect(failure.code).toBe('INPUT_ENCODING');
    expect(failure.hint).not.toContain('"windows-1252"');
  });

  it('stops when told to', async () => {
    const path = await tempFile('a.csv', 'name\n');
    const reading = readText(path, { encoding: 'utf-8', signal: AbortSignal.abort() }).next();
    await expect(reading).rejects.toThrow('aborted');
  });
});

describe('readHeadText', () => {
  it('may cut a character, and tells whether it saw the whole file', async () => {
    const path = await tempFile('a.csv', 'aø');
    expect(await readHeadText(path, { encoding: 'utf-8', bytesMax: 2 })).toEqual({
      text: 'a',
      isWhole: false,
    });
    expect(await readHeadText(path, { encoding: 'utf-8', bytesMax: 3 })).toEqual({
      text: 'aø',
      isWhole: true,
    });
  });
});
