/** Files with other documents than invoices among their rows. */
import { describe, expect, it } from 'vitest';
import { billed, invoiceOffice, refusals, rowWarnings } from './support/invoice-office.js';
import { invoiced } from './support/invoicing.js';

const HEAD = 'fakturanr;kunde;dato;varenr;antal;pris';

function fileOf(header: string, cells: readonly string[]): string {
  const rows = cells.map((cell, at) => `F${String(at)};10001;15-01-2026;P1000;1;100;${cell}`);
  return [`${HEAD};${header}`, ...rows].join('\n');
}

describe('a credit note among invoices', () => {
  it.each([
    ['Bilagstype', 'KN', 'type'],
    ['Bilagsart', 'Kreditnota', 'type'],
    ['type', 'Annullering', 'type'],
    ['Document type', 'Credit memo', 'type'],
    ['Dokumenttype', 'Credit note', 'type'],
    ['Dokument', 'Kreditnota', 'document'],
    ['Bilag', 'CN', 'document'],
    ['Art', 'Kredit', 'entryType'],
    ['Transaction type', 'Void', 'entryType'],
    ['Status', 'Annulleret', 'status'],
    ['Status', 'Krediteret', 'status'],
    ['Kredit', '125,00', 'credit'],
  ])('is refused by %s: %s', async (...[header, cell, field]) => {
    const world = await invoiceOffice();
    const view = await invoiced(world, fileOf(header, [cell, '']));
    expect(refusals(view)).toEqual([`2 ROW_INVALID ${field}`]);
    expect(view.errors[0]?.message).toContain('make the credit note in Billy');
    expect(billed(world)).toEqual(['Kunde Et ApS DKK 1x100']);
  });

  it('is refused with all its lines', async () => {
    const world = await invoiceOffice();
    const csv = [
      `${HEAD};Dokument`,
      'F1;10001;15-01-2026;P1000;1;100;',
      'F1;10001;15-01-2026;P1001;1;100;Kreditnota',
      'F2;10002;15-01-2026;P1000;1;100;Faktura',
    ].join('\n');
    const view = await invoiced(world, csv);
    expect(refusals(view)).toEqual(['2 ROW_INVALID document']);
    expect(billed(world)).toEqual(['Kunde To DKK 1x100']);
  });

  it('is not approved', async () => {
    const world = await invoiceOffice();
    const view = await invoiced(world, fileOf('Status;godkend', ['Annulleret;ja']));
    expect(refusals(view)).toEqual(['2 ROW_INVALID status']);
    expect(billed(world)).toEqual([]);
  });
});

it.each([
  ['Dokumenttype', ['Faktura', 'Invoice', 'FA']],
  ['Status', ['Betalt', 'Sendt', 'Kladde', 'Åben', 'Hos inkasso']],
  ['Bilag', ['1042', 'F-1043', 'Salgsfaktura']],
  ['Debet;Kredit', ['100;', '100;0,00', '100;-']],
])('ordinary words under %s are read without one', async (header, cells) => {
  const world = await invoiceOffice();
  const view = await invoiced(world, fileOf(header, cells));
  expect(view.outcomes).toMatchObject({ created: cells.length, failed: 0 });
  expect(rowWarnings(view)).toEqual([]);
});

it('an unknown type of document is named by its row', async () => {
  const world = await invoiceOffice();
  const view = await invoiced(world, fileOf('Art', ['Faktura', 'Memorial']));
  expect(view.outcomes).toMatchObject({ created: 2 });
  expect(rowWarnings(view)).toEqual([
    expect.stringMatching(/^1 row \(3\): Art .*is no known type/),
  ]);
});
