import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageOf } from '../../../src/resources/definition/record-image.js';
import { product } from '../../../src/resources/product/product.js';
import type { ChangeMode } from '../../../src/resources/definition/resource.js';
import { enteredAs, faultyFields, lookupsWith, readBack, valuesOf } from '../support/account.js';

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

  it("leaves the account to the organization's default, and takes its own currency", () => {
    expect(bodyOf({ name: 'Kørsel', unitPrice: '3', currency: 'eur' })).toEqual({
      name: 'Kørsel',
      salesTaxRulesetId: 'set-25',
      prices: [{ currencyId: 'EUR', unitPrice: 3 }],
    });
  });

  it.each([
    ['several fit', { rulesets: new Map([['vat25', ['set-a', 'set-b']]]) }],
    ['none fits', { rulesets: new Map([['vat25', []]]) }],
    ['nothing is known', { rulesets: new Map() }],
    ['no VAT is due', { organization: { ...lookups.organization, hasVat: false } }],
  ])("has Billy's own ruleset where %s", (_name, partial) => {
    const row = enteredAs({ name: 'Kørsel', unitPrice: '3' });
    expect(product.createBody(row, lookupsWith(partial))).not.toHaveProperty('salesTaxRulesetId');
  });

  it('has the ruleset that its row names, or none when the row says so', () => {
    expect(bodyOf({ name: 'x', unitPrice: '1', salesTaxRuleset: '0%' })).toMatchObject({
      salesTaxRulesetId: 'set-0',
    });
    expect(bodyOf({ name: 'x', unitPrice: '1', salesTaxRuleset: null })).toMatchObject({
      salesTaxRulesetId: null,
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
    expect(product.checkCreate(enteredAs({}), lookups).map(({ field }) => field)).toEqual([
      'name',
      'unitPrice',
    ]);
    expect(product.checkCreate(enteredAs({ name: 'x', unitPrice: '1' }), lookups)).toEqual([]);
  });

  it('met again by the same row is unchanged, before and after Billy has given ids', () => {
    const cells = { name: 'Kørsel', unitPrice: '3.80', salesTaxRuleset: 'vat25', unit: 'km' };
    const body = bodyOf(cells);
    const foretold = product.imageOfBody('row:1', body, lookups);
    expect(change(cells, foretold).steps).toEqual([]);
    expect(change(cells, held(body, [{ ...DKK, unitPrice: 3.8 }])).steps).toEqual([]);
  });
});

describe('references of a product', () => {
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
    ['productNo', '5,79E+12'],
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
    ['100', '100.00'],
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
    const image = product.imageOfBody('row:1', bodyOf({ name: 'x', unitPrice: '5' }), lookups);
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

describe('an exported product', () => {
  const sold = { accountId: 'acc-1110', salesTaxRulesetId: 'set-25' };

  it('begins with the id and the columns of the contract', () => {
    expect(product.exportColumns.join(',')).toBe(
      'id,name,description,accountNo,unitPrice,salesTaxRuleset,isArchived,productNo,currency,unit',
    );
  });

  it('shows numbers and labels instead of ids', () => {
    const image = held({ ...sold, description: 'x', unit: 'km', isArchived: false }, [EUR, DKK]);
    expect(product.exportRow(image, lookups)).toEqual({
      id: 'v1',
      name: 'Kørsel',
      description: 'x',
      accountNo: '1110',
      unitPrice: '100',
      salesTaxRuleset: 'vat25',
      isArchived: 'false',
      productNo: 'V-1',
      currency: 'DKK',
      unit: 'km',
    });
    expect(product.exportLosses(held(sold, [DKK]), lookups)).toEqual([]);
  });

  it('shows the first price when none is in the own currency, and blanks when there is none', () => {
    const first = { ...EUR, unitPrice: '0.500' };
    expect(product.exportRow(held(sold, [first]), lookups)).toMatchObject({
      unitPrice: '0.5',
      currency: 'EUR',
    });
    expect(product.exportRow(held(), lookups)).toMatchObject({
      unitPrice: '',
      currency: '',
      accountNo: '',
      salesTaxRuleset: '',
    });
    expect(product.exportLosses(held(), lookups)).toEqual([]);
  });

  it('shows no price in a currency that no row can name', () => {
    const image = held(sold, [{ ...DKK, currencyId: 'XXX' }]);
    expect(product.exportRow(image, lookups)).toMatchObject({ unitPrice: '', currency: '' });
    expect(product.exportLosses(image, lookups)).toHaveLength(1);
  });

  it('tells what the file cannot show', () => {
    const image = held({ accountId: 'acc-b', salesTaxRulesetId: 'set-own' }, [DKK, EUR]);
    expect(product.exportRow(image, lookups)).toMatchObject({ accountNo: '', salesTaxRuleset: '' });
    expect(product.exportLosses(image, lookups)).toEqual([
      expect.stringContaining('further currencies'),
      expect.stringContaining('an account without a usable number'),
      expect.stringContaining('a VAT ruleset other than'),
    ]);
  });

  it('is a row that changes nothing when it comes back, whatever the product', () => {
    const amount = fc.oneof(
      fc.double({ min: 0.01, max: 1e9, noNaN: true }),
      fc.integer({ min: -5, max: 5 }),
      fc.constantFrom('7.50', '0100', ''),
    );
    const price = fc.record({
      id: fc.constant('k'),
      unitPrice: amount,
      currencyId: fc.constantFrom('DKK', 'EUR', 'XXX'),
    });
    const text = fc.option(fc.string({ unit: 'grapheme', maxLength: 30 }));
    const record = fc.record({
      name: fc.string({ minLength: 1 }),
      description: text,
      productNo: text,
      unit: text,
      accountId: fc.constantFrom(null, 'acc-1110', 'acc-a', 'acc-b', 'acc-x'),
      salesTaxRulesetId: fc.constantFrom(null, 'set-25', 'set-0', 'set-own'),
      isArchived: fc.constantFrom(true, false, null),
    });
    const prices = fc.uniqueArray(price, { selector: ({ currencyId }) => currencyId });
    fc.assert(
      fc.property(record, prices, (fields, priced) => {
        const image = imageOf({ id: 'v1', ...fields, prices: priced }, product);
        const values = readBack(product, image, lookups);
        for (const mode of ['update', 'merge'] as const) {
          expect(product.changesFor({ values, image, mode, lookups }).steps).toEqual([]);
        }
      }),
    );
  });

  it('is held by whether it is archived', () => {
    const archived = held({ isArchived: true });
    expect(product.isExported(archived, {})).toBe(true);
    expect(product.isExported(archived, { isArchived: false })).toBe(false);
    expect(product.isExported(held(), { isArchived: false })).toBe(true);
  });
});

describe('what else a product says of itself', () => {
  it('its template has the columns of the contract, then those that a price list needs', () => {
    expect(product.template[0].join(',')).toBe(
      'name,description,accountNo,unitPrice,salesTaxRuleset,isArchived,productNo,currency,unit',
    );
  });

  it('lines of invoices use it', () => {
    const [use] = product.uses;
    const lines = [{ productId: 'v1' }, { productId: 7 }, null, { productId: 'v2' }];
    expect(use?.referencedIds({ id: 'i', lines })).toEqual(['v1', 'v2']);
    expect(use?.referencedIds({ id: 'i' })).toEqual([]);
  });

  it('its label is its name, number or id', () => {
    expect(product.labelOf({ name: 'Kørsel', productNo: 'V' })).toBe('Kørsel');
    expect(product.labelOf({ productNo: 'V', id: 'v1' })).toBe('V');
    expect(product.labelOf({ id: 'v1' })).toBe('v1');
  });
});
