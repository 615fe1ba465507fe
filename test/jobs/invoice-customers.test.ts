/** The customer that is billed, by the columns of the file. The expected names are those of a bookkeeper. */
import { describe, expect, it } from 'vitest';
import { billed, invoiceOffice, refusals } from './support/invoice-office.js';
import { invoiced } from './support/invoicing.js';

/** One invoice of one line: what the customer columns hold. */
function fileOf(headers: string, cells: string): string {
  const head = `fakturanr;${headers};dato;varenr;antal;pris`;
  return `${head}\nF1;${cells};15-01-2026;P1000;1;100\n`;
}

describe('a header that names a kind of number', () => {
  it.each([
    ['cvr', '13748136', 'Rigtigt Firma A/S'],
    ['CVR-nr.', 'DK 13 74 81 36', 'Rigtigt Firma A/S'],
    ['SE-nr', '13748136', 'Rigtigt Firma A/S'],
    ['VAT number', '13748136', 'Rigtigt Firma A/S'],
    ['cvr', 'CVR-nr. 13748136', 'Rigtigt Firma A/S'],
    ['ean', '5790000000005', 'Skole'],
    ['kunde', '\u200b10002', 'Kunde To'],
    ['e-mail', 'KUNDE2@example.dk', 'Kunde To'],
    ['kundenr', '13748136', 'Forkert Firma'],
    // The order of the contract, where the header names no kind.
    ['kunde', '13748136', 'Forkert Firma'],
    ['kunde', '5790000000005', 'Skole'],
  ])('%s %s bills %s', async (header, cell, name) => {
    const world = await invoiceOffice();
    await invoiced(world, fileOf(header, cell));
    expect(billed(world)).toEqual([`${name} DKK 1x100`]);
  });

  it.each([
    ['cvr', '10001', 'vatNo'],
    ['ean', '10001', 'ean'],
    ['e-mail', '10001', 'email'],
    ['kundenr', '30000412', 'contactNo'],
  ])('%s does not find %s, which is a number of another kind', async (header, cell, field) => {
    const world = await invoiceOffice();
    const view = await invoiced(world, fileOf(header, cell));
    expect(refusals(view)).toEqual([`2 REFERENCE_NOT_FOUND ${field}`]);
    expect(view.errors[0]?.message).toBe(`${header} "${cell}" was not found by ${field}`);
    expect(billed(world)).toEqual([]);
  });

  it('keeps its kind where a mapping gives it to the customer', async () => {
    const world = await invoiceOffice();
    const columnMapping = { CVR: 'customer' };
    await invoiced(world, fileOf('CVR', '13748136'), { columnMapping });
    expect(billed(world)).toEqual(['Rigtigt Firma A/S DKK 1x100']);
  });
});

describe('two columns of one customer', () => {
  it.each([
    ['kundenr;cvr', '10001;13748136', /^vatNo: .*Rigtigt Firma A\/S.*Kunde Et ApS/],
    ['kundenr;e-mail', '10001;kunde2@example.dk', /^email: .*Kunde To.*Kunde Et ApS/],
    ['kundenr;e-mail', '10001;mailto:kunde2@example.dk', /^email: .*Kunde To/],
    ['e-mail;kundenavn', 'kunde1@example.dk;Kunde To', /^customerName: .*Kunde Et ApS/],
    ['kundenr;kunde', '10001;Kunde To', /^customer: .*not the name of "Kunde Et ApS"/],
    ['kunde;cvr', '10001;13748136', /^customer: .*Kunde Et ApS.*Rigtigt Firma A\/S/],
    ['cvr;kundenavn', '13748136;Forkert Firma', /^customerName: .*Rigtigt Firma A\/S/],
    ['kundenr;ean', '10005;5790000000012', /^ean: .*is not that of "Skole"/],
    ['kundenr;cvr', '999;13748136', /^contactNo: .*"Rigtigt Firma A\/S" \(contactNo "10004"\)/],
  ])('%s with %s contradict each other', async (headers, cells, message) => {
    const world = await invoiceOffice();
    const view = await invoiced(world, fileOf(headers, cells));
    const [error] = view.errors;
    expect(error?.code).toBe('DUPLICATE_AMBIGUOUS');
    expect(`${String(error?.field)}: ${String(error?.message)}`).toMatch(message);
    expect(error?.message).toContain('options.columnMapping');
    expect(billed(world)).toEqual([]);
  });

  it.each([
    ['kundenr;cvr', '10001;30000412', 'Kunde Et ApS'],
    ['kundenr;cvr', ';13748136', 'Rigtigt Firma A/S'],
    ['kundenr;e-mail', '10001;', 'Kunde Et ApS'],
    ['kundenr;e-mail', '10004;bogholder@example.dk', 'Rigtigt Firma A/S'],
    ['e-mail;kundenavn', 'kunde1@example.dk;KUNDE  ET', 'Kunde Et ApS'],
    ['kundenr;kunde', '10001;Kunde Et', 'Kunde Et ApS'],
    ['kundenr;kunde', '10001;10001', 'Kunde Et ApS'],
    ['kundenavn;cvr;ean', 'Skole;;5790000000005', 'Skole'],
  ])('%s with %s agree', async (headers, cells, name) => {
    const world = await invoiceOffice();
    const view = await invoiced(world, fileOf(headers, cells));
    expect(refusals(view)).toEqual([]);
    expect(billed(world)).toEqual([`${name} DKK 1x100`]);
  });

  it.each([
    ['kundenr;e-mail', '10001;ny@example.dk', /^E-mail .*is not that of "Kunde Et ApS"/i],
    ['kundenr;kundenavn', '10001;Nyt Navn ApS', /^Kundenavn .*is not the name of "Kunde Et ApS"/i],
    ['cvr;kunde', '13748136;Nyt Navn ApS', /^Kunde .*is not the name of "Rigtigt Firma A/i],
  ])('%s with %s is billed to the number, and the row says so', async (headers, cells, message) => {
    const world = await invoiceOffice();
    const view = await invoiced(world, fileOf(headers, cells));
    expect(refusals(view)).toEqual([]);
    expect(billed(world)).toHaveLength(1);
    const [item] = await world.items(view.id);
    expect(item).toMatchObject({ code: 'IDENTITY_CHANGED' });
    expect(item?.message).toMatch(message);
  });

  it('contradict each other on different lines of an invoice too', async () => {
    const world = await invoiceOffice();
    const csv = [
      'fakturanr;kundenr;cvr;kundenavn;dato;varenr;antal;pris',
      'F1;10001;;;15-01-2026;P1000;1;100',
      'F1;;;Kunde To;15-01-2026;P1001;1;100',
      'F2;10001;;;15-01-2026;P1000;1;100',
      'F2;;13748136;;15-01-2026;P1001;1;100',
    ].join('\n');
    const view = await invoiced(world, csv);
    expect(refusals(view)).toEqual(['2 DUPLICATE_AMBIGUOUS customerName', '4 ROW_INVALID vatNo']);
    expect(view.errors[0]?.message).toContain('(row 3)');
    expect(view.errors[1]?.message).toMatch(/^cvr "13748136" differs .* \(row 5\)/);
    expect(billed(world)).toEqual([]);
  });

  it('choose among contacts that share an e-mail', async () => {
    const world = await invoiceOffice();
    const basis = { type: 'company', countryId: 'DK', isCustomer: true };
    const contactId = await world.plant('contacts', { ...basis, name: 'Datter ApS' });
    const person = { contactId, name: 'Revisor', email: 'kunde1@example.dk' };
    await world.plant('contactPersons', person);
    await invoiced(world, fileOf('e-mail;kundenavn', 'kunde1@example.dk;Datter'));
    expect(billed(world)).toEqual(['Datter ApS DKK 1x100']);
  });
});

it('a stronger number that nobody has is told where a weaker one finds the customer', async () => {
  const world = await invoiceOffice();
  const basis = { type: 'company', countryId: 'DK', isCustomer: true };
  await world.plant('contacts', { ...basis, name: 'Uden nummer', registrationNo: '29189757' });
  const view = await invoiced(world, fileOf('kundenr;cvr', '777;29189757'));
  expect(billed(world)).toEqual(['Uden nummer DKK 1x100']);
  expect(view.warnings.map(({ message }) => message).join(' ')).toMatch(
    /kundenr "?…?"? ?is no contactNo of this account, so the customer was found by vatNo/,
  );
});

it('a blank customer is required in the words of the file', async () => {
  const world = await invoiceOffice();
  const view = await invoiced(world, fileOf('kundenr;kundenavn', ';Kunde Et'));
  expect(refusals(view)).toEqual(['2 ROW_INVALID contactNo']);
  expect(view.errors[0]?.message).toBe('kundenr is required');
});
