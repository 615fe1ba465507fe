/** The values in the rows of an invoice: customer, products, prices, currency and VAT mode. */
import type { MatchKey } from '../../model/snapshot.js';
import type { Json, RecordImage } from '../../model/record.js';
import { cellOf, wireAmount } from '../definition/fields.js';
import { childrenOf, sameValue } from '../definition/record-image.js';
import { normalizeEan, normalizeVatNo } from '../definition/registered-numbers.js';
import type { Lookups, RowValues } from '../definition/resource.js';

/** The keys by which a row may name a customer, the strongest first. */
export function customerKeys(text: string): MatchKey[] {
  const keys = [
    { key: 'contactNo', value: text },
    { key: 'ean', value: normalizeEan(text) },
    { key: 'vatNo', value: normalizeVatNo(text) },
    { key: 'email', value: text.toLowerCase() },
  ];
  return keys.filter(({ value }) => value !== '');
}

export function productKeys(text: string): MatchKey[] {
  return [{ key: 'productNo', value: text }];
}

export interface Wanted {
  readonly column: 'customer' | 'productNo';
  readonly collection: 'contacts' | 'products';
  readonly plural: string;
  /** The keys that find such a record. */
  readonly foundBy: string;
  readonly keysOf: (text: string) => MatchKey[];
}

export const CUSTOMER: Wanted = {
  column: 'customer',
  collection: 'contacts',
  plural: 'customers',
  foundBy: 'contactNo, ean, vatNo or email',
  keysOf: customerKeys,
};
export const PRODUCT: Wanted = {
  column: 'productNo',
  collection: 'products',
  plural: 'products',
  foundBy: 'productNo',
  keysOf: productKeys,
};

/** The records of the first key that finds any. */
export function referred(
  values: RowValues,
  what: Wanted,
  { references }: Lookups,
): readonly RecordImage[] {
  const text = values[what.column];
  if (typeof text !== 'string') return [];
  const found = what.keysOf(text).map((key) => references.find(what.collection, key));
  return found.find((images) => images.length > 0) ?? [];
}

export function currencyOf(values: RowValues, { organization }: Lookups): string {
  return cellOf(values['currency']) || organization.baseCurrencyId;
}

/** The line's own price, else the product's price in the invoice's currency; null: there is none. */
export function priceOf(line: RowValues, currencyId: string, lookups: Lookups): Json {
  const own = line['unitPrice'];
  if (typeof own === 'string') return wireAmount(own);
  const [image] = referred(line, PRODUCT, lookups);
  if (image === undefined) return null;
  const prices = childrenOf(image, 'prices').map(({ fields }) => fields);
  const price = prices.find((each) => sameValue(each['currencyId'], currencyId));
  return price?.['unitPrice'] ?? null;
}

export function taxModeOf(values: RowValues, { organization }: Lookups): string {
  return cellOf(values['taxMode']) || (organization.defaultTaxMode ?? 'excl');
}
