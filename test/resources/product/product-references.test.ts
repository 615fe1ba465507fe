import { describe, expect, it } from 'vitest';
import { resolveReferences } from '../../../src/resources/product/product-references.js';
import { lookupsWith } from '../support/account.js';

const lookups = lookupsWith();

describe('references of a product', () => {
  it('become ids', () => {
    const { values, issues } = resolveReferences(
      { accountNo: '1110', salesTaxRuleset: 'vat25' },
      lookups,
    );
    expect(values).toMatchObject({ accountId: 'acc-1110', salesTaxRulesetId: 'set-25' });
    expect(issues).toEqual([]);
  });

  it.each([
    ['accountNo', '9999', 'was not found among the revenue accounts in use'],
    ['accountNo', '1190', 'matches several (2) of the revenue accounts in use'],
    ['salesTaxRuleset', 'vat0', 'was not found among the VAT rulesets of this organization'],
    [
      'salesTaxRuleset',
      'vat25',
      'matches several (3) of the VAT rulesets of this organization; ' +
        "the organization's default VAT ruleset in Billy settles it",
    ],
  ])('%s %s cannot be found', (field, text, message) => {
    const rulesets = new Map([
      ['vat25', ['a', 'b', 'c']],
      ['vat0', []],
    ]);
    const { values, issues } = resolveReferences({ [field]: text }, lookupsWith({ rulesets }));
    expect(issues).toEqual([{ code: 'REFERENCE_NOT_FOUND', field, message }]);
    expect('accountId' in values || 'salesTaxRulesetId' in values).toBe(false);
  });

  it('say which setting gives abroad its meaning', () => {
    const { issues } = resolveReferences({ salesTaxRuleset: 'abroad' }, lookups);
    expect(issues).toMatchObject([{ code: 'REFERENCE_NOT_FOUND', field: 'salesTaxRuleset' }]);
    expect(issues[0]?.message).toContain('BILLY_ABROAD_RULESET_ID');
    const rulesets = new Map([['abroad', ['set-x']]]);
    const found = resolveReferences({ salesTaxRuleset: 'abroad' }, lookupsWith({ rulesets }));
    expect(found.values).toMatchObject({ salesTaxRulesetId: 'set-x' });
  });

  it('are all looked up, so that all faults show', () => {
    const { issues } = resolveReferences({ accountNo: '9999', salesTaxRuleset: 'abroad' }, lookups);
    expect(issues.map(({ field }) => field)).toEqual(['accountNo', 'salesTaxRuleset']);
  });

  it('are cleared by null and left out by blanks', () => {
    expect(resolveReferences({ accountNo: null, salesTaxRuleset: null }, lookups).values).toEqual({
      accountNo: null,
      accountId: null,
      salesTaxRuleset: null,
      salesTaxRulesetId: null,
    });
    expect(resolveReferences({}, lookups)).toEqual({ values: {}, issues: [] });
  });
});
