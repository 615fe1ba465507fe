/** Replaces the account number and VAT label of a product's row by ids. */
import type { Lookups, RowIssue, RowValues } from '../definition/resource.js';

interface Referring {
  readonly column: 'accountNo' | 'salesTaxRuleset';
  readonly target: 'accountId' | 'salesTaxRulesetId';
  /** The records that the column can mean. */
  readonly kind: string;
  /** The way to settle which of several is meant. */
  readonly remedy: string;
}

const ACCOUNT: Referring = {
  column: 'accountNo',
  target: 'accountId',
  kind: 'the revenue accounts in use',
  remedy: '',
};
const RULESET: Referring = {
  column: 'salesTaxRuleset',
  target: 'salesTaxRulesetId',
  kind: 'the VAT rulesets of this organization',
  remedy: "; the organization's default VAT ruleset in Billy settles it",
};

function notFound(referring: Referring, wanted: string, count: number): RowIssue {
  const { column, kind, remedy } = referring;
  const setting =
    wanted === 'abroad' ? '; BILLY_ABROAD_RULESET_ID must be the id of the one it stands for' : '';
  const message =
    count > 1
      ? `matches several (${String(count)}) of ${kind}${remedy}`
      : `was not found among ${kind}${setting}`;
  return { code: 'REFERENCE_NOT_FOUND', field: column, message };
}

function lookUp(
  values: RowValues,
  referring: Referring,
  found: ReadonlyMap<string, readonly string[]>,
): { patch: RowValues; issues: RowIssue[] } {
  const { column, target } = referring;
  const wanted = values[column];
  if (wanted === undefined || wanted === null) {
    return { patch: wanted === null ? { [target]: null } : {}, issues: [] };
  }
  const ids = found.get(String(wanted)) ?? [];
  const [id, second] = ids;
  if (id !== undefined && second === undefined) return { patch: { [target]: id }, issues: [] };
  return { patch: {}, issues: [notFound(referring, String(wanted), ids.length)] };
}

/** Replaces account numbers and VAT labels by ids, and returns issues for those that cannot be replaced. */
export function resolveReferences(
  values: RowValues,
  lookups: Lookups,
): { values: RowValues; issues: RowIssue[] } {
  const account = lookUp(values, ACCOUNT, lookups.accounts);
  const ruleset = lookUp(values, RULESET, lookups.rulesets);
  return {
    values: { ...values, ...account.patch, ...ruleset.patch },
    issues: [...account.issues, ...ruleset.issues],
  };
}
