// Rows that are no records: the headers again, totals, notes; and the records that look like them.
import { describe, expect, it } from 'vitest';
import { oddRowMarker } from '../../../src/jobs/scan/odd-rows.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { product } from '../../../src/resources/product/product.js';

const CONTACTS = {
  headers: ['navn', 'e-mail', 'cvr', 'Saldo'],
  columns: ['name', 'email', 'vatNo', null],
};
const PRODUCTS = {
  headers: ['varenr', 'navn', 'pris'],
  columns: ['productNo', 'name', 'unitPrice'],
};

function codeOf(cells: string[], table = CONTACTS): string | null {
  const mark = oddRowMarker(table === CONTACTS ? customer : product, table);
  return mark({ row: 2, cells, problem: null }).problem?.code ?? null;
}

describe('oddRowMarker', () => {
  it.each([[['navn', 'e-mail', 'cvr', 'saldo']], [['NAVN', 'E-Mail', 'CVR', 'SALDO']]])(
    'takes %j for the headers again',
    (cells) => {
      expect(codeOf(cells)).toBe('HEADER_REPEATED');
    },
  );

  it.each([
    [['I alt', '', '', '12.345,00']],
    [['', '', '', 'Total']],
    [['Saldo', '', '', '-1.200,50 kr.']],
    [['Total DKK:', '', '', '100']],
    [['Sum', '', '', '']],
    [['Antal kunder: 12', '', '', '']],
    [['Antal', 'I alt', '', '']],
  ])('judges %j', (cells) => {
    expect(codeOf(cells)).toBe(cells[0] === 'Antal' ? null : 'TOTALS_ROW');
  });

  it.each([
    [['', 'I alt', '31,00'], 'TOTALS_ROW'],
    [['I alt', '', '31,00'], 'TOTALS_ROW'],
    [['', 'Subtotal', '31.00'], 'TOTALS_ROW'],
    [['T1', 'I alt', '31,00'], null],
    [['', 'I alt Byg', '31,00'], null],
    [['', 'Totalentreprise', '31,00'], null],
    [['', 'Summer', '31,00'], null],
  ])('judges the product row %j', (cells, code) => {
    expect(codeOf(cells, PRODUCTS)).toBe(code);
  });

  it.each([
    [['I alt Byg', '', '', '']],
    [['Total Byg ApS', '', '', '10']],
    [['Sum', 'sum@sum.dk', '', '']],
    [['Sum', '', '20002727', '']],
    [['navn', 'e-mail', '', '']],
  ])('makes a record of %j', (cells) => {
    expect(codeOf(cells)).toBeNull();
  });

  it.each([['Udskrevet af Bo 01-11-2026'], ['* Priser er ekskl. moms'], ['Side 1 af 3']])(
    'refuses the note %j',
    (note) => {
      expect(codeOf([note, '', '', ''])).toBe('ROW_INVALID');
    },
  );

  it('warns of a lone name below a blank line, and of none above it', () => {
    const mark = oddRowMarker(customer, CONTACTS);
    const alone = (row: number): string | null =>
      mark({ row, cells: ['Bo Hansen', '', '', ''], problem: null }).problem?.code ?? null;
    expect([alone(2), alone(3), alone(5)]).toEqual([null, null, 'VALUE_SUSPECT']);
  });

  it('keeps the fault of a row that reading found', () => {
    const problem = { code: 'CSV_MALFORMED', message: 'x', field: null } as const;
    const mark = oddRowMarker(customer, CONTACTS);
    expect(mark({ row: 2, cells: ['A', '', '', ''], problem }).problem).toBe(problem);
  });
});
