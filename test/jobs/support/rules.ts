// The account and the rules that pure deciding is tested under.
import type { Rules } from '../../../src/jobs/plan/decision.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { NO_REFERENCES } from '../../../src/resources/definition/lookups.js';
import type { Lookups } from '../../../src/resources/definition/resource.js';

export const LOOKUPS: Lookups = {
  organization: {
    id: 'org',
    name: 'Firma',
    registrationNo: null,
    countryId: 'DK',
    baseCurrencyId: 'DKK',
    defaultSalesAccountId: null,
    defaultSalesTaxRulesetId: null,
    defaultTaxMode: null,
    hasVat: true,
    isLocked: false,
    fiscalLockingDate: null,
  },
  accounts: new Map([['1110', ['account-1']]]),
  accountNos: new Map([['account-1', '1110']]),
  rulesets: new Map([['vat25', ['ruleset-1', 'ruleset-2']]]),
  rulesetLabels: new Map(),
  references: NO_REFERENCES,
};

export function rulesFor(changes: Partial<Rules> = {}): Rules {
  const { resource = customer } = changes;
  return {
    resource,
    lookups: LOOKUPS,
    operation: 'import',
    strategy: 'skip',
    matchOrder: resource.matchOrder,
    archivesIfInUse: false,
    ...changes,
  };
}
