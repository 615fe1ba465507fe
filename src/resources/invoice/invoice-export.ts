/**
 * Invoices as rows of a file, one for each line, in the columns of the invoice import. The file has no `id`:
 * it may be imported into another account, which does not have the ids. A draft without a number is named by
 * its id in `invoiceRef`, so that the account that has it recognizes it.
 */
import type { Collection } from '../../billy/types.js';
import { decimalOf } from '../../core/decimal.js';
import type { ChildImage, RecordImage, Scalar } from '../../model/record.js';
import type { MatchKey } from '../../model/snapshot.js';
import { customer } from '../contact/customer.js';
import { cellOf } from '../definition/fields.js';
import { childrenOf, sameValue } from '../definition/record-image.js';
import type { ExportFilters, ExportRules, ReferredRecords } from '../definition/resource.js';
import { product } from '../product/product.js';

export const INVOICE_EXPORT_COLUMNS = [
  'invoiceRef',
  'invoiceNo',
  'customer',
  'entryDate',
  'paymentTermsDays',
  'taxMode',
  'currency',
  'productNo',
  'description',
  'quantity',
  'unitPrice',
  'approve',
];

const LINES = 'lines';

/** The keys by which a row names a record, by the text in its cell; the first that finds any decides. */
export interface RowKeys {
  readonly customer: (text: string) => readonly MatchKey[];
  readonly product: (text: string) => readonly MatchKey[];
}

type Kind = keyof RowKeys;

const COLLECTIONS = { customer: 'contacts', product: 'products' } as const;

/** The match keys by which a row may name a record, the preferred first. */
const NAMING = {
  customer: { resource: customer, names: customer.matchOrder },
  product: { resource: product, names: ['productNo'] },
} as const;

/** The texts that could name the record, the preferred first. */
function textsOf(kind: Kind, image: RecordImage): string[] {
  const { resource, names } = NAMING[kind];
  const keys = resource.keysOfImage(image);
  return names.flatMap((name) => keys.filter(({ key }) => key === name)).map(({ value }) => value);
}

/** The text by which a row names this record and no other; null: there is none. */
function nameOf(
  kind: Kind,
  id: Scalar | undefined,
  context: { readonly keys: RowKeys; readonly referred: ReferredRecords },
): string | null {
  const { keys, referred } = context;
  const collection = COLLECTIONS[kind];
  const image = referred.byId(collection, cellOf(id));
  if (image === null) return null;
  const isSure = (text: string): boolean => {
    const found = keys[kind](text).map((key) => referred.find(collection, key));
    const [first, second] = found.find((images) => images.length > 0) ?? [];
    return first?.id === image.id && second === undefined;
  };
  return textsOf(kind, image).find(isSure) ?? null;
}

function linesOf(image: RecordImage): readonly ChildImage[] {
  return childrenOf(image, LINES);
}

function hasDiscount({ fields }: ChildImage): boolean {
  const value = decimalOf(fields['discountValue']);
  return value !== null && value !== '0';
}

/** Days count from the invoice date only under these terms; a row cannot show others. */
function hasShownTerms({ fields }: RecordImage): boolean {
  return ['', 'net'].includes(cellOf(fields['paymentTermsMode']));
}

function headOf(image: RecordImage, context: Parameters<typeof nameOf>[2]): Record<string, string> {
  const { fields, id } = image;
  const invoiceNo = cellOf(fields['invoiceNo']);
  return {
    invoiceRef: invoiceNo === '' ? id : invoiceNo,
    invoiceNo,
    customer: nameOf('customer', fields['contactId'], context) ?? '',
    entryDate: cellOf(fields['entryDate']),
    paymentTermsDays: hasShownTerms(image) ? cellOf(fields['paymentTermsDays']) : '',
    taxMode: cellOf(fields['taxMode']),
    currency: cellOf(fields['currencyId']),
    // An import of the file makes drafts: whether they are approved there is decided there.
    approve: 'false',
  };
}

function lineOf({ fields }: ChildImage, context: Parameters<typeof nameOf>[2]) {
  return {
    productNo: nameOf('product', fields['productId'], context) ?? '',
    description: cellOf(fields['description']),
    quantity: decimalOf(fields['quantity']) ?? '',
    unitPrice: decimalOf(fields['unitPrice']) ?? '',
  };
}

function lossesOf(image: RecordImage, context: Parameters<typeof nameOf>[2]): string[] {
  const { fields } = image;
  const lines = linesOf(image);
  const isNamed = (line: ChildImage): boolean =>
    nameOf('product', line.fields['productId'], context) !== null;
  const checks: readonly (readonly [boolean, string])[] = [
    [
      lines.some(hasDiscount),
      'have a discount that the file does not show: their amounts in the file are without it',
    ],
    [
      nameOf('customer', fields['contactId'], context) === null,
      'have a customer that no number or e-mail names; the cell is blank, and an import refuses the invoice',
    ],
    [
      !lines.every(isNamed),
      'have a product that no number names; the cell is blank, and an import refuses the invoice',
    ],
    [
      !hasShownTerms(image),
      'have payment terms that a number of days cannot show; the cell is blank',
    ],
    [
      cellOf(fields['contactMessage']) !== '' || cellOf(fields['orderNo']) !== '',
      'have a message or an order number that the file does not show',
    ],
  ];
  return checks.filter(([isLost]) => isLost).map(([, text]) => text);
}

/** True for a credit note: it reduces what the customer owes, and no row of an invoice file can say so. */
function isCreditNote({ fields }: RecordImage): boolean {
  return sameValue(fields['type'], 'creditNote');
}

export function isExportedInvoice({ fields }: RecordImage, filters: ExportFilters): boolean {
  const { state, from, to, contactId } = filters;
  const entryDate = cellOf(fields['entryDate']);
  if (state !== undefined && !sameValue(fields['state'], state)) return false;
  if (from !== undefined && entryDate < from) return false;
  if (to !== undefined && entryDate > to) return false;
  return contactId === undefined || cellOf(fields['contactId']) === contactId;
}

/** The rules of the export, by the keys with which an import reads the rows. */
export function invoiceExportRules(keys: RowKeys): ExportRules {
  const kindOf = (collection: Collection): Kind =>
    collection === 'contacts' ? 'customer' : 'product';
  return {
    referredIds: (image) => [
      [COLLECTIONS.customer, cellOf(image.fields['contactId'])],
      ...linesOf(image).map(
        ({ fields }) => [COLLECTIONS.product, cellOf(fields['productId'])] as const,
      ),
    ],
    namingKeys: (collection, image) =>
      textsOf(kindOf(collection), image).flatMap((text) => keys[kindOf(collection)](text)),
    leftOut: (image) =>
      isCreditNote(image)
        ? 'are credit notes, which an invoice file cannot hold; they were left out'
        : null,
    rows(image, referred) {
      const context = { keys, referred };
      const head = headOf(image, context);
      return linesOf(image).map((line) => ({ ...head, ...lineOf(line, context) }));
    },
    losses: (image, referred) => lossesOf(image, { keys, referred }),
    customerKeys: keys.customer,
  };
}
