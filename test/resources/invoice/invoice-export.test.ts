// Invoices as rows: the name of a customer or product is one that an import reads as just that record.
import { describe, expect, it } from 'vitest';
import type { Collection } from '../../../src/billy/types.js';
import type { RecordImage } from '../../../src/model/record.js';
import type { MatchKey } from '../../../src/model/snapshot.js';
import { customer } from '../../../src/resources/contact/customer.js';
import {
  invoiceExportRules,
  isExportedInvoice,
} from '../../../src/resources/invoice/invoice-export.js';
import type { ReferredRecords } from '../../../src/resources/definition/resource.js';
import { product } from '../../../src/resources/product/product.js';

function contact(id: string, fields: RecordImage['fields'], email = ''): RecordImage {
  const persons = email === '' ? [] : [{ id: `${id}p`, fields: { email, isPrimary: true } }];
  return {
    id,
    fields: { name: id, countryId: 'DK', ...fields },
    children: { contactPersons: persons },
  };
}

/** Finds by number first, as the invoice import does. */
const KEYS = {
  customer: (value: string) =>
    ['contactNo', 'ean', 'vatNo', 'email'].map((key) => ({ key, value })),
  product: (value: string) => [{ key: 'productNo', value }],
};

function referredAmong(contacts: readonly RecordImage[]): ReferredRecords {
  const products: RecordImage[] = [{ id: 'P', fields: { productNo: 'V1' }, children: {} }];
  const all = (collection: Collection) => (collection === 'contacts' ? contacts : products);
  const keysOf = (collection: Collection, image: RecordImage): MatchKey[] =>
    (collection === 'contacts' ? customer : product).keysOfImage(image);
  return {
    byId: (collection, id) => all(collection).find((image) => image.id === id) ?? null,
    find: (collection, wanted) =>
      all(collection).filter((image) =>
        keysOf(collection, image).some(
          ({ key, value }) => key === wanted.key && value === wanted.value,
        ),
      ),
  };
}

const INVOICE: RecordImage = {
  id: 'I1',
  fields: { type: 'invoice', contactId: 'A', entryDate: '2026-01-31', state: 'approved' },
  children: { lines: [{ id: 'L', fields: { productId: 'P', quantity: 1, unitPrice: '0.1' } }] },
};

describe('the customer of a row', () => {
  const rules = invoiceExportRules(KEYS);
  const named = (contacts: readonly RecordImage[]) =>
    rules.rows(INVOICE, referredAmong(contacts))[0]?.['customer'];

  it.each([
    ['by number', [contact('A', { contactNo: '7' }, 'a@b.dk')], '7'],
    ['by e-mail without a number', [contact('A', {}, 'a@b.dk')], 'a@b.dk'],
    [
      'not by a number that two have',
      [contact('A', { contactNo: '7' }, 'a@b.dk'), contact('B', { contactNo: '7' })],
      'a@b.dk',
    ],
    [
      'not by an EAN that is the number of another',
      [
        contact('A', { ean: '5790000435968' }, 'a@b.dk'),
        contact('B', { contactNo: '5790000435968' }),
      ],
      'a@b.dk',
    ],
    ['not at all where nothing is sure', [contact('A', {})], ''],
    ['not at all where the record is gone', [], ''],
  ])('is named %s', (_how, contacts, text) => {
    expect(named(contacts)).toBe(text);
  });
});

describe('the rows of an invoice', () => {
  const rules = invoiceExportRules(KEYS);
  const referred = referredAmong([contact('A', { contactNo: '7' })]);

  it('have exact amounts, no approval, and the id where there is no number', () => {
    expect(rules.rows(INVOICE, referred)).toMatchObject([
      {
        invoiceRef: 'I1',
        invoiceNo: '',
        productNo: 'V1',
        quantity: '1',
        unitPrice: '0.1',
        approve: 'false',
      },
    ]);
    expect(rules.losses(INVOICE, referred)).toEqual([]);
  });

  it('show days only where they count from the invoice date', () => {
    const fields = { ...INVOICE.fields, paymentTermsDays: 30 };
    const terms = (paymentTermsMode: string) => ({
      ...INVOICE,
      fields: { ...fields, paymentTermsMode },
    });
    expect(rules.rows(terms('net'), referred)[0]?.['paymentTermsDays']).toBe('30');
    expect(rules.rows(terms('netEndOfMonth'), referred)[0]?.['paymentTermsDays']).toBe('');
    expect(rules.losses(terms('netEndOfMonth'), referred).join()).toContain('payment terms');
  });

  it('of a credit note are left out', () => {
    const note = { ...INVOICE, fields: { ...INVOICE.fields, type: 'creditNote' } };
    expect(rules.leftOut(note)).toContain('credit notes');
    expect(rules.leftOut(INVOICE)).toBeNull();
  });
});

it.each([
  [{}, true],
  [{ state: 'draft' }, false],
  [{ from: '2026-01-31', to: '2026-01-31' }, true],
  [{ from: '2026-02-01' }, false],
  [{ to: '2026-01-30' }, false],
  [{ contactId: 'B' }, false],
])('filters %j include the invoice: %s', (filters, isIncluded) => {
  expect(isExportedInvoice(INVOICE, filters)).toBe(isIncluded);
});
