/** The VAT rate of a product sold to a customer, by Billy's rules (billy-api.md section 6.8). */
import type { BillyClient, ReadOptions, WireRecord } from '../../billy/types.js';
import { decimalOf } from '../../core/decimal.js';
import type { RecordImage } from '../../model/record.js';
import type { VatRates } from '../definition/resource.js';
import { optionalList } from '../definition/whole-list.js';

const EU: ReadonlySet<string> = new Set(
  'AT BE BG HR CY CZ DE DK EE ES FI FR GR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
);

type Rule = Readonly<Record<string, unknown>>;

function isBlank(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

/** True if the rule is for the customer; null: unknown. */
function isFor(rule: Rule, { fields }: RecordImage): boolean | null {
  const { contactType, countryId, countryGroupId, stateId } = rule;
  if (!isBlank(contactType) && contactType !== fields['type']) return false;
  if (!isBlank(countryId)) return countryId === fields['countryId'] && isBlank(stateId);
  if (!isBlank(stateId)) return null;
  if (isBlank(countryGroupId) || countryGroupId === 'abroad') return true;
  return countryGroupId === 'eu' ? EU.has(String(fields['countryId'])) : null;
}

function rulesOf(ruleset: WireRecord): Rule[] {
  const rules = Array.isArray(ruleset['rules']) ? (ruleset['rules'] as Rule[]) : [];
  return [...rules].sort(
    (left, right) => Number(left['priority'] ?? 0) - Number(right['priority'] ?? 0),
  );
}

/** The id of the rate that the first rule for the customer names, else the fallback; null: not known. */
function rateIdOf(ruleset: WireRecord, customer: RecordImage): unknown {
  for (const rule of rulesOf(ruleset)) {
    const isOurs = isFor(rule, customer);
    if (isOurs === null) return null;
    if (isOurs) return rule['taxRateId'];
  }
  return ruleset['fallbackTaxRateId'];
}

/** Loads the rules. Without the right to read them, no rate is known. */
export async function loadVatRates(billy: BillyClient, read: ReadOptions): Promise<VatRates> {
  const include = 'salesTaxRuleset.rules:embed';
  const rulesets = (await optionalList(billy, 'salesTaxRulesets', { ...read, include })) ?? [];
  const taxRates = (await optionalList(billy, 'taxRates', read)) ?? [];
  const byId = new Map(rulesets.map((ruleset) => [ruleset.id, ruleset]));
  const rates = new Map(taxRates.map(({ id, rate }) => [id, decimalOf(rate)]));
  return {
    rateOf(rulesetId, customer) {
      const ruleset = byId.get(rulesetId);
      if (ruleset === undefined || customer === null) return null;
      return rates.get(String(rateIdOf(ruleset, customer))) ?? null;
    },
  };
}
