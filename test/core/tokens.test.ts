import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charsWithin, tokensOf, tokensOfJson } from '../../src/core/tokens.js';
import { hostileText } from '../support/hostile-texts.js';
import { PROPERTY } from '../support/property-runs.js';

describe('tokensOf', () => {
  // The figures are what two public vocabularies make of such texts (o200k_base, cl100k_base).
  it.each([
    ['Danish', 'Rødgrød med fløde og æblegrød på Østerbro, og så videre til næste år. ', 27],
    ['a hash', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 38],
    ['signs', '!#$%&()*+,-./:;<=>?@[]^_`{|}~', 20],
    ['emoji', '👨‍👩‍👧‍👦😀', 14],
    ['Japanese', '東京都渋谷区神宮前', 15],
    ['marks', '[U+202E][U+E0041 U+E0042 U+E0043 +9]', 23],
  ])('takes %s for no less than it is', (_name, text, tokens) => {
    expect(tokensOf(text)).toBeGreaterThanOrEqual(tokens);
    expect(tokensOf(text)).toBeLessThan(tokens * 2);
  });

  it('is nothing for nothing', () => {
    expect(tokensOf('')).toBe(0);
  });
});

describe('tokensOfJson', () => {
  it('counts names of members as programs write them for less than words of others', () => {
    const own = { processedItems: 1, notAttemptedItems: null };
    expect(tokensOfJson(own)).toBeLessThan(tokensOf(JSON.stringify(own)));
    const header = 'Kundens navn & adresse 東京都';
    expect(tokensOfJson({ [header]: true })).toBeGreaterThan(tokensOf(header));
  });

  it('counts lists and escapes', () => {
    expect(tokensOfJson(['"', '"'])).toBeGreaterThan(tokensOfJson(['a', 'b']));
    expect(tokensOfJson([])).toBeLessThan(2);
  });
});

describe('charsWithin', () => {
  it('gives as much of any text as fits', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 0, max: 100 }), (text, tokensMax) => {
        const chars = charsWithin(text, tokensMax);
        expect(tokensOf(text.slice(0, chars))).toBeLessThanOrEqual(tokensMax);
        if (chars < text.length) {
          expect(tokensOf(text.slice(0, chars + 1))).toBeGreaterThan(tokensMax);
        }
      }),
      PROPERTY,
    );
  });
});
