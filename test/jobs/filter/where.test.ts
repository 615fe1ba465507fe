// Filters against an oracle written apart, and what is refused because it can be read in two ways.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFilter } from '../../../src/jobs/filter/where.js';
import { viewOf } from '../../../src/jobs/filter/record-view.js';
import { entryOf } from '../../../src/jobs/snapshot/snapshot.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { product } from '../../../src/resources/product/product.js';
import { imageOf } from '../../../src/resources/definition/record-image.js';
import { PROPERTY } from '../../support/property-runs.js';
import { lookupsWith } from '../../resources/support/account.js';

type Fields = Readonly<Record<string, unknown>>;

function meets(fields: Fields, where: unknown, currency = 'DKK'): boolean {
  const entry = entryOf(product, imageOf({ id: 'r1', ...fields }, product));
  const view = viewOf(entry, { resource: product, lookups: lookupsWith(), currency });
  return readFilter(product, where).test(view);
}

describe('a filter of products', () => {
  const SERVICE = {
    name: 'Konsulent',
    unit: 'Timer',
    prices: [
      { id: 'a', currencyId: 'DKK', unitPrice: '900.10' },
      { id: 'b', currencyId: 'EUR', unitPrice: 120 },
    ],
  };

  it.each<[unknown, boolean]>([
    [{ unit: 'timer' }, true],
    [{ unitPrice: '900.1' }, true],
    [{ unitPrice: { gt: '900.09', lte: 900.1 } }, true],
    [{ unitPrice: { lt: '900.10' } }, false],
    [{ currency: 'eur' }, true],
    [{ currency: { ne: 'USD' } }, true],
    [{ currency: { in: ['SEK', 'USD'] } }, false],
  ])('%j is %s of a service', (where, isMet) => {
    expect(meets(SERVICE, where)).toBe(isMet);
  });

  it('compares the price in the currency of the question; one that is missing is below nothing', () => {
    expect(meets(SERVICE, { unitPrice: { lt: 500 } }, 'EUR')).toBe(true);
    expect(meets(SERVICE, { unitPrice: { lt: 500 } }, 'USD')).toBe(false);
    expect(meets(SERVICE, { unitPrice: { isEmpty: true } }, 'USD')).toBe(true);
  });

  /** Prices and bounds in whole cents, as the oracle compares them. */
  const cents = fc.integer({ min: 1, max: 5000 });
  const decimal = (value: number): string => (value / 100).toFixed(2);
  const ORDERS = {
    eq: (one: number, other: number) => one === other,
    ne: (one: number, other: number) => one !== other,
    gt: (one: number, other: number) => one > other,
    gte: (one: number, other: number) => one >= other,
    lt: (one: number, other: number) => one < other,
    lte: (one: number, other: number) => one <= other,
  } as const;
  const names = Object.keys(ORDERS) as (keyof typeof ORDERS)[];

  it('orders and combines as whole cents do', () => {
    const test = fc.tuple(fc.constantFrom(...names), cents);
    fc.assert(
      fc.property(cents, test, test, (price, [left, one], [right, other]) => {
        const fields = {
          name: 'P',
          prices: [{ id: 'a', currencyId: 'DKK', unitPrice: decimal(price) }],
        };
        const [first, second] = [
          { unitPrice: { [left]: decimal(one) } },
          { unitPrice: { [right]: decimal(other) } },
        ];
        const [isFirst, isSecond] = [ORDERS[left](price, one), ORDERS[right](price, other)];
        expect(meets(fields, { all: [first, second] })).toBe(isFirst && isSecond);
        expect(meets(fields, { any: [first, second] })).toBe(isFirst || isSecond);
        expect(meets(fields, { not: { any: [first, second] } })).toBe(!isFirst && !isSecond);
      }),
      PROPERTY,
    );
  });
});

describe('a filter is refused', () => {
  const deep = (levels: number): unknown =>
    levels === 0 ? { name: 'a' } : { not: deep(levels - 1) };

  it.each<[string, unknown, RegExp]>([
    ['without a condition', {}, /at least one condition/],
    ['for a part without a condition', { any: [{ name: 'a' }, {}] }, /at least one condition/],
    ['for an empty list', { any: [] }, /needs a list/],
    ['for a column in Danish', { cvr: '1' }, /Did you mean vatNo\?/],
    ['for a mistyped column', { zipcod: '8000' }, /Did you mean zipcode\?/],
    ['for a mistyped operator', { name: { contain: 'a' } }, /Did you mean contains\?/],
    ['for a list without an operator', { country: ['DK'] }, /"in"/],
    ['for a text that is in every text', { name: { contains: ' ' } }, /needs a value/],
    ['for a country that is none', { country: 'Atlantis' }, /no record can hold it/],
    ['for a number with a comma', { paymentTermsDays: { gt: '8,5' } }, /needs a number/],
    ['for an order of texts', { name: { gt: 'M' } }, /needs a number/],
    ['for a part of a number', { paymentTermsDays: { contains: '1' } }, /does not fit/],
    ['for isEmpty without true or false', { vatNo: { isEmpty: 'yes' } }, /true or false/],
    ['when it is too deep', deep(9), /nested/],
    [
      'with too many conditions',
      { all: Array.from({ length: 201 }, () => ({ name: 'a' })) },
      /200/,
    ],
  ])('%s', (_name, where, told) => {
    const refusal = (): unknown => readFilter(customer, where);
    expect(refusal).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }) as Error);
    try {
      refusal();
    } catch (error) {
      const { message, hint } = error as { message: string; hint: string };
      expect(`${message} ${hint}`).toMatch(told);
    }
  });
});
