// Rules of products and prices.
import { describe, expect, it } from 'vitest';
import { createProduct, refusedAttributes, startNaming, value } from '../support/driver.js';

describe('unknown: the sales defaults of the organization', () => {
  it('go to a product that names no account and no ruleset', async () => {
    const driver = await startNaming({ unknowns: { missingSalesDefaults: 'set' } });
    const organization = await driver.get('/organization');
    const product = await driver.get(`/products/${await createProduct(driver)}`);
    const accountId = value(product, 'product.accountId');
    expect(accountId).toBeTypeOf('string');
    expect(accountId).toBe(value(organization, 'organization.defaultSalesAccountId'));
    expect(value(product, 'product.salesTaxRulesetId')).toBe(
      value(organization, 'organization.defaultSalesTaxRulesetId'),
    );
  });

  it('may be missing, and the product has neither', async () => {
    const driver = await startNaming({ unknowns: { missingSalesDefaults: 'null' } });
    const organization = await driver.get('/organization');
    expect(value(organization, 'organization.defaultSalesAccountId')).toBeNull();
    expect(value(organization, 'organization.defaultSalesTaxRulesetId')).toBeNull();
    const product = await driver.get(`/products/${await createProduct(driver)}`);
    expect(value(product, 'product')).toMatchObject({ accountId: null, salesTaxRulesetId: null });
  });
});

describe('a product', () => {
  it('needs a name, and accounts and rulesets by their ids', async () => {
    const driver = await startNaming();
    const refused = await driver.post('/products', {
      product: { _clientId: 'x', accountId: '1110', salesTaxRulesetId: 'vat25' },
    });
    expect(refusedAttributes(refused)).toEqual(['accountId', 'name', 'salesTaxRulesetId']);
    const foreign = driver.sandbox.control.state().foreign;
    const theirs = {
      product: { _clientId: 'x', name: 'P', accountId: foreign['accounts']?.[0]?.id },
    };
    expect(refusedAttributes(await driver.post('/products', theirs))).toEqual(['accountId']);
  });

  it('has no unitPrice, accountNo or salesTaxRuleset', async () => {
    const driver = await startNaming();
    const flat = { unitPrice: 5, accountNo: 1110, salesTaxRuleset: 'vat25' };
    const refused = await driver.post('/products', {
      product: { _clientId: 'x', name: 'P', ...flat },
    });
    expect(refusedAttributes(refused)).toEqual(Object.keys(flat).sort());
  });

  it('clears its account by null', async () => {
    const driver = await startNaming();
    const id = await createProduct(driver, { description: '' });
    const answer = await driver.put(`/products/${id}`, { product: { accountId: null } });
    expect(value(answer, 'products.0')).toMatchObject({ accountId: null, description: '' });
  });

  it('is archived', async () => {
    const driver = await startNaming();
    const id = await createProduct(driver);
    const answer = await driver.put(`/products/${id}`, { product: { isArchived: true } });
    expect(value(answer, 'products.0.isArchived')).toBe(true);
  });
});

describe('prices', () => {
  const kroner = { unitPrice: 5, currencyId: 'DKK' };

  it('are one for each currency, embedded or on their own', async () => {
    const driver = await startNaming();
    const twice = { _clientId: 'x', name: 'P', prices: [kroner, { ...kroner, unitPrice: 6 }] };
    const refused = await driver.post('/products', { product: twice });
    expect(refusedAttributes(refused)).toEqual(['prices']);
    const id = await createProduct(driver, { prices: [kroner] });
    const again = await driver.post('/productPrices', {
      productPrice: { _clientId: 'x', productId: id, ...kroner },
    });
    expect(refusedAttributes(again)).toEqual(['currencyId']);
    const euro = await driver.post('/productPrices', {
      productPrice: { productId: id, ...kroner, currencyId: 'EUR' },
    });
    const path = `/productPrices/${String(value(euro, 'productPrices.0.id'))}`;
    expect((await driver.put(path, { productPrice: { currencyId: 'DKK' } })).status).toBe(422);
    expect((await driver.put(path, { productPrice: { unitPrice: 7 } })).status).toBe(200);
  });

  it('are replaced as a set', async () => {
    const driver = await startNaming();
    const id = await createProduct(driver, { prices: [kroner] });
    const prices = [
      { unitPrice: 9, currencyId: 'DKK' },
      { unitPrice: 1, currencyId: 'EUR' },
    ];
    const answer = await driver.put(`/products/${id}`, { product: { prices } });
    expect(answer.status).toBe(200);
    const stored = driver.sandbox.control.state().records['productPrices'] ?? [];
    expect(stored.map(({ unitPrice }) => unitPrice).sort()).toEqual([1, 9]);
  });

  it('need an amount and a currency that exists', async () => {
    const driver = await startNaming();
    const prices = [{ _clientId: 'p' }];
    const refused = await driver.post('/products', { product: { name: 'P', prices } });
    expect(Object.keys(value(refused, 'validationErrors.p.attributes') as object).sort()).toEqual([
      'currencyId',
      'unitPrice',
    ]);
  });
});
