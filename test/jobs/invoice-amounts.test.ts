/** What lines are billed at, by the columns of the file. The expected amounts are those of a bookkeeper. */
import { describe, expect, it } from 'vitest';
import { billed, fileRefusal, invoiceOffice, refusals } from './support/invoice-office.js';
import { invoiced } from './support/invoicing.js';

const HEAD = 'fakturanr;kunde;dato;varenr;antal';
const START = 'F1;10001;15-01-2026;P1000';

describe('a line total without the price of one unit', () => {
  it.each([
    ...['I alt', 'Linjesum', 'Netto', 'Linjebeløb', 'Line total', 'Amount', 'Beløb', 'Total DKK'],
    ...['Debet', 'Beløb ekskl. moms', 'Total price', 'Samlet beløb', 'Nettobeløb i alt'],
  ])('%s is asked about, and bills no list price', async (header) => {
    const world = await invoiceOffice();
    const refusal = await fileRefusal(world, `${HEAD};${header}\n${START};2;500,00\n`);
    expect(refusal?.code).toBe('INPUT_AMBIGUOUS');
    expect(refusal?.message).toContain(`"${header}" is not understood`);
    expect(refusal?.hint).toContain('unitPrice');
    expect(billed(world)).toEqual([]);
  });

  it('is no question where it is blank, or left out by a mapping', async () => {
    const world = await invoiceOffice();
    expect(await fileRefusal(world, `${HEAD};I alt\n${START};2;\n`)).toBeNull();
    const columnMapping = { 'I alt': '' };
    const csv = `${HEAD};I alt\nF2;10002;15-01-2026;P1000;3;500\n`;
    expect(await fileRefusal(world, csv, { columnMapping })).toBeNull();
    expect(billed(world)).toEqual(['Kunde Et ApS DKK 2x100', 'Kunde To DKK 3x100']);
  });
});

describe('a line total beside a price', () => {
  it.each([
    ['I alt', '2;100;200,00'],
    ['Beløb', '3;33,33;100,00'],
    ['Linjesum', '12,5;100;1.250'],
    ['I alt inkl. moms', '2;100;250,00'],
    ['Total', '2;100;'],
    ['Total', '2;;200'],
    ['Amount', '2;100;se bilag'],
  ])('%s: %s is read', async (header, cells) => {
    const world = await invoiceOffice();
    const view = await invoiced(world, `${HEAD};pris;${header}\n${START};${cells}\n`);
    expect(refusals(view)).toEqual([]);
    expect(view.outcomes).toMatchObject({ created: 1 });
  });

  it.each([
    ['I alt', '2;100;180,00', '200.00'],
    ['Line total', '2;100;1000', '200.00'],
    // The list price does not make the total.
    ['Netto', '2;;500,00', '200.00'],
    // Prices without VAT, and a total that would make them prices with VAT.
    ['Total', '2;100;160,00', '200.00'],
  ])('%s: %s is refused', async (header, cells, amount) => {
    const world = await invoiceOffice();
    const view = await invoiced(world, `${HEAD};pris;${header}\n${START};${cells}\n`);
    expect(refusals(view)).toEqual(['2 ROW_INVALID lineTotal']);
    expect(view.errors[0]?.message).toContain(`is not quantity times price, which is "${amount}"`);
    expect(billed(world)).toEqual([]);
  });

  it('may be that of the whole invoice on each of its rows', async () => {
    const world = await invoiceOffice();
    const csv = [
      `${HEAD};pris;Total`,
      `${START};2;100;350`,
      'F1;10001;15-01-2026;P1001;3;50;350',
      'F2;10002;15-01-2026;P1001;3;50;150',
      'F2;10002;15-01-2026;P1001;1;50;150',
    ].join('\n');
    const view = await invoiced(world, csv);
    expect(refusals(view)).toEqual(['4 ROW_INVALID lineTotal']);
    expect(view.errors[0]?.message).toContain('(row 5)');
    expect(billed(world)).toEqual(['Kunde Et ApS DKK 2x100 3x50']);
  });
});
