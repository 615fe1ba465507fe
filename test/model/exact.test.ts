/** Exact decimals, by hand. */
import { expect, it } from 'vitest';
import {
  dividedToCents,
  minus,
  plus,
  roundedToCents,
  times,
  toExact,
  writtenExact,
} from '../../src/model/exact.js';

it('adds, takes and multiplies what a float cannot', () => {
  expect(writtenExact(plus(toExact('0.1'), toExact('0.2')))).toBe('0.30');
  expect(writtenExact(minus(toExact('0.3'), toExact('0.35')))).toBe('-0.05');
  expect(writtenExact(times(toExact('1.005'), toExact('100')))).toBe('100.50');
});

it.each([
  ['1.005', '1.01'],
  ['-1.005', '-1.01'],
  ['1.0049', '1.00'],
  ['12', '12.00'],
  ['90071992547409.925', '90071992547409.93'],
])('%s is %s in cents, half away from zero', (decimal, cents) => {
  expect(writtenExact(roundedToCents(toExact(decimal)))).toBe(cents);
});

it('divides to cents', () => {
  expect(writtenExact(dividedToCents(toExact('25'), toExact('1.25')))).toBe('20.00');
  expect(writtenExact(dividedToCents(toExact('-1'), toExact('3')))).toBe('-0.33');
});
