/** Registers every resource that the sandbox serves, by its collection name. */
import type { ResourceRule } from '../world/model.js';
import { billLines, bills } from './bills.js';
import { contactPersons, contacts } from './contacts.js';
import { cities, countries, currencies, locales, states, zipcodes } from './geography.js';
import { invoiceLines, invoices } from './invoices.js';
import {
  accountGroups,
  accounts,
  organizations,
  salesTaxRules,
  salesTaxRulesets,
  taxRates,
} from './ledger.js';
import { productPrices, products } from './products.js';
import { salesTaxReturns } from './sales-tax-returns.js';

const RULES: readonly ResourceRule[] = [
  organizations,
  contacts,
  contactPersons,
  products,
  productPrices,
  invoices,
  invoiceLines,
  bills,
  billLines,
  accounts,
  accountGroups,
  taxRates,
  salesTaxRulesets,
  salesTaxRules,
  salesTaxReturns,
  countries,
  currencies,
  locales,
  cities,
  zipcodes,
  states,
];

const BY_PLURAL: ReadonlyMap<string, ResourceRule> = new Map(
  RULES.map((rule) => [rule.plural, rule]),
);

const BY_SINGULAR: ReadonlyMap<string, ResourceRule> = new Map(
  RULES.map((rule) => [rule.singular, rule]),
);

export function findRule(plural: string): ResourceRule | undefined {
  return BY_PLURAL.get(plural);
}

export function findRuleBySingular(singular: string): ResourceRule | undefined {
  return BY_SINGULAR.get(singular);
}

/** @throws RangeError for a collection that no rule declares: a bug. */
export function ruleOf(plural: string): ResourceRule {
  const rule = BY_PLURAL.get(plural);
  if (rule === undefined) throw new RangeError(`no rule for ${plural}`);
  return rule;
}

/** The collections of a world with their indexed fields. */
export function declaredCollections(): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(RULES.map((rule) => [rule.plural, rule.indexes ?? []]));
}
