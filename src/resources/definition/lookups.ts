/** Loads the records that rows refer to by number or label, once per plan. */
import type { BillyClient, Organization, WireRecord } from '../../billy/types.js';
import { decimalOf } from '../../core/decimal.js';
import { settledPeriods } from './closed-periods.js';
import { listed, optionalList } from './whole-list.js';
import type { LoadRequest, Lookups, References } from './resource.js';

/** Rows that refer to no other records. */
export const NO_REFERENCES: References = { find: () => [] };

/** Loads the lookups of resources with rows that refer only to the organization. */
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

/** Loads the organization and Billy's countries, since a row may name a country that Billy lacks. */
export async function loadContactLookups(
  billy: BillyClient,
  request: LoadRequest,
): Promise<Lookups> {
  const lookups = await loadOrganization(billy, request);
  if (request.isExport === true) return lookups;
  const countries = (await optionalList(billy, 'countries', request.read)) ?? [];
  // An empty list would refuse every row, so it is ignored.
  if (countries.length === 0) return lookups;
  return { ...lookups, countries: new Set(countries.map(({ id }) => id)) };
}

/** Loads the organization and the periods in which Billy approves no invoice. */
export async function loadInvoiceLookups(
  billy: BillyClient,
  request: LoadRequest,
): Promise<Lookups> {
  const lookups = await loadOrganization(billy, request);
  if (request.isExport === true) return lookups;
  const settled = await settledPeriods(billy, request.read);
  const { today } = request;
  return { ...lookups, settled, ...(today === undefined ? {} : { today }) };
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

/**
 * The revenue accounts in use, by number. The server cannot filter by `accountNo`, so all accounts are read.
 */
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
 * Account numbers as an export shows them. A number of no usable account, or of several, is shown as
 * information. A number of another usable account is left out: an import of the file would move the product
 * to that account.
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

/** Every rate that the ruleset can lead to. A VAT-free ruleset leads to 0 only. */
function allRateIds(ruleset: WireRecord): unknown[] {
  const rules = (Array.isArray(ruleset['rules']) ? ruleset['rules'] : []) as Rule[];
  return [...rules.map((rule) => rule.taxRateId), ruleset['fallbackTaxRateId']];
}

type Test = (ruleset: WireRecord) => boolean;

/** Applies the preferences in turn, each if some candidate meets it. If several are left, they are equal. */
function narrowed(candidates: readonly WireRecord[], preferences: readonly Test[]): string[] {
  let left = candidates;
  for (const isPreferred of preferences) {
    const better = left.filter(isPreferred);
    if (better.length > 0) left = better;
  }
  return left.map(({ id }) => id);
}

/**
 * Rulesets by label. `vat25` and `vat0` are found by the rate for a domestic customer, never by name.
 * Rulesets with the same rate for all customers are preferred. `abroad` comes from the settings: an ordinary
 * ruleset already changes its rate by country, so the account does not show which ruleset is meant.
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
  // All candidates have 25 % for companies.
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

/** The first label that means exactly one ruleset, by ruleset. */
function labelsByRuleset(rulesets: ReadonlyMap<string, readonly string[]>): Map<string, string> {
  const labels = new Map<string, string>();
  for (const [label, [id, second]] of rulesets) {
    if (id !== undefined && second === undefined && !labels.has(id)) labels.set(id, label);
  }
  return labels;
}

/** Loads accounts by number and rulesets by label, and the reverse of both. */
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
