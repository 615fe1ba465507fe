// The declarations against each other.
import { describe, expect, it } from 'vitest';
import type { FieldRule } from '../../../src/sandbox/world/model.js';
import {
  declaredCollections,
  findRule,
  findRuleBySingular,
  ruleOf,
} from '../../../src/sandbox/rules/registry.js';

const RULES = Object.keys(declaredCollections()).map(ruleOf);

describe('every resource', () => {
  it('is found by plural and singular', () => {
    for (const rule of RULES) {
      expect(findRule(rule.plural)).toBe(rule);
      expect(findRuleBySingular(rule.singular)).toBe(rule);
    }
    expect(() => ruleOf('nowhere')).toThrow(RangeError);
  });

  it('refers only to collections that exist', () => {
    for (const rule of RULES) {
      for (const field of Object.values(rule.fields)) {
        if (field.target !== undefined) expect(findRule(field.target)).toBeDefined();
      }
      for (const child of Object.values(rule.children ?? {})) {
        const { fields, indexes } = ruleOf(child.collection);
        expect(fields[child.parentKey]?.target).toBe(rule.plural);
        expect(indexes).toContain(child.parentKey);
      }
    }
  });

  it('filters and searches fields that it has', () => {
    for (const rule of RULES) {
      const used = [
        ...Object.values(rule.filters ?? {}).map(({ field }) => field),
        ...(rule.search ?? []),
        ...(rule.indexes ?? []),
        ...(rule.sorts ?? []).filter((property) => !property.includes('.')),
      ];
      for (const field of used) expect(Object.keys(rule.fields)).toContain(field);
    }
  });

  it('returns a field that nobody documents', () => {
    for (const rule of RULES) expect(rule.fields['sandboxExtra']?.access).toBe('undocumented');
  });
});

type Row = readonly [required: string, immutable: string, readonly: string];

/** Sections 6.1 to 6.11 of billy-api.md, in alphabetical order; what the page calls R with a default included. */
const PAGE: Record<string, Row> = {
  contacts: ['countryId name type', '', 'accessCode createdTime'],
  contactPersons: ['contactId', 'contactId', ''],
  products: ['name', '', 'createdTime'],
  productPrices: ['currencyId productId unitPrice', 'productId', ''],
  invoices: [
    'contactId entryDate sentState state taxMode type',
    'contactId creditedInvoiceId currencyId entryDate exchangeRate invoiceNo taxMode type',
    'amount approvedTime attachmentIds balance createdTime downloadUrl dueDate grossAmount isPaid lineDescription tax',
  ],
  invoiceLines: ['invoiceId productId unitPrice', 'invoiceId', 'amount tax taxRateId'],
  bills: [
    'contactId entryDate state taxMode type',
    'contactId creditedBillId currencyId type',
    'amount approvedTime balance createdTime grossAmount isBare isPaid lineDescription source tax',
  ],
  billLines: ['accountId amount billId', 'billId', 'tax'],
  accounts: [
    'groupId name natureId',
    'currencyId isBankAccount natureId',
    'bankAccountNo bankName systemRole',
  ],
  organizations: [
    'baseCurrencyId countryId defaultTaxMode localeId name',
    'baseCurrencyId countryId',
    'createdTime isLocked isTerminated isTrial lockedCode lockedReason ownerUserId region subscriptionPlan url',
  ],
};

describe('every writable resource', () => {
  it('requires and fixes the fields that the page names', () => {
    const writable = RULES.filter((rule) => PAGE[rule.plural] !== undefined);
    expect(writable).toHaveLength(Object.keys(PAGE).length);
    for (const { plural, fields } of writable) {
      const named = (test: (field: FieldRule) => boolean) =>
        Object.keys(fields)
          .filter((name) => fields[name] !== undefined && test(fields[name]))
          .sort()
          .join(' ');
      expect([
        plural,
        named(({ isRequired }) => isRequired === true),
        named(({ access }) => access === 'immutable'),
        named(({ access }) => access === 'readonly'),
      ]).toEqual([plural, ...(PAGE[plural] ?? [])]);
    }
  });
});
