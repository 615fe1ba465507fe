/** What stands on some lines of an invoice only, and records that are out of use. */
import { describe, expect, it } from 'vitest';
import { billed, invoiceOffice, refusals, rowWarnings } from './support/invoice-office.js';
import { invoiced } from './support/invoicing.js';

const HEAD = 'fakturanr;kunde;dato;varenr;antal;pris';
const TODAY = new Date().toISOString().slice(0, 10);

function fileOf(header: string, cells: readonly string[]): string {
  const rows = cells.map((cell) => `F1;10001;${TODAY};P1000;1;100;${cell}`);
  return [`${HEAD};${header}`, ...rows].join('\n');
}

describe('an approval', () => {
  it.each([
    [['', 'ja'], /^1 row \(3\): godkend .*stands on one line only, and approves the whole/],
    [['ja', '', 'ja'], /^1 row \(2\): godkend .*stands on some lines only/],
  ])('on %j is said by its row', async (cells, message) => {
    const world = await invoiceOffice();
    const view = await invoiced(world, fileOf('godkend', cells));
    expect(billed(world)[0]).toContain('Kunde Et ApS DKK approved');
    expect(rowWarnings(view)).toEqual([expect.stringMatching(message)]);
  });

  it.each([[['ja', 'ja']], [['nej', '']], [['ja']]])('on %j needs no word', async (cells) => {
    const world = await invoiceOffice();
    const view = await invoiced(world, fileOf('godkend', cells));
    expect([refusals(view), rowWarnings(view)]).toEqual([[], []]);
  });

  it('that lines disagree on fails the invoice', async () => {
    const world = await invoiceOffice();
    const view = await invoiced(world, fileOf('approve', ['ja', 'nej']));
    expect(refusals(view)).toEqual(['2 ROW_INVALID approve']);
    expect(billed(world)).toEqual([]);
  });
});

describe('a currency', () => {
  it.each([[['', 'EUR']], [['', '', 'SEK']]])('on %j fails the invoice', async (cells) => {
    const world = await invoiceOffice();
    const view = await invoiced(world, fileOf('valuta', cells));
    expect(refusals(view)).toEqual(['2 ROW_INVALID currency']);
    expect(view.errors[0]?.message).toContain('does not stand on the first line');
    expect(billed(world)).toEqual([]);
  });

  it.each([
    [['EUR', ''], 'EUR'],
    [['EUR', 'EUR'], 'EUR'],
    [['', 'DKK'], 'DKK'],
  ])('on %j is %s', async (cells, currency) => {
    const world = await invoiceOffice();
    const view = await invoiced(world, fileOf('valuta', cells));
    expect(refusals(view)).toEqual([]);
    expect(billed(world)).toEqual([`Kunde Et ApS ${currency} 1x100 1x100`]);
  });
});

describe('a record out of use', () => {
  const BASIS = { type: 'company', countryId: 'DK' };

  it.each([
    [{ isCustomer: true, isArchived: true }, 'is that of an archived contact'],
    [{ isCustomer: false, isSupplier: true }, 'is that of a contact that is no customer'],
  ])('as customer is warned of by its row: %j', async (flags, message) => {
    const world = await invoiceOffice();
    await world.plant('contacts', { ...BASIS, name: 'Gammel', contactNo: '20001', ...flags });
    const csv = [
      HEAD,
      `F1;10001;${TODAY};P1000;1;100`,
      `F2;20001;${TODAY};P1000;1;100`,
      `F2;20001;${TODAY};P1001;1;100`,
    ].join('\n');
    const view = await invoiced(world, csv);
    expect(view.outcomes).toMatchObject({ created: 2 });
    expect(rowWarnings(view)).toEqual([expect.stringContaining(message)]);
    expect(rowWarnings(view)[0]).toMatch(/^1 row \(3\): kunde/);
  });

  it('as product is warned of by each of its rows', async () => {
    const world = await invoiceOffice();
    const prices = [{ currencyId: 'DKK', unitPrice: 5 }];
    await world.plant('products', { name: 'Udgået', productNo: 'P9', isArchived: true, prices });
    const csv = [
      HEAD,
      `F1;10001;${TODAY};P1000;1;100`,
      `F1;10001;${TODAY};P9;1;100`,
      `F2;10002;${TODAY};P9;1;100`,
    ].join('\n');
    const view = await invoiced(world, csv);
    expect(view.outcomes).toMatchObject({ created: 2 });
    expect(rowWarnings(view)).toEqual([
      expect.stringMatching(/^2 rows \(3, 4\): varenr .*is an archived product/),
    ]);
  });
});
