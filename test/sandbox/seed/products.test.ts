// Made-up products.
import { describe, expect, it } from 'vitest';
import { listValue, startDriver } from '../support/driver.js';

describe('made-up products', () => {
  it('have unique names and numbers, prices, and accounts of the organization', async () => {
    const driver = await startDriver({ products: 60 });
    const answer = await driver.get('/products?include=product.prices:embed,product.account');
    const products = listValue(answer, 'products');
    expect(new Set(products.map(({ name }) => name)).size).toBe(60);
    const numbers = products.map(({ productNo }) => productNo).filter(Boolean);
    expect(new Set(numbers).size).toBe(54);
    const prices = products.flatMap((product) => product['prices'] as { currencyId: string }[]);
    expect(prices.filter(({ currencyId }) => currencyId === 'DKK')).toHaveLength(60);
    expect(prices.filter(({ currencyId }) => currencyId === 'EUR')).toHaveLength(10);
    const natures = listValue(answer, 'accounts').map(({ natureId }) => natureId);
    expect(new Set(natures)).toEqual(new Set(['revenue']));
    expect(products.some(({ isArchived }) => isArchived === true)).toBe(true);
    expect(products.some(({ id }) => /^\d+-/.test(String(id)))).toBe(true);
    expect(new Set(products.map(({ salesTaxRulesetId }) => salesTaxRulesetId)).size).toBe(2);
  });
});
