import { describe, expect, it } from 'vitest';
import { customer } from '../../../src/resources/contact/customer.js';
import {
  differsFromSent,
  imageOf,
  sameImage,
} from '../../../src/resources/definition/record-image.js';
import { invoice } from '../../../src/resources/invoice/invoice.js';
import { product } from '../../../src/resources/product/product.js';
import { bodyOfImage } from '../../../src/resources/definition/recreate.js';
import type { ParsedRow, Lookups, References } from '../../../src/resources/definition/resource.js';
import type { RecordImage } from '../../../src/model/record.js';
import { faultyFields, lookupsWith, valuesOf } from '../support/account.js';

type Cells = Record<string, string | null>;

const ANNA = imageOf(
  {
    id: 'c1',
    name: 'Anna',
    contactNo: 'K1',
    registrationNo: 'DK 13748136',
    contactPersons: [{ id: 'p1', email: 'Anna@KO.example' }],
  },
  customer,
);
const BO = imageOf({ id: 'c2', name: 'Bo', ean: '5790000000005', contactPersons: [] }, customer);
const TWIN = imageOf({ id: 'c3', name: 'To', contactNo: 'K1', contactPersons: [] }, customer);
const KM = imageOf(
  {
    id: 'v1',
    name: 'Kørsel',
    productNo: 'KM',
    description: 'pr. km',
    prices: [
      { id: 'k1', currencyId: 'DKK', unitPrice: 3.8 },
      { id: 'k2', currencyId: 'EUR', unitPrice: '0.51' },
    ],
  },
  product,
);
const FREE = imageOf({ id: 'v2', name: 'Gratis', productNo: 'FRI', prices: [] }, product);

/** References as the engine finds them: by collection, key and value. */
function referencesTo(images: readonly RecordImage[]): References {
  return {
    find: (collection, wanted) => {
      const resource = collection === 'contacts' ? customer : product;
      const isOf = ({ id }: RecordImage): boolean =>
        id.startsWith(collection === 'contacts' ? 'c' : 'v');
      return images.filter(
        (image) =>
          isOf(image) &&
          resource
            .keysOfImage(image)
            .some(({ key, value }) => key === wanted.key && value === wanted.value),
      );
    },
  };
}

function account(images = [ANNA, BO, KM, FREE], more: Partial<Lookups> = {}): Lookups {
  return lookupsWith({ references: referencesTo(images), ...more });
}

const LINE: Cells = {
  invoiceRef: 'F-1',
  customer: 'K1',
  entryDate: '2026-01-31',
  productNo: 'KM',
  quantity: '2',
  unitPrice: '4.00',
};

/** The rows of one invoice, resolved; the first names it. */
function entered(rows: readonly Cells[], lookups = account()): ParsedRow {
  const lines = rows.map((cells) => invoice.resolve(valuesOf(invoice, cells), lookups).values);
  return { values: lines[0] ?? {}, lines };
}

function bodyOf(cells: Cells, lookups = account()) {
  return invoice.createBody(entered([{ ...LINE, ...cells }], lookups), lookups);
}

const firstLine = (body: ReturnType<typeof bodyOf>) => (body['lines'] as object[])[0];

function issuesOf(cells: Cells, lookups = account()) {
  return invoice.resolve(valuesOf(invoice, { ...LINE, ...cells }), lookups).issues;
}

describe('an invoice', () => {
  it('has the shape that Billy takes, whole in one body, as a draft', () => {
    expect(bodyOf({ paymentTermsDays: '14', taxMode: 'incl', description: 'Til Odense' })).toEqual({
      type: 'invoice',
      contactId: 'c1',
      entryDate: '2026-01-31',
      paymentTermsMode: 'net',
      paymentTermsDays: 14,
      taxMode: 'incl',
      currencyId: 'DKK',
      state: 'draft',
      lines: [{ productId: 'v1', description: 'Til Odense', quantity: 2, unitPrice: 4 }],
    });
  });

  it('is approved when its rows say so, and carries a number that they name', () => {
    expect(bodyOf({ approve: 'ja', invoiceNo: '0017' })).toMatchObject({
      state: 'approved',
      invoiceNo: '0017',
    });
    expect(bodyOf({ approve: 'nej' })).toMatchObject({ state: 'draft' });
    expect(bodyOf({})).not.toHaveProperty('invoiceNo');
  });

  it('leaves terms to Billy where none are given', () => {
    const body = bodyOf({});
    expect(body).not.toHaveProperty('paymentTermsMode');
    expect(body).not.toHaveProperty('paymentTermsDays');
  });

  it('has a line a row, in their order', () => {
    const rows = ['1', '2', '3'].map((quantity) => ({ ...LINE, quantity }));
    const lookups = account();
    const { lines } = invoice.createBody(entered(rows, lookups), lookups);
    expect((lines as { quantity: number }[]).map(({ quantity }) => quantity)).toEqual([1, 2, 3]);
  });

  it('never makes a float of what a float cannot hold', () => {
    const long = '12345678901234567.89';
    expect(firstLine(bodyOf({ unitPrice: long }))).toMatchObject({ unitPrice: long });
    expect(firstLine(bodyOf({ quantity: '0.1' }))).toMatchObject({ quantity: 0.1 });
  });
});

describe('what a row leaves out', () => {
  it('price and description are the product’s, the price in the invoice’s currency', () => {
    const blank = { unitPrice: '', description: '', quantity: '' };
    const line = { productId: 'v1', description: 'pr. km', quantity: 1 };
    expect(firstLine(bodyOf(blank))).toEqual({ ...line, unitPrice: 3.8 });
    expect(firstLine(bodyOf({ ...blank, currency: 'eur' }))).toEqual({
      ...line,
      unitPrice: 0.51,
    });
    expect(firstLine(bodyOf({ ...blank, productNo: 'FRI', unitPrice: '0' }))).toEqual({
      productId: 'v2',
      quantity: 1,
      unitPrice: 0,
    });
  });

  it.each([
    ["the organization's", 'incl', '"incl"'],
    ['the assumed', null, '"excl"'],
  ])('taxMode is %s, and that is said', (whose, defaultTaxMode, shown) => {
    const { organization } = lookupsWith();
    const lookups = account(undefined, { organization: { ...organization, defaultTaxMode } });
    expect(bodyOf({}, lookups)['taxMode']).toBe(defaultTaxMode ?? 'excl');
    const [said] = invoice.assumptions(entered([LINE], lookups), lookups);
    expect(said?.code).toBe('TAX_MODE');
    expect(said?.message).toContain(whose);
    expect(said?.message).toContain(shown);
    const given = entered([{ ...LINE, taxMode: 'excl' }], lookups);
    expect(invoice.assumptions(given, lookups)).toEqual([]);
  });
});

describe('checks of an invoice', () => {
  const rowFields = (rows: readonly Cells[]) =>
    invoice.checkRow(entered(rows), null).map(({ field }) => field);
  const createFields = (rows: readonly Cells[]) =>
    invoice.checkCreate(entered(rows), account()).map(({ field }) => field);

  it('need a name, and on every line a product and an amount of it', () => {
    expect(rowFields([LINE])).toEqual([]);
    expect(rowFields([{ ...LINE, invoiceRef: '' }])).toEqual(['invoiceRef']);
    expect(rowFields([{ ...LINE, invoiceRef: '', invoiceNo: '7' }])).toEqual([]);
    expect(rowFields([LINE, { ...LINE, productNo: '' }, { ...LINE, quantity: '0' }])).toEqual([
      'productNo',
      'quantity',
    ]);
  });

  it('say which line after the first is at fault', () => {
    const faulty = { ...LINE, productNo: '', quantity: '0' };
    const places = (rows: readonly Cells[]) =>
      invoice.checkRow(entered(rows), null).map(({ field, line }) => [field, line]);
    expect(places([faulty, LINE])).toEqual([
      ['productNo', undefined],
      ['quantity', undefined],
    ]);
    // A line without a reference is one of the invoice above, and is told of.
    expect(places([LINE, { ...LINE, invoiceRef: '' }, faulty])).toEqual([
      ['productNo', 2],
      ['quantity', 2],
      ['invoiceRef', 1],
    ]);
  });

  it('need a customer, a date and a price to make one', () => {
    expect(createFields([LINE])).toEqual([]);
    expect(createFields([{ ...LINE, customer: '', entryDate: '' }])).toEqual([
      'customer',
      'entryDate',
    ]);
    expect(createFields([LINE, { ...LINE, unitPrice: '', productNo: 'FRI' }])).toEqual([
      'unitPrice',
    ]);
    expect(createFields([{ ...LINE, unitPrice: '', currency: 'SEK' }])).toEqual(['unitPrice']);
  });

  it.each([
    ['entryDate', '31-31-2026'],
    ['paymentTermsDays', 'snart'],
    ['taxMode', 'moms'],
    ['currency', 'kroner'],
    ['quantity', 'mange'],
    ['unitPrice', 'gratis'],
    ['approve', 'måske'],
  ])('refuse %s %j', (field, text) => {
    expect(faultyFields(invoice, { ...LINE, [field]: text })).toEqual([field]);
  });
});

describe('a reference', () => {
  it.each([
    ['K1', 'c1'],
    ['13 74 81 36', 'c1'],
    ['anna@ko.example', 'c1'],
    ['5790000000005', 'c2'],
  ])('of customer %j leads to %s', (text, id) => {
    expect(bodyOf({ customer: text })['contactId']).toBe(id);
  });

  it.each([
    ['customer', 'K9'],
    ['productNo', 'UKENDT'],
    ['customer', 'Anna'],
  ])('%s %j that is unknown is an issue of its cell', (field, text) => {
    const keys = field === 'customer' ? 'contactNo, ean, vatNo or email' : 'productNo';
    const message = `was not found by ${keys}`;
    expect(issuesOf({ [field]: text })).toEqual([{ code: 'REFERENCE_NOT_FOUND', field, message }]);
  });

  it('that fits several is as good as unknown', () => {
    const [issue] = issuesOf({}, account([ANNA, TWIN, KM]));
    expect(issue).toMatchObject({ code: 'REFERENCE_NOT_FOUND', field: 'customer' });
    expect(issue?.message).toBe('matches several customers in this account');
  });

  it('by a stronger key goes before one by a weaker key of the same text', () => {
    const other = imageOf(
      { id: 'c9', name: 'X', contactNo: '13748136', contactPersons: [] },
      customer,
    );
    expect(bodyOf({ customer: '13748136' }, account([ANNA, other, KM]))['contactId']).toBe('c9');
  });

  it('asks for what its row names, and for nothing where that is blank', () => {
    const [contacts, products] = invoice.references;
    expect(contacts?.wantedBy({ customer: ' a@ko.example ' })).toEqual(
      expect.arrayContaining([
        { key: 'contactNo', value: 'a@ko.example' },
        { key: 'email', value: 'a@ko.example' },
      ]),
    );
    expect(contacts?.wantedBy({ customer: '' })).toEqual([]);
    expect(contacts?.wantedBy({})).toEqual([]);
    expect(products?.wantedBy({ productNo: 'KM' })).toEqual([{ key: 'productNo', value: 'KM' }]);
    expect(products?.keysOf(KM)).toEqual([{ key: 'productNo', value: 'KM' }]);
    // A name finds no customer, but a name of another contact contradicts the number beside it.
    expect(contacts?.keysOf(ANNA).map(({ key }) => key)).toContain('name');
    expect(contacts?.wantedBy({ customerName: ' Anna ' })).toEqual([
      { key: 'name', value: 'Anna' },
    ]);
  });
});

describe('an invoice in Billy', () => {
  const made = (more: object = {}) => imageOf({ id: 'i1', ...bodyOf({}), ...more }, invoice);

  it('is the one that the body made, and not another', () => {
    expect(differsFromSent(bodyOf({}), made(), invoice)).toEqual([]);
    expect(differsFromSent(bodyOf({ quantity: '3' }), made(), invoice)).toEqual(['lines']);
    expect(differsFromSent(bodyOf({}), made({ orderNo: '9' }), invoice)).toEqual(['orderNo']);
  });

  it('made anew from its image is equal to it, number, message and lines', () => {
    const image = made({ invoiceNo: '7', contactMessage: 'Tak', orderNo: 'O9' });
    const again = invoice.imageOfBody('i2', bodyOfImage(image, invoice), account());
    expect(sameImage(image, again, invoice)).toBe(true);
  });

  it('may be deleted as a draft alone; what is approved says what takes it back', () => {
    expect(invoice.keepReason(made())).toBeNull();
    expect(invoice.keepReason(made({ state: 'approved' }))).toContain('credit note');
    expect(invoice.keepReason(made({ state: null }))).not.toBeNull();
  });

  it('is found by its number', () => {
    const wanted = [{ key: 'invoiceNo', value: '0017' }];
    expect(invoice.keysOfImage(made({ invoiceNo: '0017' }))).toEqual(
      expect.arrayContaining(wanted),
    );
    expect(invoice.keysOfRow({ invoiceNo: ' 0017 ' })).toEqual(wanted);
    expect(invoice.keysOfRow({})).toEqual([]);
  });

  it('is changed by no row', () => {
    const change = {
      values: { quantity: '9' },
      image: made(),
      mode: 'update',
      lookups: account(),
    } as const;
    expect(invoice.changesFor(change)).toMatchObject({ steps: [], changes: [] });
  });
});

describe('rows that belong together', () => {
  const keyOf = (cells: Cells) => invoice.grouping?.keyOf(cells);

  it('have one reference, else one number; a reference is no number', () => {
    expect(keyOf({ invoiceRef: 'A', invoiceNo: '1' })).toBe(keyOf({ invoiceRef: 'A' }));
    expect(keyOf({ invoiceRef: '', invoiceNo: '1' })).toBe(keyOf({ invoiceNo: '1' }));
    expect(keyOf({ invoiceRef: '1' })).not.toBe(keyOf({ invoiceNo: '1' }));
    expect(keyOf({ invoiceRef: 'a' })).not.toBe(keyOf({ invoiceRef: 'A' }));
    expect(keyOf({ customer: 'K1' })).toBeNull();
  });
});
