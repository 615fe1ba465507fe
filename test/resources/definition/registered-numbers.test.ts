import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isCutBySpreadsheet,
  isCvrNo,
  isDanishVatNo,
  isGln,
  normalizeEan,
  normalizeVatNo,
} from '../../../src/resources/definition/registered-numbers.js';

describe('normalizeVatNo', () => {
  it.each([
    ['12345678', '12345678'],
    ['DK12345678', '12345678'],
    ['dk 12 34 56 78', '12345678'],
    ['DK-12345678', '12345678'],
    ['12 34 56 78', '12345678'],
    ['12.34.56.78', '12345678'],
    ['DK\u00a012345678', '12345678'],
    ['SE556677889901', 'SE556677889901'],
    ['de 123 456 789', 'DE123456789'],
    ['DK1234567', 'DK1234567'],
    ['', ''],
  ])('%j is %j', (text, normal) => {
    expect(normalizeVatNo(text)).toBe(normal);
  });

  it('keeps numbers of different countries apart', () => {
    expect(normalizeVatNo('SE12345678')).not.toBe(normalizeVatNo('12345678'));
  });
});

describe('normalizeEan', () => {
  it('does not mind spaces', () => {
    expect(normalizeEan(' 5790 0000 0001\u00a02')).toBe('5790000000012');
  });
});

/** Seven digits to their check digit by counting up, as no check digit is computed in the code. */
function cvrWith(seven: string): string | null {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = Array.from(seven, Number);
  const rest = (2 * a + 7 * b + 6 * c + 5 * d + 4 * e + 3 * f + 2 * g) % 11;
  if (rest === 1) return null;
  return `${seven}${rest === 0 ? '0' : String(11 - rest)}`;
}

function glnWith(twelve: string): string {
  let sum = 0;
  for (let place = 0; place < 12; place += 2) {
    sum += Number(twelve[place]) + 3 * Number(twelve[place + 1]);
  }
  return `${twelve}${String((10 - (sum % 10)) % 10)}`;
}

const SEVEN = fc.integer({ min: 1_000_000, max: 9_999_999 }).map(String);
const TWELVE = fc.integer({ min: 0, max: 999_999_999_999 }).map((n) => String(n).padStart(12, '0'));

describe('isCvrNo', () => {
  it.each(['13748136', '88146328', '98765409'])('%s is one', (digits) => {
    expect(isCvrNo(digits)).toBe(true);
  });

  it.each(['12345678', '13748137', '1374813', '137481360', '01234567', '00000000', '', 'abcdefgh'])(
    '%j is none',
    (digits) => {
      expect(isCvrNo(digits)).toBe(false);
    },
  );

  it('takes one last digit at most, the one that an independent computation gives', () => {
    fc.assert(
      fc.property(SEVEN, (seven) => {
        const taken = Array.from({ length: 10 }, (_, digit) => `${seven}${String(digit)}`);
        const expected = cvrWith(seven);
        expect(taken.filter(isCvrNo)).toEqual(expected === null ? [] : [expected]);
      }),
    );
  });

  it('sees every single wrong digit', () => {
    fc.assert(
      fc.property(SEVEN, fc.nat(7), fc.integer({ min: 1, max: 9 }), (seven, place, shift) => {
        const right = cvrWith(seven);
        fc.pre(right !== null);
        const digit = String((Number(right[place]) + shift) % 10);
        expect(isCvrNo(right.slice(0, place) + digit + right.slice(place + 1))).toBe(false);
      }),
    );
  });
});

describe('isGln', () => {
  it('takes the last digit that an independent computation gives, and no other', () => {
    fc.assert(
      fc.property(TWELVE, (twelve) => {
        const taken = Array.from({ length: 10 }, (_, digit) => `${twelve}${String(digit)}`);
        expect(taken.filter(isGln)).toEqual([glnWith(twelve)]);
      }),
    );
  });

  it.each(['579000000001', '57900000000120', '', '579000000001X'])('%j is none', (digits) => {
    expect(isGln(digits)).toBe(false);
  });
});

describe('isDanishVatNo', () => {
  it.each([
    ['12345678', 'DK'],
    ['12 34 56 78', 'DK'],
    ['DK12345678', 'DK'],
    ['DK12345678', 'SE'],
    ['dk-1234567', 'DE'],
    ['ingen', 'DK'],
    ['CVR 12345678', 'DK'],
    ['QQ12345678', 'DK'],
  ])('%s of a customer in %s is judged', (text, countryId) => {
    expect(isDanishVatNo(text, countryId)).toBe(true);
  });

  it.each([
    ['SE556677889901', 'DK'],
    ['de 123 456 789', 'DK'],
    ['ATU12345678', 'DK'],
    ['EL123456789', 'DK'],
    ['CHE-123.456.789', 'DK'],
    ['556677889901', 'SE'],
    ['12345678', 'FI'],
  ])('%s of a customer in %s is not', (text, countryId) => {
    expect(isDanishVatNo(text, countryId)).toBe(false);
  });
});

describe('isCutBySpreadsheet', () => {
  it('knows the short form of a long number only', () => {
    expect(['5,79E+12', '1.23457E+7', ' 1e+21 '].every(isCutBySpreadsheet)).toBe(true);
    expect(['5790000000012', '12E5', 'E+5', '1E-5', '', '1234E+5'].some(isCutBySpreadsheet)).toBe(
      false,
    );
  });
});
