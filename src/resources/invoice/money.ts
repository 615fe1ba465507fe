/** The sums of an invoice in exact decimals, as Billy computes them (billy-api.md section 6.6). */
import {
  addDecimals,
  CENT,
  decimalOf,
  divideDecimals,
  inCents,
  multiplyDecimals,
  roundDecimal,
  subtractDecimals,
} from '../../core/decimal.js';
import type { Money } from '../../model/money.js';
import type { RecordImage } from '../../model/record.js';
import { cellOf } from '../definition/fields.js';
import type { Lookups, ParsedRow, RowValues } from '../definition/resource.js';
import { isToBeApproved } from './approval.js';
import { customerOf } from './invoice-customer.js';
import { currencyOf, priceOf, productsOf, taxModeOf } from './invoice-values.js';

/** The amount of a line as it stands in the file, rounded to cents; null: its price is not known. */
export function lineAmount(line: RowValues, currencyId: string, lookups: Lookups): string | null {
  const price = decimalOf(priceOf(line, currencyId, lookups));
  const quantity = decimalOf(line['quantity'] ?? '1');
  if (price === null || quantity === null) return null;
  return roundDecimal(multiplyDecimals(quantity, price), CENT, 'nearest');
}

/** The VAT rate of the line's product for the customer; null: it is not known. */
export function vatRateOf(
  line: RowValues,
  customer: RecordImage | null,
  { organization, vatRates, ...lookups }: Lookups,
): string | null {
  if (!organization.hasVat) return '0';
  const [product] = productsOf(line, lookups);
  const ruleset = cellOf(product?.fields['salesTaxRulesetId']);
  return vatRates?.rateOf(ruleset, customer) ?? null;
}

/** The total of the lines as they stand in the file; null: a price is not known. */
export function linesTotal({ values, lines }: ParsedRow, lookups: Lookups): string | null {
  const currencyId = currencyOf(values, lookups);
  let total = '0';
  for (const line of lines) {
    const amount = lineAmount(line, currencyId, lookups);
    if (amount === null) return null;
    total = addDecimals(total, amount);
  }
  return total;
}

/** The lines' VAT, rounded once for the invoice; null: a rate is not known. */
function vatOf({ values, lines }: ParsedRow, lookups: Lookups): string | null {
  const currencyId = currencyOf(values, lookups);
  const customer = customerOf(lines, lookups);
  const byRate = new Map<string, string>();
  for (const line of lines) {
    const amount = lineAmount(line, currencyId, lookups);
    const rate = vatRateOf(line, customer, lookups);
    if (amount === null || rate === null) return null;
    byRate.set(rate, addDecimals(byRate.get(rate) ?? '0', amount));
  }
  const isGross = taxModeOf(values, lookups) === 'incl';
  let vat = '0';
  for (const [rate, amount] of byRate) {
    const part = multiplyDecimals(amount, rate);
    vat = addDecimals(vat, isGross ? divideDecimals(part, addDecimals('1', rate), CENT) : part);
  }
  return roundDecimal(vat, CENT, 'nearest');
}

/** The sums of an invoice that is to be created; null: a price is not known. */
export function moneyOf(parsed: ParsedRow, lookups: Lookups): Money | null {
  const { values } = parsed;
  const total = linesTotal(parsed, lookups);
  if (total === null) return null;
  const vat = vatOf(parsed, lookups);
  const isGross = taxModeOf(values, lookups) === 'incl';
  const other =
    vat === null ? null : isGross ? subtractDecimals(total, vat) : addDecimals(total, vat);
  const [net, gross] = isGross ? [other, total] : [total, other];
  return {
    currency: currencyOf(values, lookups),
    net: net === null ? null : inCents(net),
    gross: gross === null ? null : inCents(gross),
    isFinal: isToBeApproved(values, lookups),
  };
}
