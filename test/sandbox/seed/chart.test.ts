// The chart of accounts and VAT, with its traps.
import { describe, expect, it } from 'vitest';
import { listValue, startDriver } from '../support/driver.js';

describe('accounts', () => {
  it('have several natures, one archived, one number twice, one account without a number', async () => {
    const driver = await startDriver();
    const accounts = listValue(await driver.get('/accounts'), 'accounts');
    expect(new Set(accounts.map(({ natureId }) => natureId))).toEqual(
      new Set(['revenue', 'expense', 'asset', 'liability', 'equity']),
    );
    const count = (accountNo: unknown) =>
      accounts.filter((account) => account['accountNo'] === accountNo).length;
    expect([count(1110), count(1190), count(null)]).toEqual([1, 2, 1]);
    const archived = accounts.filter(({ isArchived }) => isArchived === true);
    expect(archived.map(({ natureId }) => natureId)).toEqual(['revenue']);
    const groups = listValue(await driver.get('/accountGroups'), 'accountGroups');
    const groupIds = groups.map(({ id }) => id);
    for (const { groupId } of accounts) expect(groupIds).toContain(groupId);
  });
});

describe('rates', () => {
  it('are 25 % and nothing', async () => {
    const driver = await startDriver();
    const rates = listValue(await driver.get('/taxRates'), 'taxRates').map(({ rate }) => rate);
    expect(rates).toEqual([0.25, 0, 0, 0]);
  });
});

describe('rulesets', () => {
  it('are a usual one, a free one, and one that only looks free', async () => {
    const driver = await startDriver();
    const rulesets = listValue(await driver.get('/salesTaxRulesets'), 'salesTaxRulesets');
    expect(rulesets.map(({ name }) => name)).toEqual([
      'Varer og ydelser med moms',
      'Momsfrit salg til udlandet',
      'Momsfrit',
    ]);
  });
});
