// How values are spelled in each dialect; expected texts are written by hand.
import { describe, expect, it } from 'vitest';
import {
  DIALECTS,
  formatDate,
  formatDecimal,
  formatValue,
} from '../../../src/files/cells/dialects.js';

const { da, standard } = DIALECTS;

describe('formatDecimal', () => {
  it.each([
    ['1000', '1000', '1000,00'],
    ['0.1', '0.1', '0,10'],
    ['12.5', '12.5', '12,50'],
    ['12.50', '12.50', '12,50'],
    ['-3.8', '-3.8', '-3,80'],
    // A fourth decimal, since 1,125 alone in a column could be a thousand.
    ['1.125', '1.1250', '1,1250'],
    ['1.00005', '1.00005', '1,00005'],
    ['', '', ''],
    ['ukendt', 'ukendt', 'ukendt'],
  ])('writes %j as %j, in Danish as %j', (decimal, plain, danish) => {
    expect(formatDecimal(decimal, standard)).toBe(plain);
    expect(formatDecimal(decimal, da)).toBe(danish);
  });
});

describe('formatDate', () => {
  it.each([
    ['2026-01-31', '31-01-2026'],
    ['', ''],
    ['snart', 'snart'],
  ])('writes %j in Danish as %j, and otherwise as it is', (date, danish) => {
    expect(formatDate(date, da)).toBe(danish);
    expect(formatDate(date, standard)).toBe(date);
  });
});

describe('formatValue', () => {
  it.each([
    ['true', 'boolean', 'ja'],
    ['false', 'boolean', 'nej'],
    ['', 'boolean', ''],
    ['true', 'text', 'true'],
    ['2026-01-31', 'text', '2026-01-31'],
    ['1000', 'text', '1000'],
    ['14', 'whole', '14'],
    ['1000', 'amount', '1000,00'],
    ['2026-01-31', 'date', '31-01-2026'],
  ] as const)('spells %j as a %s in Danish: %j', (text, kind, danish) => {
    expect(formatValue(text, kind, da)).toBe(danish);
  });
});
