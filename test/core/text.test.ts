import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/core/limits.js';
import { clip, clipBlock, composeText, cutText, quote, showBlock } from '../../src/core/text.js';
import { EMOJI, hiddenIn, hostileText, ordinaryText } from '../support/hostile-texts.js';
import { PROPERTY } from '../support/property-runs.js';

describe('clip', () => {
  it.each([
    ['Café Ærø A/S', 20, 'Café Ærø A/S'],
    ['  padded\t', 20, 'padded'],
    ['first\r\nsecond\nthird', 30, 'first⏎second⏎third'],
    ['a\tb', 20, 'a⇥b'],
    ['a\u0000b\u0085c\u007fd', 60, 'a[U+0000]b[U+0085]c[U+007F]d'],
    ['a\rb', 20, 'a[U+000D]b'],
    ['\u001b[31mred\u009b0m', 60, '[U+001B][31mred[U+009B]0m'],
    ['pay \u202eevil\u202c now', 60, 'pay [U+202E]evil[U+202C] now'],
    ['in\u200bvisible\u2060\u200b', 60, 'in[U+200B]visible[U+2060 U+200B]'],
    ['x\u{e0041}\u{e0042}\u{e0043}\u{e0044}\u{e0045}', 60, 'x[U+E0041 U+E0042 U+E0043 +2]'],
    ['line\u2028paragraph\u2029end', 60, 'line[U+2028]paragraph[U+2029]end'],
    ['half \ud83d', 60, 'half [U+D83D]'],
    ['\u3164\u115f\u2800', 60, '[U+3164 U+115F U+2800]'],
    ['a\ufe0fb\u{e0101}', 60, 'a[U+FE0F]b[U+E0101]'],
    ['😀\u200d😀', 60, '😀[U+200D]😀'],
    ['\n\n', 20, ''],
    ['', 20, ''],
    ['12345', 5, '12345'],
    ['123456', 5, '1234…'],
    ['123456', 1, '…'],
    ['123456', 0, ''],
    ['123😀', 5, '123😀'],
    ['123😀6', 5, '123…'],
    ['12😀56', 5, '12😀…'],
    ['ab\u0065\u0301xyz', 4, 'ab…'],
    ['👨‍👩‍👧‍👦 og flere', 6, '👨👩…'],
  ])('%o to %i is %o', (text, charsMax, expected) => {
    expect(clip(text, charsMax)).toBe(expected);
  });

  it.each([...EMOJI])('keeps the emoji %s whole', (emoji) => {
    expect(clip(`Hej ${emoji}!`, 200)).toBe(`Hej ${emoji}!`);
    const room = 'Hej '.length + emoji.length + 1;
    expect(clip(`Hej ${emoji}og mere`, room)).toBe(`Hej ${emoji}…`);
    expect(clip(`Hej ${emoji}og mere`, room - 1)).toBe('Hej …');
  });

  it('looks at no more of a text than it shows', () => {
    const startedMs = performance.now();
    for (const unit of ['\u202e', 'x\u202e', '👨‍👩‍👧', 'e\u0301', 'x', ' ', '\ud83d']) {
      expect(clip(unit.repeat(5_000_000), 200).length).toBeLessThanOrEqual(200);
    }
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });
});

describe('a text of anybody', () => {
  const charsMax = fc.integer({ min: 1, max: 120 });

  it('is a line within its bound, in which nothing hides, and no sign is torn', () => {
    fc.assert(
      fc.property(hostileText, charsMax, (text, max) => {
        const line = clip(text, max);
        expect(line.length).toBeLessThanOrEqual(max);
        expect(hiddenIn(line)).toEqual([]);
        expect(line).not.toMatch(/[\t\n\r]/);
        // A second time it is in order already.
        expect(clip(line, max)).toBe(line);
      }),
      PROPERTY,
    );
  });

  it('is a block within its bound, in which nothing but lines and tabs are signs of control', () => {
    fc.assert(
      fc.property(hostileText, charsMax, (text, max) => {
        const block = clipBlock(text, max);
        expect(block.length).toBeLessThanOrEqual(max);
        expect(hiddenIn(block.replaceAll('\r\n', '\n').replaceAll(/[\n\t]/g, ''))).toEqual([]);
      }),
      PROPERTY,
    );
  });

  it('that is ordinary stays as it is', () => {
    fc.assert(
      fc.property(ordinaryText, (text) => {
        expect(clip(text, 1000)).toBe(text.trim());
        expect(showBlock(`${text}\r\n\t${text}\n`)).toBe(`${text}\r\n\t${text}\n`);
      }),
      PROPERTY,
    );
  });

  it('that is ordinary is cut between two of its signs', () => {
    const signs = new Intl.Segmenter('en', { granularity: 'grapheme' });
    fc.assert(
      fc.property(ordinaryText, fc.integer({ min: 30, max: 60 }), (text, max) => {
        const line = clip(text, max);
        if (line === text.trim()) return;
        const kept = line.slice(0, -1);
        const whole = [...signs.segment(text.trim())].map(({ segment }) => segment);
        const starts = whole.map((_sign, count) => whole.slice(0, count).join(''));
        expect(starts).toContain(kept);
        expect(line.endsWith('…')).toBe(true);
      }),
      PROPERTY,
    );
  });
});

describe('cutText', () => {
  it.each([
    ['abc', 2, 'a…'],
    ['ab', 5, 'ab…'],
    ['abc', 0, ''],
  ])('%o to %i is %o', (text, charsMax, expected) => {
    expect(cutText(text, charsMax)).toBe(expected);
  });
});

describe('quote', () => {
  it.each([
    ['Ada "the" Count', '"Ada \\"the\\" Count"'],
    ['back\\slash', '"back\\\\slash"'],
    ['two\nlines', '"two⏎lines"'],
    ['', '""'],
  ])('%o is %o', (text, expected) => {
    expect(quote(text, 50)).toBe(expected);
  });

  it('can be read back as the clipped text, so that no text ends its own quotes', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 60 }), (text, charsMax) => {
        expect(JSON.parse(quote(text, charsMax))).toBe(clip(text, charsMax));
      }),
      PROPERTY,
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
