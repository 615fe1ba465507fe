// Each operator of a condition, and what it refuses.
import { describe, expect, it } from 'vitest';
import { readFilter } from '../../../src/jobs/filter/where.js';
import { viewOf } from '../../../src/jobs/filter/record-view.js';
import { entryOf } from '../../../src/jobs/snapshot/snapshot.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { product } from '../../../src/resources/product/product.js';
import { imageOf } from '../../../src/resources/definition/record-image.js';
import { lookupsWith } from '../../resources/support/account.js';

const FIRM = {
  id: 'r1',
  name: 'Bo & Co',
  zipcodeText: '8000',
  cityText: 'Aarhus C',
  countryId: 'DK',
  isCustomer: true,
  isArchived: true,
  paymentTermsMode: 'net',
  paymentTermsDays: 14,
};

function meets(where: unknown, changes: Readonly<Record<string, unknown>> = {}): boolean {
  const entry = entryOf(customer, imageOf({ ...FIRM, ...changes }, customer));
  const view = viewOf(entry, { resource: customer, lookups: lookupsWith(), currency: 'DKK' });
  return readFilter(customer, where).test(view);
}

describe('an operator', () => {
  it.each<[unknown, boolean]>([
    [{ isArchived: true }, true],
    [{ isArchived: 'nej' }, false],
    [{ isArchived: { ne: true } }, false],
    [{ zipcode: { gt: 7999 } }, true],
    [{ zipcode: { gte: '8000', lte: '8000' } }, true],
    [{ zipcode: { lt: '8000' } }, false],
    [{ paymentTermsDays: { gte: 14 } }, true],
    [{ paymentTermsDays: { in: [8, 30] } }, false],
    [{ vatNo: null }, true],
    [{ vatNo: { isEmpty: true } }, true],
    [{ name: { isEmpty: false } }, true],
    [{ city: { in: ['Odense', 'aarhus c'] } }, true],
    [{ country: 'Danmark' }, true],
    [{ country: { ne: 'Sverige' } }, true],
    [{ city: { startsWith: 'aar', contains: ' c' } }, true],
  ])('%j is %s', (where, isMet) => {
    expect(meets(where)).toBe(isMet);
  });

  it('finds no order in a text that is no number', () => {
    expect(meets({ zipcode: { gt: '1' } }, { zipcodeText: 'GB-12' })).toBe(false);
  });

  it.each<[unknown, RegExp]>([
    [{ name: '' }, /where\.name\.eq needs a value/],
    [{ name: { contains: {} } }, /where\.name\.contains needs a value/],
    [{ paymentTermsDays: { gt: 'mange' } }, /needs a number/],
    [{ paymentTermsDays: { lt: '1'.repeat(1000) } }, /needs a number/],
    [{ name: { eq: undefined } }, /where\.name\.eq needs a value/],
    [{ paymentTermsDays: { contains: '1' } }, /contains does not fit the column/],
    [{ isArchived: { gt: 1 } }, /gt does not fit the column/],
    [{ country: 'Atlantis' }, /no record can hold it/],
    [{ city: { in: [] } }, /needs a list of 1 to/],
    [{ city: { in: 'Odense' } }, /needs a list of 1 to/],
    [{ city: { isEmpty: 'ja' } }, /is true or false/],
    [{ city: ['Odense'] }, /is a list without an operator/],
    [{ city: {} }, /has no condition/],
    [{ city: { startswith: 'A' } }, /has an operator that does not exist/],
  ])('%j is refused', (where, message) => {
    expect(() => readFilter(customer, where)).toThrow(message);
  });

  it('that is like none of ours is refused without a guess', () => {
    const guess = (where: unknown): string | undefined => {
      try {
        readFilter(customer, where);
      } catch (error) {
        return (error as { hint?: string }).hint;
      }
      return undefined;
    };
    expect(guess({ city: { startswith: 'A' } })).toMatch(/^Did you mean startsWith\? Use: eq, /);
    expect(guess({ city: { spaceship: 'A' } })).toMatch(/^Use: eq, /);
  });

  it.each([[['city']], ['city'], [{ any: ['city'] }]])('%j is no filter', (where) => {
    expect(() => readFilter(customer, where)).toThrow(/needs at least one condition/);
  });

  it.each<[unknown, RegExp]>([
    [{ currency: { gt: '1' } }, /gt does not fit the column currency/],
    [{ currency: { contains: 'D' } }, /contains does not fit the column currency/],
  ])('%j is refused of products', (where, message) => {
    expect(() => readFilter(product, where)).toThrow(message);
  });
});
