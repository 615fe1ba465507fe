/** Adds a Danish chart of accounts, VAT rates and rulesets, with the traps that real ones have. */
import type { SandboxUnknowns } from '../world/options.js';
import type { Localized } from '../world/texts.js';
import type { World } from '../world/world.js';
import { addRecord } from './add-record.js';

function named(da: string, en: string): { name: Localized } {
  return { name: { da, en } };
}

const GROUPS = {
  sales: { ...named('Omsætning', 'Sales'), natureId: 'revenue' },
  costs: { ...named('Omkostninger', 'Costs'), natureId: 'expense' },
  assets: { ...named('Aktiver', 'Assets'), natureId: 'asset' },
  debt: { ...named('Gæld', 'Liabilities'), natureId: 'liability' },
  equity: { ...named('Egenkapital', 'Equity'), natureId: 'equity' },
} as const;

type GroupName = keyof typeof GROUPS;

interface AccountSeed {
  readonly accountNo: number | null;
  readonly group: GroupName;
  readonly names: readonly [da: string, en: string];
  readonly extra?: Readonly<Record<string, unknown>>;
}

const BANK = { isBankAccount: true, isPaymentEnabled: true };

// Two accounts share 1190, one revenue account is archived, one account has no number at all.
const ACCOUNTS: readonly AccountSeed[] = [
  { accountNo: 1110, group: 'sales', names: ['Salg af varer/ydelser', 'Sales of goods'] },
  { accountNo: 1120, group: 'sales', names: ['Salg af varer til EU', 'Sales of goods to the EU'] },
  { accountNo: 1130, group: 'sales', names: ['Salg til udlandet', 'Sales abroad'] },
  { accountNo: 1140, group: 'sales', names: ['Momsfrit salg', 'VAT-free sales'] },
  {
    accountNo: 1150,
    group: 'sales',
    names: ['Salg, tidligere butik', 'Sales, former shop'],
    extra: { isArchived: true },
  },
  { accountNo: 1190, group: 'sales', names: ['Øvrige indtægter', 'Other income'] },
  { accountNo: 1190, group: 'sales', names: ['Gebyrindtægter', 'Fee income'] },
  { accountNo: 1310, group: 'costs', names: ['Vareforbrug', 'Cost of goods'] },
  { accountNo: 2241, group: 'costs', names: ['Kontorartikler', 'Office supplies'] },
  { accountNo: 2620, group: 'costs', names: ['Husleje', 'Rent'] },
  { accountNo: null, group: 'costs', names: ['Øreafrunding', 'Rounding'] },
  {
    accountNo: 5600,
    group: 'assets',
    names: ['Debitorer', 'Receivables'],
    extra: { systemRole: 'accountsReceivable' },
  },
  { accountNo: 5710, group: 'assets', names: ['Kasse', 'Cash'], extra: { isPaymentEnabled: true } },
  { accountNo: 5810, group: 'assets', names: ['Bankkonto', 'Bank account'], extra: BANK },
  { accountNo: 6110, group: 'equity', names: ['Egenkapital, primo', 'Equity, opening'] },
  {
    accountNo: 7110,
    group: 'debt',
    names: ['Kreditorer', 'Payables'],
    extra: { systemRole: 'accountsPayable' },
  },
  {
    accountNo: 7130,
    group: 'debt',
    names: ['Mellemregning med ejer', "Owner's account"],
    extra: { isPaymentEnabled: true },
  },
  {
    accountNo: 7250,
    group: 'debt',
    names: ['Skyldig moms', 'VAT payable'],
    extra: { systemRole: 'salesTaxPayable' },
  },
];

/** The currency of the made-up organizations. */
const BASE_CURRENCY = 'DKK';

/** The records that an organization's defaults refer to. */
export interface Chart {
  readonly salesAccountId: string;
  /** Revenue accounts that are not archived and have a unique number. */
  readonly revenueAccountIds: readonly string[];
  readonly bankAccountId: string;
  readonly domesticRulesetId: string;
  readonly vatFreeRulesetId: string;
}

function addAccounts(
  world: World,
  organizationId: string,
  unknowns: SandboxUnknowns,
): ReadonlyMap<string, string> {
  const groupIds = new Map<string, string>();
  Object.entries(GROUPS).forEach(([name, values], priority) => {
    const group = { collection: 'accountGroups', organizationId, values: { ...values, priority } };
    groupIds.set(name, addRecord(world, group).id);
  });
  const ids = new Map<string, string>();
  for (const { accountNo, group, names, extra } of ACCOUNTS) {
    const values = {
      ...named(...names),
      createdTime: '2022-01-03T08:00:00',
      updatedTime: '2022-01-03T08:00:00',
      accountNo,
      groupId: groupIds.get(group),
      natureId: GROUPS[group].natureId,
      currencyId: unknowns.accountCurrency === 'base' ? BASE_CURRENCY : null,
      predefinedAccountId: `dk_${String(accountNo)}`,
      ...extra,
    };
    const { id } = addRecord(world, { collection: 'accounts', organizationId, values });
    ids.set(names[1], id);
  }
  return ids;
}

interface RateIds {
  readonly full: string;
  readonly free: string;
  readonly eu: string;
  readonly abroad: string;
}

function addRates(world: World, organizationId: string): RateIds {
  const add = (names: readonly [string, string], rate: number, priority: number): string =>
    addRecord(world, {
      collection: 'taxRates',
      organizationId,
      values: {
        ...named(...names),
        rate,
        priority,
        abbreviation: names[0].slice(0, 6),
        appliesToSales: true,
        appliesToPurchases: rate > 0,
        isPredefined: true,
        isActive: true,
      },
    }).id;
  return {
    full: add(['Salgsmoms 25 %', 'Sales VAT 25%'], 0.25, 1),
    free: add(['Momsfrit 0 %', 'VAT exempt 0%'], 0, 2),
    eu: add(['EU-salg 0 %', 'EU sales 0%'], 0, 3),
    abroad: add(['Salg uden for EU 0 %', 'Sales outside the EU 0%'], 0, 4),
  };
}

interface RulesetSeed {
  readonly names: readonly [da: string, en: string];
  readonly abbreviation: string;
  readonly fallback: string;
  readonly rules: readonly Readonly<Record<string, unknown>>[];
}

function addRuleset(world: World, organizationId: string, seed: RulesetSeed): string {
  const { id } = addRecord(world, {
    collection: 'salesTaxRulesets',
    organizationId,
    values: {
      ...named(...seed.names),
      abbreviation: seed.abbreviation,
      fallbackTaxRateId: seed.fallback,
      isPredefined: true,
    },
  });
  seed.rules.forEach((rule, index) => {
    const values = { ...rule, rulesetId: id, priority: index + 1 };
    addRecord(world, { collection: 'salesTaxRules', organizationId, values });
  });
  return id;
}

/** Adds accounts, rates and rulesets of one organization. */
export function addChart(world: World, organizationId: string, unknowns: SandboxUnknowns): Chart {
  const accountIds = addAccounts(world, organizationId, unknowns);
  const rates = addRates(world, organizationId);
  const domestic = { countryId: 'DK', taxRateId: rates.full };
  const domesticRulesetId = addRuleset(world, organizationId, {
    names: ['Varer og ydelser med moms', 'Goods and services with VAT'],
    abbreviation: 'moms',
    fallback: rates.full,
    rules: [
      domestic,
      { countryGroupId: 'eu', contactType: 'company', taxRateId: rates.eu },
      { countryGroupId: 'eu', contactType: 'person', taxRateId: rates.full },
      { countryGroupId: 'abroad', taxRateId: rates.abroad },
    ],
  });
  // A trap: its name and its fallback mean 0 %, but a Danish customer pays 25 %.
  addRuleset(world, organizationId, {
    names: ['Momsfrit salg til udlandet', 'VAT-free sales abroad'],
    abbreviation: 'eksport',
    fallback: rates.abroad,
    rules: [domestic],
  });
  const vatFreeRulesetId = addRuleset(world, organizationId, {
    names: ['Momsfrit', 'VAT exempt'],
    abbreviation: 'fri',
    fallback: rates.free,
    rules: [],
  });
  const idOf = (name: string): string => accountIds.get(name) ?? '';
  return {
    salesAccountId: idOf('Sales of goods'),
    revenueAccountIds: ['Sales of goods', 'Sales abroad', 'VAT-free sales'].map(idOf),
    bankAccountId: idOf('Bank account'),
    domesticRulesetId,
    vatFreeRulesetId,
  };
}
