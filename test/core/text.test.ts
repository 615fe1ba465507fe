import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/core/limits.js';
import { clip, composeText, quote } from '../../src/core/text.js';

const HIDDEN = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
const untrusted = fc.string({
  unit: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\n', '\u202e', '😀', ' ')),
});

describe('clip', () => {
  it.each([
    ['Café Ærø A/S', 20, 'Café Ærø A/S'],
    ['  padded\t', 20, 'padded'],
    ['first\r\nsecond', 20, 'first second'],
    ['a\u0000b\u0085c\u007fd', 20, 'a b c d'],
    ['pay \u202eevil\u202c now', 20, 'pay  evil  now'],
    ['in\u200bvisible\u2060\ufeff', 20, 'in visible'],
    ['line\u2028paragraph\u2029end', 30, 'line paragraph end'],
    ['\n\u200b\n', 20, ''],
    ['', 20, ''],
    ['12345', 5, '12345'],
    ['123456', 5, '1234…'],
    ['123456', 1, '…'],
    ['123😀', 5, '123😀'],
    ['123😀6', 5, '123…'],
    ['12😀56', 5, '12😀…'],
  ])('%o to %i is %o', (text, charsMax, expected) => {
    expect(clip(text, charsMax)).toBe(expected);
  });

  it('never exceeds its length, holds no character that hides, and is one trimmed line', () => {
    fc.assert(
      fc.property(untrusted, fc.integer({ min: 1, max: 60 }), (text, charsMax) => {
        const line = clip(text, charsMax);
        expect(line.length).toBeLessThanOrEqual(charsMax);
        expect(line).not.toMatch(HIDDEN);
        expect(line).toBe(line.trim());
      }),
    );
  });

  it('never makes half a character of a whole one', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1 }),
        fc.integer({ min: 1, max: 30 }),
        (text, charsMax) => {
          // A lone surrogate is the only thing that this class matches.
          expect(clip(text, charsMax)).not.toMatch(/\p{Cs}/u);
        },
      ),
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(untrusted, fc.integer({ min: 1, max: 60 }), (text, charsMax) => {
        const line = clip(text, charsMax);
        expect(clip(line, charsMax)).toBe(line);
      }),
    );
  });
});

describe('quote', () => {
  it.each([
    ['Ada "the" Count', '"Ada \\"the\\" Count"'],
    ['back\\slash', '"back\\\\slash"'],
    ['two\nlines', '"two lines"'],
    ['', '""'],
  ])('%o is %o', (text, expected) => {
    expect(quote(text, 50)).toBe(expected);
  });

  it('can be read back as the clipped text, so that no text ends its own quotes', () => {
    fc.assert(
      fc.property(untrusted, fc.integer({ min: 1, max: 60 }), (text, charsMax) => {
        expect(JSON.parse(quote(text, charsMax))).toBe(clip(text, charsMax));
      }),
    );
  });
});

describe('composeText', () => {
  it('composes what stands apart, up to as many marks as a language may have', () => {
    expect(composeText('A\u030aben')).toBe('\u00c5ben');
    const marks = '\u0316\u0301'.repeat(LIMITS.marksMax / 2);
    expect(composeText(`a${marks}`)).toBe(`a${marks}`.normalize('NFC'));
    expect(composeText(`A\u030a\u0316${marks}`)).toBe(`A\u030a\u0316${marks}`);
  });

  it('takes no square of the marks', () => {
    const started = process.cpuUsage();
    composeText(`a${'\u0316\u0301'.repeat(200_000)}`);
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(1000);
  });
});
