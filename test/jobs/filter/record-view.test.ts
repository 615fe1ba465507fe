// What a record holds under our column names, shown or hidden.
import { describe, expect, it } from 'vitest';
import { heldText, isBlank, textsOf, viewOf } from '../../../src/jobs/filter/record-view.js';
import { entryOf } from '../../../src/jobs/snapshot/snapshot.js';
import { product } from '../../../src/resources/product/product.js';
import { imageOf } from '../../../src/resources/definition/record-image.js';
import { lookupsWith } from '../../resources/support/account.js';

const IMAGE = imageOf(
  {
    id: 'p1',
    name: 'Vare',
    accountId: 'an-account-without-a-number',
    prices: [
      { id: 'a', currencyId: 'DKK', unitPrice: '12.50' },
      { id: 'b', currencyId: 'EUR', unitPrice: 2 },
    ],
  },
  product,
);

const viewIn = (currency: string) =>
  viewOf(entryOf(product, IMAGE), { resource: product, lookups: lookupsWith(), currency });

describe('a view of a product', () => {
  it('has the price in the currency of the question, and all currencies', () => {
    expect(heldText(viewIn('DKK'), 'unitPrice', product)).toBe('12.5');
    expect(heldText(viewIn('EUR'), 'unitPrice', product)).toBe('2');
    expect(heldText(viewIn('USD'), 'unitPrice', product)).toBe('');
    expect(textsOf(viewIn('USD'), 'currency')).toEqual(['DKK', 'EUR']);
  });

  it('is not blank where Billy holds what no cell can show', () => {
    expect(isBlank(viewIn('DKK'), 'accountNo', product)).toBe(false);
    expect(heldText(viewIn('DKK'), 'accountNo', product)).toBe('(an-account-without-a-number)');
    expect(isBlank(viewIn('DKK'), 'productNo', product)).toBe(true);
  });
});
