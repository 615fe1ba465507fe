// Accounts, rates, rulesets, the organization.
import { describe, expect, it } from 'vitest';
import {
  createProduct,
  listValue,
  refusedAttributes,
  startNaming,
  textValue,
  value,
} from '../support/driver.js';

describe('accounts', () => {
  it('are made in a group, archived, and deleted when nobody uses them', async () => {
    const driver = await startNaming();
    const groupId = textValue(await driver.get('/accountGroups'), 'accountGroups.0.id');
    const account = { name: 'Ny konto', accountNo: 1999, groupId, natureId: 'revenue' };
    const id = textValue(await driver.post('/accounts', { account }), 'accounts.0.id');
    const archived = await driver.put(`/accounts/${id}`, { account: { isArchived: true } });
    expect(value(archived, 'accounts.0.isArchived')).toBe(true);
    const nature = { account: { _clientId: 'x', natureId: 'expense' } };
    expect(refusedAttributes(await driver.put(`/accounts/${id}`, nature))).toEqual(['natureId']);
    const productId = await createProduct(driver, { accountId: id });
    expect((await driver.remove(`/accounts/${id}`)).status).toBe(422);
    await driver.remove(`/products/${productId}`);
    expect((await driver.remove(`/accounts/${id}`)).status).toBe(200);
  });

  it('of the standard chart are never deleted', async () => {
    const driver = await startNaming();
    const id = textValue(await driver.get('/accounts'), 'accounts.0.id');
    expect((await driver.remove(`/accounts/${id}`)).status).toBe(422);
  });
});

describe('rulesets', () => {
  it('carry their rules where asked, and belong to the organization', async () => {
    const driver = await startNaming();
    const answer = await driver.get(
      '/salesTaxRulesets?include=salesTaxRuleset.rules:embed,salesTaxRuleset.fallbackTaxRate',
    );
    const counts = listValue(answer, 'salesTaxRulesets').map((ruleset) => {
      const { rules } = ruleset;
      return Array.isArray(rules) ? rules.length : null;
    });
    expect(counts).toEqual([4, 1, 0]);
    expect(listValue(answer, 'taxRates').length).toBeGreaterThan(1);
    const id = textValue(answer, 'salesTaxRulesets.1.id');
    const rules = await driver.get(`/salesTaxRules?rulesetId=${id}`);
    expect(value(rules, 'salesTaxRules.0.countryId')).toBe('DK');
  });
});

describe('the organization', () => {
  it('keeps country and currency, and says itself whether it is locked', async () => {
    const driver = await startNaming();
    const id = textValue(await driver.get('/organization'), 'organization.id');
    const organization = {
      _clientId: 'x',
      countryId: 'SE',
      baseCurrencyId: 'EUR',
      isLocked: true,
      name: '',
    };
    const refused = await driver.put(`/organizations/${id}`, { organization });
    expect(refusedAttributes(refused)).toEqual(['baseCurrencyId', 'countryId', 'isLocked', 'name']);
  });
});
