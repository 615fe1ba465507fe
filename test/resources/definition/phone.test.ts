import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizePhone } from '../../../src/resources/definition/phone.js';

describe('normalizePhone', () => {
  it.each([
    '12345678',
    '12 34 56 78',
    '+45 12 34 56 78',
    '+4512345678',
    '0045 12345678',
    '4512345678',
    '(+45) 12-34-56-78',
    '12.34.56.78',
    '\u00a012 34\u00a056 78',
  ])('%j is the Danish 12345678', (text) => {
    expect(normalizePhone(text)).toBe('12345678');
  });

  it.each([
    ['+46 70 123 45 67', 'DK'],
    ['0046701234567', 'DK'],
    ['00 46 70-123 45 67', 'SE'],
    ['+46 (0)70 123 45 67', 'DK'],
    ['+46 070 123 45 67', 'DK'],
    ['070-123 45 67', 'SE'],
    ['0701234567', 'SE'],
    ['46701234567', 'SE'],
  ])('%j of a customer in %s is a Swedish number', (text, countryId) => {
    expect(normalizePhone(text, countryId)).toBe('+46701234567');
  });

  it.each([
    ['12345678', 'NO', '+4712345678'],
    ['123456', 'FO', '+298123456'],
    ['06 1234 5678', 'IT', '+390612345678'],
    ['+39 06 1234 5678', 'DK', '+390612345678'],
    ['+45 12 34 56 78', 'SE', '12345678'],
    ['202 555 0143', 'US', '+12025550143'],
    ['070-123 45 67', 'DK', '0701234567'],
    ['070-123 45 67', 'XX', '0701234567'],
    ['+999 123 456', 'DK', '+999123456'],
  ])('%j of a customer in %s is %j', (text, countryId, normal) => {
    expect(normalizePhone(text, countryId)).toBe(normal);
  });

  it('is the short form of a Danish number, whoever wrote it', () => {
    expect(normalizePhone('45 12 34 56 78')).toBe('12345678');
    expect(normalizePhone('00 45 12 34 56 78', 'SE')).toBe('12345678');
    // As dialled from the United States.
    expect(normalizePhone('011 45 12 34 56 78', 'US')).toBe('12345678');
  });

  it('keeps a foreign number apart from a Danish one with the same digits', () => {
    expect(normalizePhone('+46 812345')).not.toBe(normalizePhone('46 81 23 45'));
  });

  it.each([
    '',
    'ingen',
    'spørg Anna',
    '12345678 lok. 12',
    '12345678 x5',
    '12345678 #5',
    '12345678/87654321',
    '12345678, 87654321',
    '00000000',
    '112',
    '-',
    '+',
  ])('%j is none to find anybody by', (text) => {
    expect(normalizePhone(text)).toBe('');
  });

  it('is the same for a number however it is spaced', () => {
    const pairs = fc.array(fc.integer({ min: 10, max: 99 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(pairs, fc.constantFrom('', '+45', '+45 ', '0045 '), (digits, prefix) => {
        expect(normalizePhone(prefix + digits.join(' '))).toBe(digits.join(''));
      }),
    );
  });

  it('is its own normal form, for a Danish number and with its country code for any other', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[+0-9 ()-]{0,16}$/), (text) => {
        const normal = normalizePhone(text);
        if (normal.length === 8 || normal.startsWith('+')) {
          expect(normalizePhone(normal)).toBe(normal);
        }
      }),
    );
  });
});
