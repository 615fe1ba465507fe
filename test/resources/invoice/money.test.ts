/** The sums of one invoice, by hand. What Billy computes of them is in test/jobs/invoice-sums. */
import { describe, expect, it } from 'vitest';
import { moneyOf } from '../../../src/resources/invoice/money.js';
import type { Lookups, RowValues } from '../../../src/resources/definition/resource.js';
import { LOOKUPS } from '../../jobs/support/rules.js';

const PRODUCT = { id: 'p1', fields: { salesTaxRulesetId: 'full' }, children: { prices: [] } };
const CUSTOMER = { id: 'c1', fields: { countryId: 'DK' }, children: {} };

function account(rate: string | null, changes: Partial<Lookups> = {}): Lookups {
  const find = (collection: string) => [collection === 'products' ? PRODUCT : CUSTOMER];
  return { ...LOOKUPS, references: { find }, vatRates: { rateOf: () => rate }, ...changes };
}

const LINE = { customer: 'K1', productNo: 'V1', quantity: '3', unitPrice: '33.35' };

function sums(lines: readonly RowValues[], lookups: Lookups, values: RowValues = {}) {
  return moneyOf({ values, lines }, lookups);
}

describe('moneyOf', () => {
  it('adds VAT to net prices, and takes it out of gross ones', () => {
    const known = { currency: 'DKK', isFinal: false };
    const line = [LINE];
    expect(sums(line, account('0.25'))).toEqual({ ...known, net: '100.05', gross: '125.06' });
    const gross = sums(line, account('0.25'), { taxMode: 'incl' });
    expect(gross).toEqual({ ...known, net: '80.04', gross: '100.05' });
  });

  it('knows no VAT without a rate, none of an account without VAT, and no sum without a price', () => {
    expect(sums([LINE], account(null))).toMatchObject({ net: '100.05', gross: null });
    const free = { organization: { ...LOOKUPS.organization, hasVat: false } };
    expect(sums([LINE], account(null, free))).toMatchObject({ net: '100.05', gross: '100.05' });
    const priceless = { customer: 'K1', productNo: 'V1', quantity: '3' };
    expect(sums([LINE, priceless], account('0.25'))).toBeNull();
  });
});
