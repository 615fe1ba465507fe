// Counts and times as people read them.
import { describe, expect, it } from 'vitest';
import { countWords, durationWords } from '../../src/model/words.js';

describe('countWords', () => {
  it('uses the singular for one only', () => {
    expect([0, 1, 2].map((count) => countWords(count, 'request'))).toEqual([
      '0 requests',
      '1 request',
      '2 requests',
    ]);
  });
});

describe('durationWords', () => {
  it.each([
    [0, '0 seconds'],
    [1, '1 second'],
    [99, '99 seconds'],
    [100, '2 minutes'],
    [1200, '20 minutes'],
    [5999, '100 minutes'],
    [6000, '1.5 hours'],
    [12_600, '3.5 hours'],
    [172_800, '2 days'],
    [216_000, '2.5 days'],
  ])('gives %d seconds as %s', (seconds, words) => {
    expect(durationWords(seconds)).toBe(words);
  });
});
