import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BillyClient } from '../../../src/billy/types.js';
import { loadOrganization, loadSalesLookups } from '../../../src/resources/definition/lookups.js';
import { product } from '../../../src/resources/product/product.js';
import { clientAt, enteredAs, LOAD, startAccount, type Account } from '../support/account.js';

/** Records of the sandbox's own organization, for expectations. */
function recordsOf({ sandbox }: Account, collection: string) {
  return sandbox.control.state().records[collection] ?? [];
}

const nameOf = (record: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(record['name']);

describe('lookups of an account as Billy makes it', () => {
  it('find revenue accounts by number, neither archived ones nor others', async () => {
    const account = await startAccount();
    const { accounts, organization } = await loadSalesLookups(account.billy, LOAD);
    expect([...accounts.keys()].sort()).toEqual(['1110', '1120', '1130', '1140', '1190']);
    expect(accounts.get('1110')).toEqual([organization.defaultSalesAccountId]);
    const twice = recordsOf(account, 'accounts').filter((one) => one['accountNo'] === 1190);
    expect([...(accounts.get('1190') ?? [])].sort()).toEqual(twice.map(({ id }) => id).sort());
    expect(twice).toHaveLength(2);
  });

  it("find vat25 in the organization's default and vat0 in what is free everywhere", async () => {
    const account = await startAccount();
    const { rulesets, organization } = await loadSalesLookups(account.billy, LOAD);
    expect(rulesets.get('vat25')).toEqual([organization.defaultSalesTaxRulesetId]);
    const free = recordsOf(account, 'salesTaxRulesets').filter((one) =>
      /"(Momsfrit|VAT exempt)"/.test(nameOf(one)),
    );
    expect(rulesets.get('vat0')).toEqual(free.map(({ id }) => id));
    expect(rulesets.get('abroad')).toEqual([]);
  });

  it('find the ordinary ruleset where the organization has no default', async () => {
    const account = await startAccount({ unknowns: { missingSalesDefaults: 'null' } });
    const lookups = await loadSalesLookups(account.billy, LOAD);
    const { rulesets, organization } = lookups;
    expect(organization.defaultSalesTaxRulesetId).toBeNull();
    const ordinary = recordsOf(account, 'salesTaxRulesets').filter((one) =>
      /"(Varer og ydelser med moms|Goods and services with VAT)"/.test(nameOf(one)),
    );
    expect(rulesets.get('vat25')).toEqual(ordinary.map(({ id }) => id));
    const blank = product.createBody(enteredAs({ name: 'Time', unitPrice: '10' }), lookups);
    expect(blank['salesTaxRulesetId']).toBe(ordinary[0]?.id);
    expect(rulesets.get('vat0')).toHaveLength(1);
  });

  it('lead back from ids to numbers and labels', async () => {
    const account = await startAccount();
    const lookups = await loadSalesLookups(account.billy, LOAD);
    for (const record of recordsOf(account, 'accounts')) {
      const number = lookups.accountNos.get(record.id);
      expect(number === undefined ? null : Number(number)).toBe(record['accountNo']);
    }
    expect([...lookups.rulesetLabels.values()].sort()).toEqual(['vat0', 'vat25']);
    for (const [id, label] of lookups.rulesetLabels) {
      expect(lookups.rulesets.get(label)).toEqual([id]);
    }
  });

  it('find abroad where the settings name a ruleset that the account has', async () => {
    const account = await startAccount();
    const found = recordsOf(account, 'salesTaxRulesets').find((one) =>
      nameOf(one).includes('abroad'),
    );
    const abroadRulesetId = found?.id ?? '';
    const lookups = await loadSalesLookups(account.billy, { ...LOAD, abroadRulesetId });
    expect(lookups.rulesets.get('abroad')).toEqual([abroadRulesetId]);
    expect(lookups.rulesetLabels.get(abroadRulesetId)).toBe('abroad');
    const other = await loadSalesLookups(account.billy, { ...LOAD, abroadRulesetId: 'nobody' });
    expect(other.rulesets.get('abroad')).toEqual([]);
  });

  it('are the same when Billy drops nulls and shuffles its lists', async () => {
    const sorted = (map: ReadonlyMap<string, readonly string[]>) =>
      new Map([...map].map(([key, ids]) => [key, [...ids].sort()]));
    const plain = await loadSalesLookups((await startAccount()).billy, LOAD);
    const unknowns = { nulls: 'dropped', listOrder: 'unstable', sort: 'ignore' } as const;
    const odd = await loadSalesLookups((await startAccount({ unknowns })).billy, LOAD);
    expect(sorted(odd.accounts)).toEqual(sorted(plain.accounts));
    expect(odd.rulesets).toEqual(plain.rulesets);
  });

  it('are only the organization for resources that refer to nothing', async () => {
    const { billy, sandbox } = await startAccount();
    const { organization, accounts, rulesets } = await loadOrganization(billy, LOAD);
    expect(organization).toMatchObject({ countryId: 'DK', baseCurrencyId: 'DKK' });
    expect([accounts.size, rulesets.size]).toEqual([0, 0]);
    expect(sandbox.control.requests().total).toBe(1);
  });
});

interface Chart {
  readonly countryId?: string;
  readonly standard?: string | null;
  readonly accounts?: object[];
  readonly rulesets: object[];
}

/** A Billy whose chart the test makes up: the sandbox's is fixed. */
async function billyWith(chart: Chart): Promise<BillyClient> {
  const { countryId = 'DK', standard = null, accounts = [], rulesets } = chart;
  const organization = {
    id: 'o1',
    name: 'Prøve',
    registrationNo: null,
    countryId,
    baseCurrencyId: 'DKK',
    defaultSalesAccountId: null,
    defaultSalesTaxRulesetId: standard,
    hasVat: true,
    isLocked: false,
  };
  const taxRates = [
    { id: 'full', rate: 0.25 },
    { id: 'text', rate: '0.250' },
    { id: 'free', rate: 0 },
    { id: 'half', rate: 0.125 },
  ];
  const lists: Record<string, object[]> = { accounts, salesTaxRulesets: rulesets, taxRates };
  const server = createServer((request, response) => {
    const name = /^\/v2\/(\w+)/.exec(request.url ?? '')?.[1] ?? '';
    const list = lists[name] ?? [];
    const paging = { page: 1, pageCount: 1, pageSize: 1000, total: list.length };
    const meta = { statusCode: 200, success: true, paging };
    const body = name === 'organization' ? { organization } : { [name]: list };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ meta, ...body }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return clientAt(`http://127.0.0.1:${String(port)}/v2`, 'token');
}

async function rulesetsFor(chart: Chart) {
  return (await loadSalesLookups(await billyWith(chart), LOAD)).rulesets;
}

const rule = (taxRateId: string | null, more: object = {}) => ({ taxRateId, ...more });
const ruleset = (id: string, fallbackTaxRateId: string, rules: object[] = []) => ({
  id,
  name: 'Momsfrit',
  fallbackTaxRateId,
  rules,
});

describe('rulesets', () => {
  it('are judged by rate for a domestic company, never by name', async () => {
    const meant: string[] = [];
    for (const each of [
      ruleset('by-rule', 'free', [rule('full', { countryId: 'DK', priority: 1 })]),
      ruleset('other-country', 'full', [rule('free', { countryId: 'SE', priority: 1 })]),
      ruleset('for-persons', 'half', [rule('full', { contactType: 'person', priority: 1 })]),
      ruleset('for-a-group', 'half', [rule('full', { countryGroupId: 'eu', priority: 1 })]),
      ruleset('for-a-state', 'half', [rule('full', { stateId: 'us_co', priority: 1 })]),
      ruleset('for-all', 'half', [rule('text', { countryId: null, contactType: '' })]),
    ]) {
      const rulesets = await rulesetsFor({ rulesets: [each] });
      meant.push(...(rulesets.get('vat25') ?? []));
      expect(rulesets.get('vat0')).toEqual([]);
    }
    expect(meant).toEqual(['by-rule', 'other-country', 'for-all']);
  });

  it('go by the lowest priority that fits', async () => {
    const rulesets = await rulesetsFor({
      rulesets: [
        ruleset('a', 'half', [
          rule('free', { countryId: 'DK', priority: 10 }),
          rule('full', { countryId: 'DK', priority: 9 }),
        ]),
        ruleset('b', 'half', [
          rule('half', { countryId: 'DK', priority: 1 }),
          rule('full', { countryId: 'DK', priority: 2 }),
        ]),
      ],
    });
    expect(rulesets.get('vat25')).toEqual(['a']);
  });

  it("go by the organization's own country", async () => {
    const rulesets = [ruleset('dk', 'half', [rule('full', { countryId: 'DK' })])];
    expect((await rulesetsFor({ rulesets })).get('vat25')).toEqual(['dk']);
    expect((await rulesetsFor({ rulesets, countryId: 'SE' })).get('vat25')).toEqual([]);
  });

  const freeHere = ruleset('free-here', 'full', [rule('free', { countryId: 'DK' })]);
  const freeAll = ruleset('free-all', 'free', [rule('free', { countryId: 'SE' })]);

  it('that are 0 everywhere go before one that is 0 only here, default or not', async () => {
    const rulesets = [freeHere, freeAll];
    expect((await rulesetsFor({ rulesets })).get('vat0')).toEqual(['free-all']);
    const standard = 'free-here';
    expect((await rulesetsFor({ rulesets, standard })).get('vat0')).toEqual(['free-all']);
  });

  it('that are 0 only here are taken when there is no other', async () => {
    expect((await rulesetsFor({ rulesets: [freeHere] })).get('vat0')).toEqual(['free-here']);
  });

  it("that fit equally give way to the organization's default", async () => {
    const rulesets = [ruleset('one', 'full'), ruleset('two', 'full'), ruleset('three', 'free')];
    expect((await rulesetsFor({ rulesets })).get('vat25')).toEqual(['one', 'two']);
    expect((await rulesetsFor({ rulesets, standard: 'two' })).get('vat25')).toEqual(['two']);
    const other = await rulesetsFor({ rulesets, standard: 'three' });
    expect(other.get('vat25')).toEqual(['one', 'two']);
    expect(other.get('vat0')).toEqual(['three']);
  });
});

describe('rulesets that fit equally', () => {
  const own = ruleset('own', 'full');
  const made = (id: string) => ({ ...ruleset(id, 'full'), isPredefined: true });

  it("give way to the one of Billy's own making, and that to the organization's default", async () => {
    const rulesets = [own, made('billy')];
    expect((await rulesetsFor({ rulesets })).get('vat25')).toEqual(['billy']);
    expect((await rulesetsFor({ rulesets, standard: 'own' })).get('vat25')).toEqual(['own']);
  });

  it('stay several when Billy has made more than one', async () => {
    const rulesets = [own, made('billy'), made('billy-too')];
    expect((await rulesetsFor({ rulesets })).get('vat25')).toEqual(['billy', 'billy-too']);
  });

  const byRule = ruleset('by-rule', 'free', [rule('full', { countryId: 'DK' })]);
  const forCompanies = ruleset('for-companies', 'full', [rule('half', { contactType: 'person' })]);

  it('give way to the one that is 25 % for persons and by its fallback too', async () => {
    const rulesets = [{ ...byRule, isPredefined: true }, forCompanies, own];
    expect((await rulesetsFor({ rulesets })).get('vat25')).toEqual(['own']);
    const others = [byRule, forCompanies];
    expect((await rulesetsFor({ rulesets: others })).get('vat25')).toEqual([
      'by-rule',
      'for-companies',
    ]);
  });

  it('never are the one that the settings name for abroad, unless there is no other', async () => {
    const free = [ruleset('free', 'free'), ruleset('free-too', 'free')];
    const billy = await billyWith({ rulesets: [made('export'), own, ...free], standard: 'export' });
    const found = async (abroadRulesetId: string) =>
      (await loadSalesLookups(billy, { ...LOAD, abroadRulesetId })).rulesets;
    expect((await found('export')).get('vat25')).toEqual(['own']);
    expect((await found('free')).get('vat0')).toEqual(['free-too']);
    const only = await billyWith({ rulesets: [own] });
    const { rulesets } = await loadSalesLookups(only, { ...LOAD, abroadRulesetId: 'own' });
    expect(rulesets.get('vat25')).toEqual(['own']);
  });

  it('have no label to lead back to, nor has one beside the label', async () => {
    const twice = await billyWith({ rulesets: [own, ruleset('too', 'full')] });
    expect((await loadSalesLookups(twice, LOAD)).rulesetLabels).toEqual(new Map());
    const beside = await billyWith({ rulesets: [own, made('billy')] });
    expect((await loadSalesLookups(beside, LOAD)).rulesetLabels).toEqual(
      new Map([['billy', 'vat25']]),
    );
  });
});

describe('accounts', () => {
  it('are shown by their number unless it leads to another', async () => {
    const revenue = { natureId: 'revenue', isArchived: false };
    const accounts = [
      { id: 'a', accountNo: 1110, ...revenue },
      { id: 'former', accountNo: 1110, natureId: 'revenue', isArchived: true },
      { id: 'twin-1', accountNo: 1190, ...revenue },
      { id: 'twin-2', accountNo: 1190, ...revenue },
      { id: 'cost', accountNo: 2000, natureId: 'expense' },
      { id: 'shop', accountNo: '1150', natureId: 'revenue', isArchived: true },
      { id: 'bare', accountNo: null, ...revenue },
      { id: 'blank', ...revenue },
    ];
    const lookups = await loadSalesLookups(await billyWith({ accounts, rulesets: [] }), LOAD);
    expect(Object.fromEntries(lookups.accountNos)).toEqual({
      a: '1110',
      'twin-1': '1190',
      'twin-2': '1190',
      cost: '2000',
      shop: '1150',
    });
    expect([...lookups.accounts.keys()]).toEqual(['1110', '1190']);
  });

  it('that are archived, of another nature or without a number are no answer', async () => {
    const accounts = [
      { id: 'a', accountNo: 1110, natureId: 'revenue', isArchived: false },
      { id: 'b', accountNo: '1120', natureId: 'revenue' },
      { id: 'c', accountNo: 1110, natureId: 'revenue', isArchived: true },
      { id: 'd', accountNo: 1110, natureId: 'expense' },
      { id: 'e', accountNo: null, natureId: 'revenue' },
    ];
    const lookups = await loadSalesLookups(await billyWith({ accounts, rulesets: [] }), LOAD);
    expect(lookups.accounts.get('1110')).toEqual(['a']);
    expect(lookups.accounts.get('1120')).toEqual(['b']);
  });
});
