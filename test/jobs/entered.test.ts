// What the rows of one item say: values with their references looked up, and every problem.
import { describe, expect, it } from 'vitest';
import { enterRows } from '../../src/jobs/entered.js';
import { customer } from '../../src/resources/customer.js';
import { product } from '../../src/resources/product.js';
import { rulesFor } from './support/rules.js';

describe('references', () => {
  it('are looked up to ids', () => {
    const cells = { name: 'Time', unitPrice: '10', accountNo: '1110' };
    const { entered, issues } = enterRows([{ row: 2, cells }], rulesFor({ resource: product }));
    expect(issues).toEqual([]);
    expect(entered.values).toMatchObject({ accountId: 'account-1' });
  });
});

describe('a row that stands for itself', () => {
  it('is its own only line', () => {
    const rows = [{ row: 2, cells: { name: 'Firma', city: '' } }];
    const { entered, issues } = enterRows(rows, rulesFor({ resource: customer }));
    expect({ entered, issues }).toEqual({
      entered: { values: { name: 'Firma' }, lines: [{ name: 'Firma' }] },
      issues: [],
    });
  });

  it('gives what can be read beside every problem', () => {
    const cells = { name: 'Firma', email: 'nope', country: 'Utopia' };
    const { entered, issues } = enterRows([{ row: 2, cells }], rulesFor({ resource: customer }));
    expect(entered.values).toMatchObject({ name: 'Firma' });
    expect(issues.map(({ field }) => field)).toEqual(['email', 'country']);
  });
});
