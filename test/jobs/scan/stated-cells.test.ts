// Rows whose cells contradict the headers, or whose only price includes VAT.
import { describe, expect, it } from 'vitest';
import { contradictionFinder } from '../../../src/jobs/scan/stated-cells.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import { calmWorld } from '../../support/engine-world.js';
import { billed, invoiceOffice, refusals } from '../support/invoice-office.js';
import { invoiced } from '../support/invoicing.js';

const HEAD = 'fakturanr;kunde;dato;varenr;antal';

describe('a blank price beside a price with VAT', () => {
  it.each([
    ['pris ekskl. moms;pris inkl. moms', 'F1;10001;15-01-2026;P1000;2;;125'],
    ['Pris inkl. moms;Pris', 'F1;10001;15-01-2026;P1000;2;125;'],
    ['Price excl. VAT;Bruttopris', 'F1;10001;15-01-2026;P1000;2;;125'],
  ])('refuses the invoice instead of billing the list price: %s', async (prices, row) => {
    const world = await invoiceOffice();
    const view = await invoiced(world, `${HEAD};${prices}\n${row}\n`);
    expect(billed(world)).toEqual([]);
    expect(view.errors).toMatchObject([{ row: 2, code: 'ROW_INVALID' }]);
    expect(view.errors[0]?.message).toMatch(
      /: "125" is a price with VAT, and "[Pp][^"]+" is blank; /,
    );
  });

  it('refuses all lines of the invoice for one of them, and no other invoice', async () => {
    const world = await invoiceOffice();
    const csv = [
      `${HEAD};Pris ekskl. moms;Pris inkl. moms`,
      'F1;10001;15-01-2026;P1000;1;80;100',
      'F1;10001;15-01-2026;P1001;1;;125',
      'F2;10002;15-01-2026;P1000;1;80;',
      'F3;10002;15-01-2026;P1000;1;;',
    ].join('\n');
    const view = await invoiced(world, csv);
    expect(refusals(view)).toEqual(['2 ROW_INVALID Pris inkl. moms']);
    // Without any price the product's own is meant.
    expect(billed(world)).toEqual(['Kunde To DKK 1x100', 'Kunde To DKK 1x80']);
  });

  it('refuses the row of a price list', async () => {
    const world = await invoiceOffice();
    const csv = 'Varenr;Pris ekskl. moms;Pris inkl. moms\nP1000;;125\nP1001;90;112,50\n';
    const more = { resource: 'product', operation: 'update' } as const;
    const view = await world.imported(csv, {}, more);
    expect(refusals(view)).toEqual(['2 ROW_INVALID Pris inkl. moms']);
    expect(view.outcomes).toMatchObject({ updated: 1, failed: 1 });
  });
});

it('a new price that is blank beside the old one is no fault', async () => {
  const world = await calmWorld();
  await world.plant('products', { name: 'A', productNo: 'A' });
  const more = { resource: 'product', operation: 'update' } as const;
  const view = await world.imported('Varenr;Pris;Ny pris\nA;10;\n', {}, more);
  expect(refusals(view)).toEqual([]);
});

it('without words in headers there is nothing to look at, and a faulty row keeps its fault', () => {
  const resource = resourceNamed('invoice');
  expect(contradictionFinder(resource, {})).toBeNull();
  expect(contradictionFinder(resource, { stated: { taxMode: 'incl' }, columns: [] })).toBeNull();
  const find = contradictionFinder(resource, { stated: { taxMode: 'incl' }, columns: ['taxMode'] });
  const problem = { code: 'ROW_INVALID', message: 'other', field: null } as const;
  const row = { row: 2, cells: ['ekskl'], problem };
  expect(find?.(row)).toBe(row);
  expect(find?.({ ...row, problem: null }).problem?.field).toBe('taxMode');
  // A short row, and a source that names no headers.
  const outranked = [{ index: 1, column: 'unitPrice' }];
  const short = contradictionFinder(resource, { outranked, columns: ['unitPrice', null] });
  expect(short?.({ ...row, cells: [], problem: null }).problem).toBeNull();
  expect(short?.({ ...row, cells: ['', '9'], problem: null }).problem?.field).toBe('unitPrice');
  expect(find?.({ ...row, cells: [], problem: null }).problem).toBeNull();
});
