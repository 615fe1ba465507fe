/** The values in the rows of an invoice: products, prices, currency and VAT mode. */
import type { MatchKey } from '../../model/snapshot.js';
import type { Json, RecordImage } from '../../model/record.js';
import { cellOf, wireAmount } from '../definition/fields.js';
import { childrenOf, sameValue } from '../definition/record-image.js';
import type { Lookups, RowValues } from '../definition/resource.js';

export function productKeys(text: string): MatchKey[] {
  return text === '' ? [] : [{ key: 'productNo', value: text }];
}

/** The products that the line names: one, none or several. */
export function productsOf(
  line: RowValues,
  { references }: Pick<Lookups, 'references'>,
): readonly RecordImage[] {
  const text = line['productNo'];
  if (typeof text !== 'string') return [];
  const found = productKeys(text).map((key) => references.find('products', key));
  return found.find((images) => images.length > 0) ?? [];
}

export function currencyOf(values: RowValues, { organization }: Lookups): string {
  return cellOf(values['currency']) || organization.baseCurrencyId;
}

/** The line's own price, else the product's price in the invoice's currency; null: there is none. */
export function priceOf(line: RowValues, currencyId: string, lookups: Lookups): Json {
  const own = line['unitPrice'];
  if (typeof own === 'string') return wireAmount(own);
  const [image] = productsOf(line, lookups);
  if (image === undefined) return null;
  const prices = childrenOf(image, 'prices').map(({ fields }) => fields);
  const price = prices.find((each) => sameValue(each['currencyId'], currencyId));
  return price?.['unitPrice'] ?? null;
}

export function taxModeOf(values: RowValues, { organization }: Lookups): string {
  return cellOf(values['taxMode']) || (organization.defaultTaxMode ?? 'excl');
}
