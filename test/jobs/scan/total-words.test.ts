// The words of lines below a table that count or add up its rows.
import { describe, expect, it } from 'vitest';
import { totalWordsOf, wholeNumberOf } from '../../../src/jobs/scan/total-words.js';

describe('the words of a line of totals', () => {
  it.each([
    ['Total kunder 1', 'sentence', 1],
    ['Subtotal DKK:', 'total', null],
    ['Number of rows = 1,250', 'sentence', 1250],
    ['Saldo 12,50', 'mayBeSentence', null],
    ['Records', 'mayBeCount', null],
  ] as const)('of %j', (text, kind, number) => {
    expect(totalWordsOf(text)).toEqual({ kind, number });
  });

  it.each(['Byg', 'Sum Design', 'Total Byg ApS', '12 Vej', 'Kunderne', 'Antal & Co'])(
    'are none in %j',
    (text) => {
      expect(totalWordsOf(text)).toBeNull();
    },
  );

  it.each([
    ['1.250', 1250],
    ['12', 12],
    ['1 250 000', 1_250_000],
    ['12,50', null],
    ['', null],
  ])('hold the whole number of %j', (text, number) => {
    expect(wholeNumberOf(text)).toBe(number);
  });
});
