// The example invoice of an account.
import { describe, expect, it } from 'vitest';
import {
  INVOICE_TEMPLATE,
  INVOICE_TEMPLATE_MAKER,
} from '../../../src/resources/invoice/invoice-template.js';
import type { RecordImage } from '../../../src/model/record.js';

function contact(id: string, fields: RecordImage['fields']): RecordImage {
  return { id, fields: { isCustomer: true, ...fields }, children: { contactPersons: [] } };
}

function article(productNo: string, currencyId: string): RecordImage {
  const prices = [{ id: `${productNo}-price`, fields: { unitPrice: 7.5, currencyId } }];
  return { id: productNo, fields: { name: productNo, productNo }, children: { prices } };
}

describe('the example invoice', () => {
  it('names a customer and lines of one currency', () => {
    const rows = INVOICE_TEMPLATE_MAKER.rows(
      new Map([
        [
          'contacts',
          [contact('s', { isCustomer: false, contactNo: '1' }), contact('c', { contactNo: '2' })],
        ],
        ['products', [article('A', 'EUR'), article('B', 'DKK'), article('C', 'EUR')]],
      ]),
    );
    expect(rows?.slice(1).map((row) => [row[1], row[5], row[6], row[9]])).toEqual([
      ['2', 'EUR', 'A', '7.5'],
      ['2', 'EUR', 'C', '7.5'],
    ]);
    expect(rows?.[0]).toEqual(INVOICE_TEMPLATE[0]);
  });

  it('is none where the account has no customer or product to name', () => {
    const products = [article('A', 'EUR')];
    expect(INVOICE_TEMPLATE_MAKER.rows(new Map([['products', products]]))).toBeNull();
    const contacts = [contact('c', { contactNo: '2' })];
    expect(INVOICE_TEMPLATE_MAKER.rows(new Map([['contacts', contacts]]))).toBeNull();
  });
});
