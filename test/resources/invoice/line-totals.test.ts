/** The stated total of a line against quantity times price. */
import { describe, expect, it } from 'vitest';
import { lineTotalIssues } from '../../../src/resources/invoice/line-totals.js';
import type { Lookups, RowValues } from '../../../src/resources/definition/resource.js';
import { LOOKUPS } from '../../jobs/support/rules.js';

const PRODUCT = { id: 'p1', fields: { salesTaxRulesetId: 'full' }, children: { prices: [] } };

function account(rate: string | null): Lookups {
  const find = (collection: string) => (collection === 'products' ? [PRODUCT] : []);
  return { ...LOOKUPS, references: { find }, vatRates: { rateOf: () => rate } };
}

function refused(line: RowValues, values: RowValues = {}, rate: string | null = '0.25'): boolean {
  const lines = [{ productNo: 'V1', ...line }];
  return lineTotalIssues({ values, lines }, account(rate)).length > 0;
}

describe('a total', () => {
  it.each<[RowValues, boolean]>([
    [{ quantity: '2', unitPrice: '50', lineTotal: '100' }, false],
    [{ unitPrice: '50', lineTotal: '50,00' }, false],
    [{ unitPrice: '50', lineTotal: '60' }, true],
    [{ quantity: '1000', unitPrice: '0.33', lineTotal: '333,33' }, false],
    [{ quantity: '1000', unitPrice: '0.33', lineTotal: '340' }, true],
    [{ quantity: '-1', unitPrice: '50', lineTotal: '-50' }, false],
    [{ quantity: '-1', unitPrice: '50', lineTotal: '50' }, true],
    // Without a price nothing is known; the missing price is refused for itself.
    [{ quantity: '2', lineTotal: '100' }, false],
    [{ quantity: '2', unitPrice: '50' }, false],
  ])('%j: refused %s', (line, expected) => {
    expect(refused(line)).toBe(expected);
  });

  it('may have VAT that the prices have not, or lack VAT that they have, but not the reverse', () => {
    const line = { quantity: '1', unitPrice: '100' };
    const [gross, net] = [
      { ...line, lineTotal: '125' },
      { ...line, lineTotal: '80' },
    ];
    expect([refused(gross), refused(net)]).toEqual([false, true]);
    const incl = { taxMode: 'incl' };
    expect([refused(gross, incl), refused(net, incl)]).toEqual([true, false]);
    expect(refused(gross, {}, null)).toBe(true);
  });

  it('is not compared where the quantity or the price is faulty', () => {
    const lines = [{ productNo: 'V1', unitPrice: '50', lineTotal: '60' }];
    const parsed = { values: {}, lines, faulty: ['quantity'] };
    expect(lineTotalIssues(parsed, account('0.25'))).toEqual([]);
  });
});
