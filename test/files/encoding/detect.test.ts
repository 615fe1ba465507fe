import { describe, expect, it } from 'vitest';
import {
  detectEncoding,
  settleEncoding,
  type EncodingFound,
} from '../../../src/files/encoding/detect.js';
import type { Encoding } from '../../../src/files/encoding/decode.js';
import { failureOf, tempFile } from '../temp-folder.js';

const DANISH = 'navn;by\r\nSmørrebrød ÆØÅ;Århus\r\n';
const ASCII = 'navn;by\r\nHans;Ry\r\n'.repeat(10_000);
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const wide = (text: string): Buffer => Buffer.from(text, 'utf16le');

const detect = (bytes: Buffer, given?: Encoding, isWhole = true): EncodingFound =>
  detectEncoding({ bytes, isWhole }, given);

async function settle(bytes: Buffer, found: EncodingFound): ReturnType<typeof settleEncoding> {
  return settleEncoding(await tempFile('a.csv', bytes), found);
}

describe('detectEncoding', () => {
  it.each([
    ['plain', Buffer.from(DANISH), 'utf-8', 'shown'],
    ['with a BOM', Buffer.from(`\ufeff${DANISH}`), 'utf-8', 'mark'],
    ['UTF-16 LE', wide(`\ufeff${DANISH}`), 'utf-16le', 'mark'],
    ['UTF-16 BE', wide(`\ufeff${DANISH}`).swap16(), 'utf-16be', 'mark'],
    ['UTF-16 LE without mark', wide(DANISH), 'utf-16le', 'shown'],
    ['UTF-16 BE without mark', wide(DANISH).swap16(), 'utf-16be', 'shown'],
    ['UTF-16 with an emoji', wide(`${DANISH}😀`), 'utf-16le', 'shown'],
    ['windows-1252', latin(DANISH), 'windows-1252', 'shown'],
    ['empty', Buffer.alloc(0), 'utf-8', 'shown'],
    ['ASCII', Buffer.from('a'), 'utf-8', 'shown'],
  ])('knows a file %s', (...[, bytes, encoding, basis]) => {
    expect(detect(bytes)).toEqual({ encoding, basis });
  });

  it('leaves a head of ASCII open when the file goes on', () => {
    expect(detect(Buffer.from(ASCII), undefined, false)).toEqual({
      encoding: 'utf-8',
      basis: 'open',
    });
  });

  it('obeys the option', () => {
    expect(detect(latin(DANISH), 'windows-1252')).toEqual({
      encoding: 'windows-1252',
      basis: 'given',
    });
    expect(detect(latin('Sm\u00bfr'), 'iso-8859-1').encoding).toBe('iso-8859-1');
    expect(detect(wide(DANISH), 'utf-16le').basis).toBe('given');
    expect(() => detect(wide(`\ufeff${DANISH}`), 'utf-8')).toThrow('mark of utf-16le');
  });

  it('lets the mark say which sort of UTF-16 it is', () => {
    const marked = wide(`\ufeff${DANISH}`).swap16();
    expect(detect(marked, 'utf-16le')).toEqual({ encoding: 'utf-16be', basis: 'mark' });
  });

  it.each([
    ['a mark that contradicts the option', Buffer.from('\ufeffnavn'), 'windows-1252', 'mark'],
    ['UTF-8 called windows-1252', Buffer.from(DANISH), 'windows-1252', 'valid UTF-8 (line 2)'],
    ['UTF-8 called ISO-8859-1', Buffer.from(DANISH), 'iso-8859-1', 'valid UTF-8'],
    ['a mixture', Buffer.concat([Buffer.from(DANISH), latin(DANISH)]), undefined, 'mixes'],
    ['DOS', latin('navn\nSm\u009brrebr\u009bd'), undefined, 'line 2'],
    ['an old Mac', latin('navn\nSm\u00bfrrebr\u00bfd'), undefined, 'line 2'],
    ['NULs here and there', Buffer.from('name\nA\0B\n'), undefined, 'NUL'],
  ] as const)('refuses %s', (...[, bytes, given, message]) => {
    const refuse = (): unknown => detect(bytes, given);
    expect(refuse).toThrow(message);
    expect(refuse).toThrow(
      expect.objectContaining({
        code: 'INPUT_ENCODING',
        hint: expect.stringContaining('options.encoding') as string,
      }) as Error,
    );
  });
});

describe('settleEncoding', () => {
  const open = { encoding: 'utf-8', basis: 'open' } as const;

  it.each([
    [Buffer.from(ASCII), 'utf-8', 0],
    [Buffer.from(`${ASCII}Bør;Ry`), 'utf-8', 0],
    [latin(`${ASCII}B\u00f8r;Ry`), 'windows-1252', 1],
  ])('decides far behind the head (%#)', async (bytes, encoding, warningCount) => {
    const settled = await settle(bytes, open);
    expect(settled.encoding).toBe(encoding);
    expect(settled.warnings).toHaveLength(warningCount);
  });

  it('states the evidence', async () => {
    const { warnings } = await settle(latin(`${ASCII}B\u00f8r;Ry`), open);
    expect(warnings).toEqual([
      {
        code: 'ENCODING_DETECTED',
        message: 'The file was read as windows-1252, because of line 20001, which is not UTF-8.',
      },
    ]);
    const found = { encoding: 'utf-16le', basis: 'shown' } as const;
    expect((await settle(wide(DANISH), found)).warnings[0]?.message).toContain('NUL bytes');
  });

  it.each([
    [latin(`${DANISH}${ASCII}Sm\u00bfr`), { encoding: 'windows-1252', basis: 'shown' }],
    [
      Buffer.concat([latin(DANISH), Buffer.from(`${ASCII}${DANISH}`)]),
      { encoding: 'windows-1252', basis: 'shown' },
    ],
    [Buffer.from(`${ASCII}${DANISH}`), { encoding: 'windows-1252', basis: 'given' }],
    [latin(`${ASCII}Sm\u009br`), open],
  ] as const)('refuses what only the whole file shows (%#)', async (bytes, found) => {
    expect((await failureOf(settle(bytes, found))).code).toBe('INPUT_ENCODING');
  });

  it('believes a mark, and what the caller said of plainer files', async () => {
    const marked = { encoding: 'utf-8', basis: 'mark' } as const;
    expect(await settle(latin('\u00f8'), marked)).toEqual({ encoding: 'utf-8', warnings: [] });
    const given = { encoding: 'windows-1252', basis: 'given' } as const;
    expect(await settle(latin(DANISH), given)).toEqual({ encoding: 'windows-1252', warnings: [] });
    const utf8 = { encoding: 'utf-8', basis: 'shown' } as const;
    expect(await settle(Buffer.from(DANISH), utf8)).toEqual({ encoding: 'utf-8', warnings: [] });
  });

  it('stops when told to', async () => {
    const path = await tempFile('a.csv', ASCII);
    await expect(settleEncoding(path, open, AbortSignal.abort())).rejects.toThrow('aborted');
  });
});
