/** Invoice files as people send them. The expected values are those of a careful bookkeeper, written by hand. */
import { describe, expect, it } from 'vitest';
import type { JobView } from '../../src/jobs/service/job-view.js';
import type { World } from '../support/engine-world.js';
import { invoiced, linesOf } from './support/invoicing.js';
import { stormWorld } from './support/storm.js';

const HEAD = 'fakturaref;kunde;dato;moms;varenr;antal;pris';

/** Customers 10001, 10002 and 10004 and products P1000 and P1001 with 25 % VAT. */
async function office(): Promise<World> {
  const world = await stormWorld();
  const rulesets = world.held('salesTaxRulesets');
  const full = rulesets.find(({ name }) => /25|indenlandsk|domestic/i.test(String(name)));
  for (const contactNo of ['10001', '10002', '10004']) {
    const basis = { name: `Kunde ${contactNo}`, type: 'company', countryId: 'DK' };
    await world.plant('contacts', { ...basis, contactNo, isCustomer: true });
  }
  for (const productNo of ['P1000', 'P1001']) {
    const prices = [{ currencyId: 'DKK', unitPrice: 10 }];
    const salesTaxRulesetId = (full ?? rulesets[0])?.id ?? null;
    await world.plant('products', { name: productNo, productNo, salesTaxRulesetId, prices });
  }
  return world;
}

/** Each invoice that Billy holds, by its lines: quantity times price. */
function madeOf(world: World): string[] {
  const made = world.held('invoices').map(({ id, state }) => {
    const lines = linesOf(world, id).map((each) => [each['quantity'], each['unitPrice']].join('x'));
    return `${String(state)} ${lines.join(' ')}`;
  });
  return made.sort();
}

function refusals(view: JobView): unknown[] {
  return view.errors.map(({ row, code, field }) => [row, code, field]);
}

describe('lines without a reference', () => {
  const variants = [
    ['repeats the rest of the head', ';10001;15-01-2026;excl;P1001;2;50,50'],
    ['says nothing of the head, as merged cells do', ';;;;P1001;2;50,50'],
    ['repeats the customer alone', ';10001;;;P1001;2;50,50'],
  ] as const;

  it.each(variants)('a line that %s belongs to the invoice above', async (_title, second) => {
    const world = await office();
    const rows = ['F1;10001;15-01-2026;excl;P1000;1;100,50', second];
    const csv = [HEAD, ...rows, 'F2;10002;15-01-2026;excl;P1000;1;100,50'].join('\n');
    const view = await invoiced(world, csv);
    expect(view.outcomes).toMatchObject({ created: 2, failed: 0 });
    expect(madeOf(world)).toEqual(['draft 1x100.5', 'draft 1x100.5 2x50.5']);
    expect(view.warnings.map(({ code }) => code)).toContain('VALUE_SUSPECT');
    const mended = csv.replace(second, second.replace(';', 'F1;'));
    const again = await invoiced(world, mended);
    expect(again.outcomes).toMatchObject({ created: 0, skipped: 2 });
  });

  it('a line whose head is another fails the invoice above whole; corrected, it is complete', async () => {
    const world = await office();
    const rows = ['F1;10001;15-01-2026;excl;P1000;1;100', ';10002;15-01-2026;excl;P1001;2;50'];
    const view = await invoiced(world, [HEAD, ...rows].join('\n'));
    expect(refusals(view)).toEqual([[2, 'ROW_INVALID', 'customer']]);
    expect(madeOf(world)).toEqual([]);
    const mended = [HEAD, ...rows].join('\n').replace(';10002', 'F1;10001');
    await invoiced(world, mended);
    expect(madeOf(world)).toEqual(['draft 1x100 2x50']);
  });
});

describe('what is no invoice', () => {
  it('is refused by its type, in the words of the file', async () => {
    const world = await office();
    const csv = [
      'fakturaref;type;kunde;dato;moms;varenr;antal;pris',
      'KN1;Kreditnota;10001;15-01-2026;excl;P1000;1;100,50',
      'KN2;Faktura;10002;15-01-2026;excl;P1000;1;100,50',
      'KN3;CREDIT NOTE;10002;15-01-2026;excl;P1000;1;100,50',
      'KN4;Tilbud;10002;15-01-2026;excl;P1000;1;100,50',
      'KN5;;10002;15-01-2026;excl;P1000;1;100,50',
      'KN6;Vare;10002;15-01-2026;excl;P1000;1;100,50',
    ].join('\n');
    const view = await invoiced(world, csv);
    expect(refusals(view)).toEqual([
      [2, 'ROW_INVALID', 'type'],
      [4, 'ROW_INVALID', 'type'],
      [5, 'ROW_INVALID', 'type'],
    ]);
    expect(view.errors[0]?.message).toBe(
      'type "Kreditnota" is a credit note, which an import does not make: make the credit note in Billy',
    );
    expect(view.outcomes).toMatchObject({ created: 3 });
  });

  it('is refused by a column of its own, and by a reference that says so', async () => {
    const world = await office();
    const csv = [
      'fakturaref;kreditnota;kunde;dato;moms;varenr;antal;pris',
      'A1;ja;10001;15-01-2026;excl;P1000;1;100,50',
      'A2;nej;10001;15-01-2026;excl;P1000;1;100,50',
      'Kreditnota 17;;10001;15-01-2026;excl;P1000;1;100,50',
    ].join('\n');
    const view = await invoiced(world, csv);
    expect(refusals(view)).toEqual([
      [2, 'ROW_INVALID', 'creditNote'],
      [4, 'ROW_INVALID', 'invoiceRef'],
    ]);
  });

  it('is refused where its total is negative; a rebate line is taken', async () => {
    const world = await office();
    const csv = [
      HEAD,
      'NEG1;10001;15-01-2026;excl;P1000;-1;100,50',
      'NEG2;10002;15-01-2026;excl;P1000;1;-100,50',
      'NEG3;10004;15-01-2026;excl;P1000;2;100,50',
      'NEG3;10004;15-01-2026;excl;P1001;-1;50,50',
      'NEG4;10004;15-01-2026;excl;P1000;0,1;0,30',
      'NEG4;10004;15-01-2026;excl;P1001;1;-0,03',
    ].join('\n');
    const view = await invoiced(world, csv);
    expect(refusals(view)).toEqual([
      [2, 'ROW_INVALID', 'quantity'],
      [3, 'ROW_INVALID', 'unitPrice'],
    ]);
    expect(madeOf(world)).toEqual(['draft 0.1x0.3 1x-0.03', 'draft 2x100.5 -1x50.5']);
  });

  it('has a discount: refused where it is filled', async () => {
    const world = await office();
    const csv = [
      'fakturaref;kunde;dato;moms;varenr;antal;pris;rabat;Rabat %',
      'RA1;10001;15-01-2026;excl;P1000;1;100,50;10;',
      'RA2;10001;15-01-2026;excl;P1000;1;100,50;0,00;',
      'RA3;10001;15-01-2026;excl;P1000;1;100,50;;5 %',
      'RA4;10001;15-01-2026;excl;P1000;1;100,50;-;0 %',
    ].join('\n');
    const view = await invoiced(world, csv);
    expect(refusals(view)).toEqual([
      [2, 'ROW_INVALID', 'discount'],
      [4, 'ROW_INVALID', 'discountPercent'],
    ]);
    expect(view.outcomes).toMatchObject({ created: 2 });
  });
});

describe('what is taken with a word', () => {
  it('a blank quantity is 1, and its rows are named', async () => {
    const world = await office();
    const rows = ['Q1;10001;15-01-2026;excl;P1000;;100', 'Q2;10001;15-01-2026;excl;P1000;2;100'];
    const view = await invoiced(world, [HEAD, ...rows].join('\n'));
    expect(view.outcomes).toMatchObject({ created: 2 });
    const [warning] = view.warnings.filter(({ code }) => code === 'VALUE_SUSPECT');
    expect(warning?.message).toContain('antal is blank, so 1 is used');
  });

  it('a customer by a name is refused with the keys that find one', async () => {
    const world = await office();
    const view = await invoiced(world, `${HEAD}\nCN1;Kunde 10001;15-01-2026;excl;P1000;1;100`);
    expect(view.status).toBe('failed');
    expect(view.errors[0]?.message).toBe(
      'kunde "Kunde 10001" was not found by contactNo, ean, vatNo or email',
    );
  });
});
