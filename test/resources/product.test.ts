import { describe, expect, it } from 'vitest';
import { imageOf } from '../../src/resources/image.js';
import { product } from '../../src/resources/product.js';
import type { ChangeMode } from '../../src/resources/resource.js';
import { enteredAs, faultyFields, lookupsWith, valuesOf } from './support/account.js';

const lookups = lookupsWith();
type Cells = Record<string, string | null>;
type Prices = { id: string; unitPrice: number | string; currencyId: string }[];

function resolved(cells: Cells) {
  return product.resolve(valuesOf(product, cells), lookups);
}

const bodyOf = (cells: Cells) => product.createBody(enteredAs(resolved(cells).values), lookups);

function held(fields: object = {}, prices: Prices = []) {
  return imageOf({ id: 'v1', name: 'Kørsel', productNo: 'V-1', ...fields, prices }, product);
}

function change(cells: Cells, image = held(), mode: ChangeMode = 'update') {
  return product.changesFor({ values: resolved(cells).values, image, mode, lookups });
}

const DKK = { id: 'k1', unitPrice: 100, currencyId: 'DKK' };
const EUR = { id: 'k2', unitPrice: 13.4, currencyId: 'EUR' };

describe('a new product', () => {
  it('has the shape that Billy takes', () => {
    const cells = {
      name: 'Kørsel',
      description: 'pr. km',
      accountNo: '1110',
      unitPrice: '3.80',
      salesTaxRuleset: 'VAT0',
      productNo: 'V-1',
      unit: 'km',
      isArchived: 'falsk',
    };
    expect(bodyOf(cells)).toEqual({
      name: 'Kørsel',
      description: 'pr. km',
      accountId: 'acc-1110',
      salesTaxRulesetId: 'set-0',
      productNo: 'V-1',
      unit: 'km',
      isArchived: false,
      prices: [{ currencyId: 'DKK', unitPrice: 3.8 }],
    });
  });

  it("leaves account and ruleset to the organization's defaults, and takes its own currency", () => {
    expect(bodyOf({ name: 'Kørsel', unitPrice: '3', currency: 'eur' })).toEqual({
      name: 'Kørsel',
      prices: [{ currencyId: 'EUR', unitPrice: 3 }],
    });
  });

  it('never makes a float of what a float cannot hold', () => {
    const prices = (unitPrice: string) => bodyOf({ name: 'x', unitPrice })['prices'];
    expect(prices('0.1')).toEqual([{ currencyId: 'DKK', unitPrice: 0.1 }]);
    const long = '12345678901234567.89';
    expect(prices(long)).toEqual([{ currencyId: 'DKK', unitPrice: long }]);
    expect(prices('0.00000001')).toEqual([{ currencyId: 'DKK', unitPrice: '0.00000001' }]);
  });

  it('needs a name and a price', () => {
    expect(product.checkCreate(enteredAs({})).map(({ field }) => field)).toEqual([
      'name',
      'unitPrice',
    ]);
    expect(product.checkCreate(enteredAs({ name: 'x', unitPrice: '1' }))).toEqual([]);
  });

  it('met again by the same row is unchanged, before and after Billy has given ids', () => {
    const cells = { name: 'Kørsel', unitPrice: '3.80', salesTaxRuleset: 'vat25', unit: 'km' };
    const body = bodyOf(cells);
    const foretold = product.imageOfBody('row:1', body);
    expect(change(cells, foretold).steps).toEqual([]);
    expect(change(cells, held(body, [{ ...DKK, unitPrice: 3.8 }])).steps).toEqual([]);
  });
});

describe('references of a product', () => {
  it('become ids', () => {
    const { values, issues } = resolved({ accountNo: '1110', salesTaxRuleset: 'vat25' });
    expect(values).toMatchObject({ accountId: 'acc-1110', salesTaxRulesetId: 'set-25' });
    expect(issues).toEqual([]);
  });

  it.each([
    ['accountNo', '9999', 'accountNo names nothing that this account has'],
    ['accountNo', '1190', 'accountNo fits several in this account'],
    ['salesTaxRuleset', 'abroad', 'salesTaxRuleset names nothing that this account has'],
  ])('%s %s cannot be found', (field, text, message) => {
    const { values, issues } = resolved({ [field]: text });
    expect(issues).toEqual([{ code: 'REFERENCE_NOT_FOUND', field, message }]);
    expect('accountId' in values || 'salesTaxRulesetId' in values).toBe(false);
  });

  it('are all looked up, so that all faults show', () => {
    const { issues } = resolved({ accountNo: '9999', salesTaxRuleset: 'abroad' });
    expect(issues.map(({ field }) => field)).toEqual(['accountNo', 'salesTaxRuleset']);
  });

  it('are cleared by null and left alone by blanks', () => {
    const image = held({ accountId: 'acc-1', salesTaxRulesetId: 'set-25', description: 'x' });
    const cleared = change({ accountNo: null, salesTaxRuleset: null, description: null }, image);
    expect(cleared.steps[0]?.body).toEqual({
      accountId: null,
      salesTaxRulesetId: null,
      description: null,
    });
    expect(change({ accountNo: '', description: '' }, image).steps).toEqual([]);
  });
});

describe('cells of a product', () => {
  it.each([
    ['unitPrice', '0'],
    ['unitPrice', '-5'],
    ['unitPrice', 'gratis'],
    ['accountNo', 'salg'],
    ['accountNo', '12345678901'],
    ['salesTaxRuleset', 'moms'],
    ['currency', 'kroner'],
    ['isArchived', 'måske'],
    ['name', null],
  ])('%s cannot be %j', (field, text) => {
    expect(faultyFields(product, { [field]: text })).toEqual([field]);
  });
});

describe('the price in an update', () => {
  it('changes the one in its currency and leaves the others', () => {
    const image = held({}, [DKK, EUR]);
    const { steps, after, changes } = change({ unitPrice: '120.50' }, image);
    expect(steps).toEqual([
      { kind: 'update', collection: 'productPrices', id: 'k1', body: { unitPrice: 120.5 } },
    ]);
    expect(changes).toEqual([{ field: 'unitPrice DKK', from: 100, to: '120.5' }]);
    expect(after.children['prices']?.map((price) => price.fields['unitPrice'])).toEqual([
      120.5, 13.4,
    ]);
    expect(change({ unitPrice: '14', currency: 'EUR' }, image).steps).toMatchObject([{ id: 'k2' }]);
  });

  it('is added in a currency that has none', () => {
    const { steps, changes } = change({ unitPrice: '14', currency: 'SEK' }, held({}, [DKK, EUR]));
    const body = { productId: 'v1', currencyId: 'SEK', unitPrice: 14 };
    expect(steps).toEqual([{ kind: 'create', collection: 'productPrices', id: null, body }]);
    expect(changes).toEqual([{ field: 'unitPrice SEK', from: null, to: '14' }]);
  });

  it.each([
    ['100.00', 100],
    ['100', '100'],
    ['0100', 100],
  ])('%s is unchanged where Billy holds %j', (unitPrice, holds) => {
    expect(change({ unitPrice }, held({}, [{ ...DKK, unitPrice: holds }])).steps).toEqual([]);
  });

  it('comes after the record itself, and never replaces the set', () => {
    const { steps } = change({ name: 'Ny', unitPrice: '7' }, held({}, [DKK]));
    expect(steps.map(({ collection }) => collection)).toEqual(['products', 'productPrices']);
    expect(steps[0]?.body).toEqual({ name: 'Ny' });
  });

  it('does nothing without an amount', () => {
    expect(change({ currency: 'EUR' }, held({}, [DKK])).steps).toEqual([]);
  });

  it('whose id is not known yet is not added a second time', () => {
    const image = product.imageOfBody('row:1', bodyOf({ name: 'x', unitPrice: '5' }));
    const { steps } = change({ unitPrice: '6' }, image);
    expect(steps.filter(({ kind }) => kind === 'create')).toEqual([]);
  });
});

describe('a merge into a product', () => {
  it('fills what is empty, a missing price included', () => {
    const image = held({ description: '', unit: 'stk' }, [EUR]);
    const cells = { name: 'Andet', description: 'ny', unit: 'km', unitPrice: '9' };
    const { steps } = change(cells, image, 'merge');
    expect(steps.map(({ body }) => body)).toEqual([
      { description: 'ny' },
      { productId: 'v1', currencyId: 'DKK', unitPrice: 9 },
    ]);
    expect(change({ unitPrice: '9', currency: 'EUR' }, image, 'merge').steps).toEqual([]);
  });
});

describe('match keys', () => {
  it('are the number and the exact name', () => {
    const keys = [
      { key: 'productNo', value: 'V-1' },
      { key: 'name', value: 'Kørsel' },
    ];
    expect(product.keysOfRow({ productNo: ' V-1', name: 'Kørsel ', unit: 'km' })).toEqual(keys);
    expect(product.keysOfImage(held())).toEqual(keys);
    expect(product.keysOfRow({ productNo: null, name: '' })).toEqual([]);
    expect(product.matchOrder).toEqual(['productNo', 'name']);
  });
});

describe('what else a product says of itself', () => {
  it('its template imports without an issue', () => {
    const [header = [], ...rows] = product.template;
    expect(header.join(',')).toBe(
      'name,description,accountNo,unitPrice,salesTaxRuleset,isArchived',
    );
    for (const row of rows) {
      const cells = Object.fromEntries(header.map((name, index) => [name, row[index] ?? '']));
      const { values, issues } = resolved(cells);
      expect(issues).toEqual([]);
      expect(product.checkCreate(enteredAs(values))).toEqual([]);
    }
  });

  it('an exported row changes nothing when it comes back', () => {
    const image = held({ description: 'x', unit: null, isArchived: false }, [DKK]);
    const row = product.exportRow(image, lookups);
    const cells = Object.fromEntries(product.exportColumns.map((name) => [name, row[name] ?? '']));
    expect(change(cells, image).steps).toEqual([]);
    expect(cells).toMatchObject({ id: 'v1', name: 'Kørsel', unit: '' });
  });

  it('is exported by whether it is archived', () => {
    const archived = held({ isArchived: true });
    expect(product.isExported(archived, {})).toBe(true);
    expect(product.isExported(archived, { isArchived: false })).toBe(false);
    expect(product.isExported(held(), { isArchived: false })).toBe(true);
    expect(product.exportLosses(archived, lookups)).toEqual([]);
  });

  it('lines of invoices use it', () => {
    const [use] = product.uses;
    const lines = [{ productId: 'v1' }, { productId: 7 }, null, { productId: 'v2' }];
    expect(use?.usedIds({ id: 'i', lines })).toEqual(['v1', 'v2']);
    expect(use?.usedIds({ id: 'i' })).toEqual([]);
  });

  it('its label is its name, number or id', () => {
    expect(product.labelOf({ name: 'Kørsel', productNo: 'V' })).toBe('Kørsel');
    expect(product.labelOf({ productNo: 'V', id: 'v1' })).toBe('V');
    expect(product.labelOf({ id: 'v1' })).toBe('v1');
  });
});
