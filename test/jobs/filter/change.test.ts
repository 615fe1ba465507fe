// Formulas against an oracle of whole fractions written apart, and what `set` refuses.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyFormula, readChange } from '../../../src/jobs/filter/change.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { product } from '../../../src/resources/product/product.js';
import { PROPERTY } from '../../support/property-runs.js';

function computed(held: string, formula: unknown): string {
  const read = readChange(product, { unitPrice: formula }).formulas.get('unitPrice');
  if (read === undefined) throw new Error('no formula');
  return applyFormula(held, read);
}

describe('a formula', () => {
  it.each([
    ['487.50', { multiplyBy: '1.04' }, '507'],
    ['999.99', { multiplyBy: '1.04' }, '1039.9896'],
    ['999.99', { multiplyBy: '1.04', roundTo: '0.50' }, '1040'],
    ['100', { multiplyBy: 1.1, add: '-0.05', roundTo: '0.1' }, '110'],
    ['0.1', { add: '0.2' }, '0.3'],
    ['10.25', { roundTo: '0.5' }, '10.5'],
    ['10.25', { roundTo: '0.5', roundMode: 'down' }, '10'],
    ['10.01', { roundTo: '0.5', roundMode: 'up' }, '10.5'],
    ['10', { add: '-10.25', roundTo: '0.5' }, '-0.5'],
    ['', { multiplyBy: '1.04' }, ''],
  ])('%s by %j is %s', (held, formula, result) => {
    expect(computed(held, formula)).toBe(result);
  });

  const thousandths = fc.bigInt({ min: 1n, max: 10_000_000n });
  const text = (value: bigint): string => {
    const digits = (value < 0n ? -value : value).toString().padStart(4, '0');
    return `${value < 0n ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`;
  };

  it('multiplies, adds, then rounds, as whole fractions do', () => {
    const add = fc.bigInt({ min: -5_000_000n, max: 5_000_000n });
    const modes = fc.constantFrom('nearest', 'up', 'down');
    fc.assert(
      fc.property(fc.tuple(thousandths, thousandths, add, thousandths, modes), (drawn) => {
        const [price, factor, plus, step, roundMode] = drawn;
        const parts = { multiplyBy: text(factor), add: text(plus), roundTo: text(step), roundMode };
        // The oracle: everything in millionths; steps are counted one by one from the floor.
        const value = price * factor + plus * 1000n;
        const size = step * 1000n;
        const rest = ((value % size) + size) % size;
        const floor = value - rest;
        const isUp = {
          down: false,
          up: rest > 0n,
          nearest: value < 0n ? rest * 2n > size : rest * 2n >= size,
        }[roundMode];
        const expected = isUp ? floor + size : floor;
        const result = computed(text(price), parts);
        const [whole = '', fraction = ''] = result.split('.');
        expect(BigInt(`${whole}${fraction.padEnd(6, '0')}`)).toBe(expected);
      }),
      PROPERTY,
    );
  });
});

describe('set', () => {
  it('reads values as the cells of a row, and null as cleared', () => {
    const { values, currency } = readChange(customer, { country: 'Sverige', phone: null });
    expect(Object.fromEntries(values)).toEqual({ country: 'SE', phone: null });
    expect(currency).toBeNull();
    expect(readChange(product, { unitPrice: 99.5, currency: 'eur' }).currency).toBe('EUR');
  });

  it.each<[string, unknown]>([
    ['nothing', {}],
    ['an id', { id: 'x' }],
    ['an unknown column', { price: '5' }],
    ['a blank value', { unit: '' }],
    ['a price that is none', { unitPrice: '-5' }],
    ['the name to clear', { name: null }],
    ['a formula of a text', { unit: { multiplyBy: '2' } }],
    ['a formula without a part', { unitPrice: {} }],
    ['a percent', { unitPrice: { multiplyBy: '4 %' } }],
    ['a factor with a comma', { unitPrice: { multiplyBy: '1,04' } }],
    ['a mistyped part', { unitPrice: { multiply: '1.04' } }],
    ['a step of zero', { unitPrice: { roundTo: '0' } }],
    ['a way to round without a step', { unitPrice: { add: '1', roundMode: 'up' } }],
    ['a currency without a price', { currency: 'EUR' }],
  ])('refuses %s', (_name, set) => {
    expect(() => readChange(product, set)).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID' }) as Error,
    );
  });

  it.each<[unknown, RegExp]>([
    [['unitPrice'], /set names no column/],
    [{ unit: ['time', 'stk'] }, /set\.unit needs a value/],
    [{ unitPrice: { multiplyBy: '1'.repeat(1000) } }, /set\.unitPrice\.multiplyBy is not a number/],
    [{ unitPrice: { roundTo: '1', roundMode: 'bankers' } }, /roundMode does not exist/],
  ])('names the fault of %j', (set, message) => {
    expect(() => readChange(product, set)).toThrow(message);
  });
});
