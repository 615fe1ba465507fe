// The own and the foreign organization.
import { describe, expect, it } from 'vitest';
import { startDriver } from '../support/driver.js';

describe('organizations', () => {
  it('are two, with charts of their own', async () => {
    const driver = await startDriver();
    const { records, foreign } = driver.sandbox.control.state();
    for (const part of [records, foreign]) {
      expect(part['organizations']).toHaveLength(1);
      const [organization] = part['organizations'] ?? [];
      const accountIds = (part['accounts'] ?? []).map(({ id }) => id);
      expect(accountIds).toContain(organization?.['defaultSalesAccountId']);
      const rulesetIds = (part['salesTaxRulesets'] ?? []).map(({ id }) => id);
      expect(rulesetIds).toContain(organization?.['defaultSalesTaxRulesetId']);
    }
    expect(foreign['contacts']).toHaveLength(3);
    expect(foreign['products']).toHaveLength(3);
    expect(records['contacts']).toEqual([]);
  });
});
