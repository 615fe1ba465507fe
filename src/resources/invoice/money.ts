/** The sums of an invoice in exact decimals, as Billy computes them (billy-api.md section 6.6). */
import { decimalOf } from '../../core/decimal.js';
import type { Money } from '../../model/money.js';
import {
  dividedToCents,
  minus,
  ONE,
  plus,
  roundedToCents,
  times,
  toExact,
  writtenExact,
  ZERO,
  type Exact,
} from '../../model/exact.js';
import { cellOf } from '../definition/fields.js';
import type { Lookups, ParsedRow, RowValues } from '../definition/resource.js';
import { isToBeApproved } from './approval.js';
import { currencyOf, CUSTOMER, priceOf, PRODUCT, referred, taxModeOf } from './invoice-values.js';

/** The amount of a line as it stands in the file, rounded to cents; null: its price is not known. */
function lineTotal(line: RowValues, currencyId: string, lookups: Lookups): Exact | null {
  const price = decimalOf(priceOf(line, currencyId, lookups));
  const quantity = decimalOf(line['quantity'] ?? '1');
  if (price === null || quantity === null) return null;
  return roundedToCents(times(toExact(quantity), toExact(price)));
}

/** The total of the lines as they stand in the file; null: a price is not known. */
export function linesTotal({ values, lines }: ParsedRow, lookups: Lookups): Exact | null {
  const currencyId = currencyOf(values, lookups);
  let total = ZERO;
  for (const line of lines) {
    const amount = lineTotal(line, currencyId, lookups);
    if (amount === null) return null;
    total = plus(total, amount);
  }
  return total;
}

export function isNegative({ units }: Exact): boolean {
  return units < 0n;
}

/** The lines' VAT, rounded once for the invoice; null: a rate is not known. */
function vatOf({ values, lines }: ParsedRow, lookups: Lookups): Exact | null {
  const currencyId = currencyOf(values, lookups);
  const named = lines.find((line) => line['customer'] !== undefined);
  const [customer] = named === undefined ? [] : referred(named, CUSTOMER, lookups);
  const byRate = new Map<string, Exact>();
  for (const line of lines) {
    const [product] = referred(line, PRODUCT, lookups);
    const amount = lineTotal(line, currencyId, lookups);
    const ruleset = cellOf(product?.fields['salesTaxRulesetId']);
    const rate = lookups.vatRates?.rateOf(ruleset, customer ?? null) ?? null;
    if (amount === null || rate === null) return null;
    byRate.set(rate, plus(byRate.get(rate) ?? ZERO, amount));
  }
  let vat = ZERO;
  for (const [rate, amount] of byRate) {
    const part = times(amount, toExact(rate));
    const isGross = taxModeOf(values, lookups) === 'incl';
    vat = plus(vat, isGross ? dividedToCents(part, plus(ONE, toExact(rate))) : part);
  }
  return roundedToCents(vat);
}

/** The sums of an invoice that is to be created; null: a price is not known. */
export function moneyOf(parsed: ParsedRow, lookups: Lookups): Money | null {
  const { values } = parsed;
  const total = linesTotal(parsed, lookups);
  if (total === null) return null;
  const vat = lookups.organization.hasVat ? vatOf(parsed, lookups) : ZERO;
  const isGross = taxModeOf(values, lookups) === 'incl';
  const other = vat === null ? null : isGross ? minus(total, vat) : plus(total, vat);
  const [net, gross] = isGross ? [other, total] : [total, other];
  return {
    currency: currencyOf(values, lookups),
    net: net === null ? null : writtenExact(net),
    gross: gross === null ? null : writtenExact(gross),
    isFinal: isToBeApproved(values, lookups),
  };
}
