import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMatcher } from '../../src/core/matcher.js';
import { PROPERTY } from '../support/property-runs.js';

describe('createMatcher', () => {
  it.each([
    [['abc'], 'xxABC', true],
    [['abc'], 'a-b c', true],
    [['abc'], 'ab', false],
    [['abc'], 'ａＢｃ', true],
    [['abc', 'bd'], 'abd', true],
    [['abcd', 'bce'], 'abce', true],
    [['aab'], 'aaab', true],
    [[''], 'anything', false],
    [[], 'anything', false],
    [['a1'], 'a\u00e61', true],
    [['a'], '\uff00\uff5f\u0000', false],
  ] as const)('%j in %j: %s', (patterns, text, expected) => {
    expect(createMatcher([...patterns]).isIn(text)).toBe(expected);
  });

  it('finds what a search for each pattern finds', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '1', 'B'), maxLength: 5 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', 'A', '-', 'æ'), maxLength: 30 });
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 4 }), text, (given, searched) => {
        const patterns = given.map((pattern) => pattern.toLowerCase());
        const plain = searched.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
        const expected = patterns.some((pattern) => pattern !== '' && plain.includes(pattern));
        expect(createMatcher(patterns).isIn(searched)).toBe(expected);
      }),
      PROPERTY,
    );
  });
});
