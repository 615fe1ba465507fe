import { describe, expect, it } from 'vitest';
import { withoutExponent } from '../../../src/files/cells/exponent.js';

describe('withoutExponent', () => {
  it.each([
    ['1.5e3', '1500'],
    ['-1.25E+1', '-12.5'],
    ['1e-7', '0.0000001'],
    ['5', '5'],
    ['0.50', '0.50'],
    ['1e99', '1e99'],
    ['e3', 'e3'],
  ])('writes %s as %s', (text, plain) => {
    expect(withoutExponent(text, 40)).toBe(plain);
  });
});
