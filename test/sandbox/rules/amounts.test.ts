// Rounding, VAT and due dates.
import { describe, expect, it } from 'vitest';
import {
  addDays,
  endOfMonth,
  EU_COUNTRIES,
  invoiceAmounts,
  lineAmounts,
  roundCents,
  taxRateFor,
} from '../../../src/sandbox/rules/amounts.js';
import { createBilly } from '../../../src/sandbox/account/made-up-account.js';
import type { Session } from '../../../src/sandbox/world/model.js';
import type { StoredRecord } from '../../../src/sandbox/world/table.js';
import { sandboxOptions } from '../support/driver.js';

const LINE = { quantity: 1, unitPrice: 100, discountMode: null, discountValue: 0, rate: 0.25 };

describe('roundCents', () => {
  it('rounds what the digits say, halves away from zero', () => {
    expect([1.005, 2.675, 1.255, -1.005, 0.1 + 0.2, 1e-9, 5].map(roundCents)).toEqual([
      1.01, 2.68, 1.26, -1.01, 0.3, 0, 5,
    ]);
  });
});

describe('lineAmounts', () => {
  it('multiplies, then takes the discount off', () => {
    expect(lineAmounts({ ...LINE, quantity: 3, unitPrice: 33.335 }, 'excl', false).amount).toBe(
      100.01,
    );
    const percent = { ...LINE, discountMode: 'percent', discountValue: 25 };
    expect(lineAmounts(percent, 'excl', false)).toEqual({ amount: 75, tax: 18.75 });
    const cash = { ...LINE, discountMode: 'cash', discountValue: 10 };
    expect(lineAmounts(cash, 'excl', false)).toEqual({ amount: 90, tax: 22.5 });
  });

  it('takes VAT out of a price that includes it', () => {
    const line = { ...LINE, unitPrice: 125 };
    expect(lineAmounts(line, 'incl', false)).toEqual({ amount: 100, tax: 25 });
    expect(lineAmounts(line, 'incl', true)).toEqual({ amount: 125, tax: 25 });
    expect(lineAmounts(line, 'excl', true)).toEqual({ amount: 125, tax: 31.25 });
  });
});

describe('invoiceAmounts', () => {
  it('sums VAT unrounded and rounds once', () => {
    const lines = Array.from({ length: 3 }, () => ({ ...LINE, unitPrice: 0.02 }));
    expect(invoiceAmounts(lines, 'excl')).toEqual({ amount: 0.06, tax: 0.02 });
    expect(lineAmounts({ ...LINE, unitPrice: 0.02 }, 'excl', false).tax).toBe(0.01);
  });

  it('leaves net and VAT of inclusive prices adding up to their total', () => {
    const lines = [
      { ...LINE, unitPrice: 99.99 },
      { ...LINE, unitPrice: 0.01 },
    ];
    const { amount, tax } = invoiceAmounts(lines, 'incl');
    expect(roundCents(amount + tax)).toBe(100);
    expect(tax).toBe(20);
  });
});

describe('taxRateFor', () => {
  function rateFor(abbreviation: string, contact: Record<string, unknown>): unknown {
    const { billy } = createBilly(sandboxOptions());
    const session: Session = { ...billy, language: null };
    const ruleset = [...billy.world.table('salesTaxRulesets').values()].find(
      ({ fields, organizationId }) =>
        fields['abbreviation'] === abbreviation && organizationId === billy.organizationId,
    );
    const record = (fields: Record<string, unknown>): StoredRecord => ({
      id: 'x',
      organizationId: billy.organizationId,
      sequence: 0,
      fields,
    });
    const product = record({ salesTaxRulesetId: ruleset?.id });
    return taxRateFor(product, record(contact), session)?.fields['rate'];
  }
  const danish = { countryId: 'DK', type: 'company' };

  it('is 25 % at home and nothing for companies abroad', () => {
    expect(rateFor('moms', danish)).toBe(0.25);
    expect(rateFor('moms', { countryId: 'SE', type: 'company' })).toBe(0);
    expect(rateFor('moms', { countryId: 'SE', type: 'person' })).toBe(0.25);
    expect(rateFor('moms', { countryId: 'US', type: 'person' })).toBe(0);
  });

  it('is nothing for what is free of VAT, and 25 % for what only looks so', () => {
    expect(rateFor('fri', danish)).toBe(0);
    expect(rateFor('eksport', danish)).toBe(0.25);
    expect(rateFor('eksport', { countryId: 'NO', type: 'company' })).toBe(0);
  });

  it('is none without a ruleset or a contact', () => {
    const { billy } = createBilly(sandboxOptions());
    expect(taxRateFor(undefined, undefined, { ...billy, language: null })).toBeNull();
  });

  it('counts the members of the EU', () => {
    expect(EU_COUNTRIES.size).toBe(26);
    expect(EU_COUNTRIES.has('NO') || EU_COUNTRIES.has('DK')).toBe(false);
  });
});

describe('addDays', () => {
  it('knows months and leap years', () => {
    expect(addDays('2024-02-25', 8)).toBe('2024-03-04');
    expect(addDays('2024-12-31', 1)).toBe('2025-01-01');
  });
});

describe('endOfMonth', () => {
  it('knows the lengths of months, leap years among them', () => {
    expect(['2023-12-23', '2024-02-01', '2023-02-28'].map(endOfMonth)).toEqual([
      '2023-12-31',
      '2024-02-29',
      '2023-02-28',
    ]);
  });
});
