import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NonAsciiScan, type NonAsciiVerdict } from '../../../src/files/encoding/high-bytes.js';

function judge(bytes: Buffer, chunkBytes = Infinity, isCut = false): NonAsciiVerdict {
  const judged = new NonAsciiScan();
  const step = Math.min(chunkBytes, Math.max(1, bytes.length));
  for (let start = 0; start < bytes.length; start += step) {
    judged.add(bytes.subarray(start, start + step));
  }
  return judged.finish({ isCut });
}

const utf8 = (text: string): Buffer => Buffer.from(text);
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('HighBytes', () => {
  it.each([
    [utf8('navn\nA\n'), { kind: 'ascii' }],
    [utf8('navn\nBør\n'), { kind: 'utf-8', line: 2 }],
    [utf8('a\n😀 € æ\n'), { kind: 'utf-8', line: 2 }],
    [latin('navn\nHans\nBør\n'), { kind: 'windows-1252', line: 3 }],
    [latin('navn\rHans\rBør\r'), { kind: 'windows-1252', line: 3 }],
    [
      Buffer.concat([utf8('Bør\n'), latin('Sø\n')]),
      { kind: 'mixed', lines: { utf8: 1, single: 2 } },
    ],
    [latin('Sm\u00bfrrebr\u00bfd'), { kind: 'unlikely', line: 1 }],
    [latin('B\u00f8r\nSm\u00bfr'), { kind: 'unlikely', line: 2 }],
    [Buffer.of(0x41, 0x81, 0x41), { kind: 'unlikely', line: 1 }],
    // Only what a Mac would write for "Malmö".
    [Buffer.from('Malm\u009a', 'latin1'), { kind: 'unlikely', line: 1 }],
    [Buffer.from('Malm\u009a\n\u00c5by', 'latin1'), { kind: 'windows-1252', line: 1 }],
    [Buffer.of(0x61, 0xc3), { kind: 'unlikely', line: 1 }],
    // Half of a surrogate pair is no UTF-8, but "aí €".
    [Buffer.of(0x61, 0xed, 0xa0, 0x80), { kind: 'windows-1252', line: 1 }],
  ])('judges %o', (bytes, verdict) => {
    expect(judge(bytes)).toEqual(verdict);
    expect(judge(bytes, 1)).toEqual(verdict);
  });

  it('leaves open what a cut may have parted', () => {
    expect(judge(utf8('navn ø').subarray(0, 6), 3, true)).toEqual({ kind: 'ascii' });
  });

  it('does not depend on where the chunks end', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'ø', '\n', '’', ' ', '😀', '\u00e6') });
    fc.assert(
      fc.property(text, fc.boolean(), fc.integer({ min: 1, max: 7 }), (content, isLatin, size) => {
        const bytes = isLatin ? latin(content) : utf8(content);
        expect(judge(bytes, size)).toEqual(judge(bytes));
      }),
    );
  });
});
