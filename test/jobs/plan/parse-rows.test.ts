// What the rows of one item say: values with their references looked up, and every problem.
import { describe, expect, it } from 'vitest';
import { parseRows } from '../../../src/jobs/plan/parse-rows.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { invoice } from '../../../src/resources/invoice/invoice.js';
import { product } from '../../../src/resources/product/product.js';
import { rulesFor } from '../support/rules.js';

describe('references', () => {
  it('are looked up to ids', () => {
    const cells = { name: 'Time', unitPrice: '10', accountNo: '1110' };
    const { parsed, issues } = parseRows([{ row: 2, cells }], rulesFor({ resource: product }));
    expect(issues).toEqual([]);
    expect(parsed.values).toMatchObject({ accountId: 'account-1' });
  });
});

describe('a row that stands for itself', () => {
  it('is its own only line', () => {
    const rows = [{ row: 2, cells: { name: 'Firma', city: '' } }];
    const { parsed, issues } = parseRows(rows, rulesFor({ resource: customer }));
    expect({ parsed, issues }).toEqual({
      parsed: { values: { name: 'Firma' }, lines: [{ name: 'Firma' }], faulty: [] },
      issues: [],
    });
  });

  it('gives what can be read beside every problem', () => {
    const cells = { name: 'Firma', email: 'nope', country: 'Utopia' };
    const { parsed, issues } = parseRows([{ row: 2, cells }], rulesFor({ resource: customer }));
    expect(parsed.values).toMatchObject({ name: 'Firma' });
    expect(issues.map(({ field }) => field)).toEqual(['email', 'country']);
  });
});

describe('rows that belong together', () => {
  const rules = rulesFor({ resource: invoice });
  const first = { invoiceRef: 'F1', entryDate: '2026-01-31', currency: 'DKK', quantity: '1' };

  it('are one head, from the first row that says it, and a line each', () => {
    const rows = [
      { row: 2, cells: { ...first, currency: '' } },
      { row: 9, cells: { invoiceRef: 'F1', currency: 'EUR', quantity: '2' } },
    ];
    const { parsed, issues } = parseRows(rows, rules);
    expect(issues).toEqual([]);
    expect(parsed.values).toEqual({
      invoiceRef: 'F1',
      entryDate: '2026-01-31',
      currency: 'EUR',
    });
    expect(parsed.lines.map(({ quantity }) => quantity)).toEqual(['1', '2']);
  });

  it('may not disagree in the head: the row that does is named', () => {
    const rows = [first, first, { ...first, currency: 'EUR' }].map((cells, index) => {
      return { row: index + 2, cells };
    });
    expect(parseRows(rows, rules).issues).toEqual([
      {
        code: 'ROW_INVALID',
        field: 'currency',
        message: 'differs between rows of one invoice (row 4)',
        line: 2,
      },
    ]);
  });

  it('have a problem each with its place, but for the row that names them', () => {
    const bad = { ...first, quantity: 'mange' };
    const { issues } = parseRows(
      [bad, bad].map((cells, index) => ({ row: index + 2, cells })),
      rules,
    );
    expect(issues.map(({ field }) => field)).toEqual(['quantity', 'quantity']);
    expect(issues[0]?.message).not.toContain('row');
    expect(issues[1]?.message).toBe(`${issues[0]?.message ?? ''} (row 3)`);
  });

  it('name an unknown reference once, however many rows have it', () => {
    const cells = { ...first, productNo: 'P9' };
    const { issues } = parseRows(
      [2, 3].map((row) => ({ row, cells })),
      rules,
    );
    expect(new Set(issues.map(({ message }) => message))).toEqual(
      new Set(['was not found by productNo']),
    );
  });
});
