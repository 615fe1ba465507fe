/** What rows refer to by number or label, resolved against the account once per plan. */
import type { BillyClient, Organization, WireRecord } from '../billy/types.js';
import { decimalOf } from '../core/decimal.js';
import type { LoadRequest, Lookups, References } from './resource.js';

/** Rows that refer to no other records. */
export const NO_REFERENCES: References = { find: () => [] };

/** For resources whose rows refer to nothing but the organization. */
export async function loadOrganization(
  billy: BillyClient,
  { read }: LoadRequest,
): Promise<Lookups> {
  const organization = await billy.organization(read);
  return { organization, accounts: new Map(), rulesets: new Map(), references: NO_REFERENCES };
}

async function listed(records: AsyncIterable<readonly WireRecord[]>): Promise<WireRecord[]> {
  const all: WireRecord[] = [];
  for await (const batch of records) all.push(...batch);
  return all;
}

function group(entries: readonly (readonly [string, string])[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [key, id] of entries) groups.set(key, [...(groups.get(key) ?? []), id]);
  return groups;
}

/** `accountNo` is no server filter: all accounts are read, revenue ones that are in use count. */
function revenueAccounts(accounts: readonly WireRecord[]): Map<string, string[]> {
  const usable = accounts.filter(
    (account) => account['natureId'] === 'revenue' && account['isArchived'] !== true,
  );
  return group(usable.map((account) => [String(account['accountNo']), account.id] as const));
}

interface Rule {
  countryId: unknown;
  countryGroupId: unknown;
  stateId: unknown;
  contactType: unknown;
  taxRateId: unknown;
  priority: unknown;
}

function isFor(value: unknown, wanted: string): boolean {
  return value === null || value === undefined || value === '' || value === wanted;
}

/** The lowest priority that matches a domestic company wins, else the fallback (section 6.8). */
function domesticRateId(ruleset: WireRecord, countryId: string): unknown {
  const rules = (Array.isArray(ruleset['rules']) ? ruleset['rules'] : []) as Rule[];
  const matching = rules
    .filter((rule) => isFor(rule.countryId, countryId) && isFor(rule.contactType, 'company'))
    .filter((rule) => isFor(rule.stateId, '') && isFor(rule.countryGroupId, ''))
    .sort((left, right) => Number(left.priority ?? 0) - Number(right.priority ?? 0));
  return matching[0]?.taxRateId ?? ruleset['fallbackTaxRateId'];
}

/** Every rate the ruleset can lead to: a VAT-free one has no other than 0. */
function allRateIds(ruleset: WireRecord): unknown[] {
  const rules = (Array.isArray(ruleset['rules']) ? ruleset['rules'] : []) as Rule[];
  return [...rules.map((rule) => rule.taxRateId), ruleset['fallbackTaxRateId']];
}

/**
 * `vat25` and `vat0` by rate for a domestic customer, never by name. The organization's default wins
 * among equals; a ruleset that is 0 everywhere goes before one that is 0 only here.
 */
function rulesetsByLabel(
  rulesets: readonly WireRecord[],
  rates: ReadonlyMap<string, string>,
  organization: Organization,
): Map<string, string[]> {
  const rateOf = (id: unknown): string | undefined => rates.get(String(id));
  const withDomesticRate = (rate: string): string[] =>
    rulesets
      .filter((ruleset) => rateOf(domesticRateId(ruleset, organization.countryId)) === rate)
      .map((ruleset) => ruleset.id);
  const preferred = (ids: readonly string[]): string[] => {
    const standard = organization.defaultSalesTaxRulesetId;
    return standard !== null && ids.includes(standard) ? [standard] : [...ids];
  };
  const free = rulesets
    .filter((ruleset) => allRateIds(ruleset).every((id) => rateOf(id) === '0'))
    .map((ruleset) => ruleset.id);
  return new Map([
    ['vat25', preferred(withDomesticRate('0.25'))],
    ['vat0', free.length > 0 ? preferred(free) : preferred(withDomesticRate('0'))],
  ]);
}

/** Accounts by number and rulesets by label; several ids under one key mean that it is ambiguous. */
export async function loadSalesLookups(
  billy: BillyClient,
  { read }: LoadRequest,
): Promise<Lookups> {
  const organization = await billy.organization(read);
  const accounts = await listed(billy.listAll('accounts', read));
  const rulesets = await listed(
    billy.listAll('salesTaxRulesets', { ...read, include: 'salesTaxRuleset.rules:embed' }),
  );
  const taxRates = await listed(billy.listAll('taxRates', read));
  const rates = new Map(taxRates.map((rate) => [rate.id, decimalOf(rate['rate']) ?? ''] as const));
  return {
    organization,
    accounts: revenueAccounts(accounts),
    rulesets: rulesetsByLabel(rulesets, rates, organization),
    references: NO_REFERENCES,
  };
}
