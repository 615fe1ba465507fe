import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDecimals,
  decimalOf,
  divideDecimals,
  inCents,
  isPositive,
  multiplyDecimals,
  normalizeDecimal,
  subtractDecimals,
} from '../../src/core/decimal.js';

/** Integer and fraction as digits, far beyond what a float can hold. */
const digits = fc.string({ unit: fc.nat(9).map(String), minLength: 1, maxLength: 40 });
const decimals = fc
  .tuple(fc.constantFrom('', '-', '+'), digits, fc.option(digits, { nil: '' }))
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`);

/** The value as a whole number of 10^-40, by another way than the one under test. */
function scaled(decimal: string): bigint {
  const isNegative = decimal.startsWith('-');
  const [whole = '', fraction = ''] = decimal.replace(/^[+-]/, '').split('.');
  const size = BigInt(whole + fraction.padEnd(40, '0'));
  return isNegative ? -size : size;
}

describe('normalizeDecimal', () => {
  it.each([
    ['0012.50', '12.5'],
    ['-0', '0'],
    ['-0.00', '0'],
    ['+7', '7'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['-.10', '-0.1'],
    ['000', '0'],
    ['100', '100'],
    [' 1.0\u00a0', '1'],
    ['12345678901234567890.12345678901234567890', '12345678901234567890.1234567890123456789'],
  ])('%o is %o', (text, expected) => {
    expect(normalizeDecimal(text)).toBe(expected);
  });

  it.each([
    '',
    ' ',
    '.',
    '-',
    '+.',
    '1,5',
    '1.000,50',
    '1e3',
    '0x10',
    'NaN',
    '1 000',
    '--1',
    '1.2.3',
  ])('%o is no plain decimal', (text) => {
    expect(normalizeDecimal(text)).toBeNull();
  });

  it('keeps the value', () => {
    fc.assert(
      fc.property(decimals, (text) => {
        expect(scaled(normalizeDecimal(text) ?? '1')).toBe(scaled(text));
      }),
    );
  });

  it('writes equal values equally, in the shortest form', () => {
    fc.assert(
      fc.property(decimals, fc.nat(5), fc.nat(5), (text, before, after) => {
        const padded = text
          .replace(/^([+-]?)/, `$1${'0'.repeat(before)}`)
          .replace(/$/, `${text.includes('.') ? '' : '.'}${'0'.repeat(after)}`);
        const normal = normalizeDecimal(text) ?? '';
        expect(normalizeDecimal(padded)).toBe(normal);
        expect(normal).toMatch(/^(0|-?(0|[1-9]\d*)(\.\d*[1-9])?)$/);
        expect(normal).not.toMatch(/^-0$/);
      }),
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(decimals, (text) => {
        const normal = normalizeDecimal(text) ?? '';
        expect(normalizeDecimal(normal)).toBe(normal);
      }),
    );
  });
});

describe('isPositive', () => {
  it.each(['0', '0.0', '-1', '-0.5', '-0', ''])('%o is not', (decimal) => {
    expect(isPositive(decimal)).toBe(false);
  });

  it('agrees with the sign of the value', () => {
    fc.assert(
      fc.property(decimals, (text) => {
        expect(isPositive(text)).toBe(scaled(text) > 0n);
      }),
    );
  });
});

describe('decimalOf', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [1250, '1250'],
    [0.1, '0.1'],
    [-99.95, '-99.95'],
    [1e20, '100000000000000000000'],
    [1e-7, '0.0000001'],
    ['0012.50', '12.5'],
  ])('%o is %o', (value, expected) => {
    expect(decimalOf(value)).toBe(expected);
  });

  it.each([1e21, NaN, Infinity, -Infinity, null, undefined, true, {}, [1], '1,5', 5n])(
    '%o is no amount',
    (value) => {
      expect(decimalOf(value)).toBeNull();
    },
  );

  it('gives a number back that it was made from', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.nat(4), (count, places) => {
        const amount = Number(`${count}e-${places}`);
        expect(Number(decimalOf(amount))).toBe(amount === 0 ? 0 : amount);
      }),
    );
  });
});

describe('money', () => {
  it('is added, taken away and multiplied as a float cannot', () => {
    expect(inCents(addDecimals('0.1', '0.2'))).toBe('0.30');
    expect(inCents(subtractDecimals('0.3', '0.35'))).toBe('-0.05');
    expect(inCents(multiplyDecimals('1.005', '100'))).toBe('100.50');
  });

  it.each([
    ['1.005', '1.01'],
    ['-1.005', '-1.01'],
    ['1.0049', '1.00'],
    ['12', '12.00'],
    ['90071992547409.925', '90071992547409.93'],
  ])('%s is %s in cents, half away from zero', (decimal, cents) => {
    expect(inCents(decimal)).toBe(cents);
  });

  it('is divided to cents', () => {
    expect(inCents(divideDecimals('25', '1.25', '0.01'))).toBe('20.00');
    expect(inCents(divideDecimals('-1', '3', '0.01'))).toBe('-0.33');
  });
});
