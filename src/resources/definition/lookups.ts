/** What rows refer to by number or label, resolved against the account once per plan. */
import type { BillyClient, Organization, WireRecord } from '../../billy/types.js';
import { decimalOf } from '../../core/decimal.js';
import { settledPeriods } from './closed-periods.js';
import { listed, optionalList } from './whole-list.js';
import type { LoadRequest, Lookups, References } from './resource.js';

/** Rows that refer to no other records. */
export const NO_REFERENCES: References = { find: () => [] };

/** For resources whose rows refer to nothing but the organization. */
export async function loadOrganization(
  billy: BillyClient,
  { read }: LoadRequest,
): Promise<Lookups> {
  const organization = await billy.organization(read);
  return {
    organization,
    accounts: new Map(),
    accountNos: new Map(),
    rulesets: new Map(),
    rulesetLabels: new Map(),
    references: NO_REFERENCES,
  };
}

/** The organization and the countries that Billy has: a row may name one that Billy lacks. */
export async function loadContactLookups(
  billy: BillyClient,
  request: LoadRequest,
): Promise<Lookups> {
  const lookups = await loadOrganization(billy, request);
  if (request.isExport === true) return lookups;
  const countries = (await optionalList(billy, 'countries', request.read)) ?? [];
  // An empty list would refuse every row: such an answer tells nothing.
  if (countries.length === 0) return lookups;
  return { ...lookups, countries: new Set(countries.map(({ id }) => id)) };
}

/** The organization and the periods in which nothing can be approved any more. */
export async function loadInvoiceLookups(
  billy: BillyClient,
  request: LoadRequest,
): Promise<Lookups> {
  const lookups = await loadOrganization(billy, request);
  if (request.isExport === true) return lookups;
  return { ...lookups, settled: await settledPeriods(billy, request.read) };
}

function group(entries: readonly (readonly [string, string])[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [key, id] of entries) groups.set(key, [...(groups.get(key) ?? []), id]);
  return groups;
}

function accountNoOf(account: WireRecord): string {
  const number = account['accountNo'];
  return typeof number === 'number' || typeof number === 'string' ? String(number) : '';
}

/** `accountNo` is no server filter: all accounts are read, revenue ones that are in use count. */
function revenueAccounts(accounts: readonly WireRecord[]): Map<string, string[]> {
  const usable = accounts.filter(
    (account) =>
      account['natureId'] === 'revenue' &&
      account['isArchived'] !== true &&
      accountNoOf(account) !== '',
  );
  return group(usable.map((account) => [accountNoOf(account), account.id] as const));
}

/**
 * Numbers as an export shows them. One that leads nowhere, or to several, still tells the reader
 * something; one that leads to another account would move the product there when it comes back.
 */
function numbersByAccount(
  accounts: readonly WireRecord[],
  usable: ReadonlyMap<string, readonly string[]>,
): Map<string, string> {
  const shown = accounts.filter((account) => {
    const [id, second] = usable.get(accountNoOf(account)) ?? [];
    return (
      accountNoOf(account) !== '' && (id === undefined || second !== undefined || id === account.id)
    );
  });
  return new Map(shown.map((account) => [account.id, accountNoOf(account)]));
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

/** The lowest priority that matches a domestic customer wins, else the fallback (section 6.8). */
function domesticRateId(
  ruleset: WireRecord,
  countryId: string,
  contactType: 'company' | 'person',
): unknown {
  const rules = (Array.isArray(ruleset['rules']) ? ruleset['rules'] : []) as Rule[];
  const matching = rules
    .filter((rule) => isFor(rule.countryId, countryId) && isFor(rule.contactType, contactType))
    .filter((rule) => isFor(rule.stateId, '') && isFor(rule.countryGroupId, ''))
    .sort((left, right) => Number(left.priority ?? 0) - Number(right.priority ?? 0));
  return matching[0]?.taxRateId ?? ruleset['fallbackTaxRateId'];
}

/** Every rate the ruleset can lead to: a VAT-free one has no other than 0. */
function allRateIds(ruleset: WireRecord): unknown[] {
  const rules = (Array.isArray(ruleset['rules']) ? ruleset['rules'] : []) as Rule[];
  return [...rules.map((rule) => rule.taxRateId), ruleset['fallbackTaxRateId']];
}

type Test = (ruleset: WireRecord) => boolean;

/** Each preference in turn, where anything meets it; several that are left are equals. */
function narrowed(candidates: readonly WireRecord[], preferences: readonly Test[]): string[] {
  let left = candidates;
  for (const isPreferred of preferences) {
    const better = left.filter(isPreferred);
    if (better.length > 0) left = better;
  }
  return left.map(({ id }) => id);
}

/**
 * `vat25` and `vat0` by rate for a domestic customer, never by name; what the rate is the same for
 * everybody in goes before what it changes in. `abroad` is what the settings say: an ordinary ruleset
 * already changes its rate by country, so nothing in the account tells which one is meant.
 */
function rulesetsByLabel(
  rulesets: readonly WireRecord[],
  rates: ReadonlyMap<string, string>,
  context: { organization: Organization; abroadRulesetId: string | null },
): Map<string, string[]> {
  const { organization, abroadRulesetId } = context;
  const { countryId, defaultSalesTaxRulesetId } = organization;
  const rateOf = (id: unknown): string | undefined => rates.get(String(id));
  const domesticRate = (ruleset: WireRecord, type: 'company' | 'person'): string | undefined =>
    rateOf(domesticRateId(ruleset, countryId, type));
  const having = (rate: string): WireRecord[] =>
    rulesets.filter((ruleset) => domesticRate(ruleset, 'company') === rate);
  const isNotAbroad: Test = ({ id }) => id !== abroadRulesetId;
  const isDefault: Test = ({ id }) => id === defaultSalesTaxRulesetId;
  const isPredefined: Test = (ruleset) => ruleset['isPredefined'] === true;
  // The company's rate is 25 % in all candidates.
  const isFullForAll: Test = (ruleset) =>
    [domesticRate(ruleset, 'person'), rateOf(ruleset['fallbackTaxRateId'])].every(
      (rate) => rate === '0.25',
    );
  const isFreeForAll: Test = (ruleset) => allRateIds(ruleset).every((id) => rateOf(id) === '0');
  return new Map([
    ['vat25', narrowed(having('0.25'), [isNotAbroad, isDefault, isFullForAll, isPredefined])],
    ['vat0', narrowed(having('0'), [isNotAbroad, isFreeForAll, isDefault, isPredefined])],
    ['abroad', rulesets.filter(({ id }) => id === abroadRulesetId).map(({ id }) => id)],
  ]);
}

/** The first label that means exactly this ruleset. */
function labelsByRuleset(rulesets: ReadonlyMap<string, readonly string[]>): Map<string, string> {
  const labels = new Map<string, string>();
  for (const [label, [id, second]] of rulesets) {
    if (id !== undefined && second === undefined && !labels.has(id)) labels.set(id, label);
  }
  return labels;
}

/** Accounts by number and rulesets by label, and both ways back. */
export async function loadSalesLookups(
  billy: BillyClient,
  { read, abroadRulesetId }: LoadRequest,
): Promise<Lookups> {
  const organization = await billy.organization(read);
  const listedAccounts = await listed(billy.listAll('accounts', read));
  const listedRulesets = await listed(
    billy.listAll('salesTaxRulesets', { ...read, include: 'salesTaxRuleset.rules:embed' }),
  );
  const taxRates = await listed(billy.listAll('taxRates', read));
  const rates = new Map(taxRates.map((rate) => [rate.id, decimalOf(rate['rate']) ?? ''] as const));
  const accounts = revenueAccounts(listedAccounts);
  const rulesets = rulesetsByLabel(listedRulesets, rates, { organization, abroadRulesetId });
  return {
    organization,
    accounts,
    accountNos: numbersByAccount(listedAccounts, accounts),
    rulesets,
    rulesetLabels: labelsByRuleset(rulesets),
    references: NO_REFERENCES,
  };
}
