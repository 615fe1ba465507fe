/**
 * The example invoice of the template, with the account's own customer and products if it has suitable ones.
 */
import { decimalOf } from '../../core/decimal.js';
import type { RecordImage } from '../../model/record.js';
import type { MatchKey } from '../../model/snapshot.js';
import { customer } from '../contact/customer.js';
import { namedRecords } from '../definition/template-examples.js';
import { cellOf } from '../definition/fields.js';
import { childrenOf } from '../definition/record-image.js';
import { product } from '../product/product.js';
import { INVOICE_EXPORT_COLUMNS } from './invoice-export.js';
import type { TemplateMaker, TemplateRows } from '../definition/resource.js';

/** An example has no number yet: Billy gives one when the invoice is approved. */
const HEADERS = INVOICE_EXPORT_COLUMNS.filter((name) => name !== 'invoiceNo');
const REF = 'F-1';
const ENTRY_DATE = '2026-01-31';
/** One line each; one quantity has decimals. */
const QUANTITIES = ['7.5', '42'];

/** Names the customer and products of the other templates, so it can be imported after them. */
export const INVOICE_TEMPLATE: TemplateRows = [
  HEADERS,
  lineFor('kontakt@eksempel.example', ['KONSULENT', 'Rådgivning, januar', '7.5', '950.00'], 'DKK'),
  lineFor('kontakt@eksempel.example', ['KOERSEL', 'Kørsel, km', '42', '3.80'], 'DKK'),
];

function lineFor(named: string, cells: readonly string[], currency: string): string[] {
  return [REF, named, ENTRY_DATE, '14', 'excl', currency, ...cells, 'false'];
}

/** The keys by which a row may name a customer. */
function customerKeys(image: RecordImage): readonly MatchKey[] {
  return customer.keysOfImage(image).filter(({ key }) => customer.matchOrder.includes(key));
}

function productKeys(image: RecordImage): readonly MatchKey[] {
  return product.keysOfImage(image).filter(({ key }) => key === 'productNo');
}

/** The line's cells, with the product's price. */
function cellsOfLine({ image, text }: { image: RecordImage; text: string }): {
  cells: string[];
  unitPrice: string;
  currency: string;
} {
  const [price] = childrenOf(image, 'prices').map(({ fields }) => fields);
  const unitPrice = decimalOf(price?.['unitPrice']) ?? '100.00';
  return {
    cells: [text, cellOf(image.fields['name'])],
    unitPrice,
    currency: cellOf(price?.['currencyId']),
  };
}

export const INVOICE_TEMPLATE_MAKER: TemplateMaker = {
  needs: [
    { include: customer.include, shape: customer },
    { include: product.include, shape: product },
  ],
  rows(found) {
    const contacts = found.get('contacts') ?? [];
    const [buyer] = namedRecords(
      contacts.filter(({ fields }) => fields['isCustomer'] === true),
      customerKeys,
    );
    const lines = namedRecords(found.get('products') ?? [], productKeys).map(cellsOfLine);
    const [first] = lines;
    if (buyer === undefined || first === undefined) return null;
    // One invoice has one currency.
    const { currency } = first;
    const alike = lines.filter((line) => line.currency === currency);
    const rows = QUANTITIES.slice(0, alike.length).map((quantity, index) => {
      const { cells = [], unitPrice = '' } = alike[index] ?? {};
      return lineFor(buyer.text, [...cells, quantity, unitPrice], currency);
    });
    return [HEADERS, ...rows];
  },
};
