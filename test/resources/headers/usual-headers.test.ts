// The headers that people's files have: those with a column are understood, the others named or suggested.
import { describe, expect, it } from 'vitest';
import { describeHeaders, mapHeaders } from '../../../src/resources/definition/headers.js';
import { resourceNamed } from '../../../src/resources/registry.js';

type Row = readonly [header: string, column: string | null];

const CUSTOMER: readonly Row[] = [
  ['CVR-nummer', 'vatNo'],
  ['CVR nr.', 'vatNo'],
  ['Momsnummer', 'vatNo'],
  ['Momsnr.', 'vatNo'],
  ['SE-nummer', 'vatNo'],
  ['VAT number', 'vatNo'],
  ['EAN-nummer', 'ean'],
  ['EAN nr.', 'ean'],
  ['GLN-nummer', 'ean'],
  ['Mobilnummer', 'phone'],
  ['Mobil nr.', 'phone'],
  ['Telefon nr.', 'phone'],
  ['Phone number', 'phone'],
  ['Vejnavn', 'address'],
  ['Gade', 'address'],
  ['Adresse (vej og nr.)', 'address'],
  ['Street', 'address'],
  ['Bynavn', 'city'],
  ['Zip', 'zipcode'],
  ['Postal code', 'zipcode'],
  ['Postnr. (4 cifre)', 'zipcode'],
  ['Company name', 'name'],
  ['Kundens navn', 'name'],
  ['Kontaktnavn', 'name'],
  ['Kundenr.', 'contactNo'],
  ['Kunde nummer', 'contactNo'],
  ['Customer number', 'contactNo'],
  ['Customer No.', 'contactNo'],
  ['Betalingsbetingelser', 'paymentTermsDays'],
  ['Betalingsfrist (dage)', 'paymentTermsDays'],
  ['E-mail *', 'email'],
  ['E-post', 'email'],
  ['Land/Landekode', 'country'],
  ['Kontaktperson', null],
  ['Attention', null],
  ['Contact number', null],
  ['E-mail (kontaktperson)', null],
  ['Adresse (levering)', null],
];

const PRODUCT: readonly Row[] = [
  ['Produktnummer', 'productNo'],
  ['Product number', 'productNo'],
  ['Vare nr.', 'productNo'],
  ['Salgspris ex. moms', 'unitPrice'],
  ['Salgspris ekskl. moms', 'unitPrice'],
  ['Pris excl. VAT', 'unitPrice'],
  ['Price', 'unitPrice'],
  ['Pris (DKK)', 'unitPrice'],
  ['Pris, kr.', 'unitPrice'],
  ['Pris pr. stk.', 'unitPrice'],
  ['Unit price (EUR)', 'unitPrice'],
  ['Timepris', 'unitPrice'],
  ['Ny pris', 'unitPrice'],
  ['Product name', 'name'],
  ['Varebetegnelse', 'name'],
  ['Moms %', 'salesTaxRuleset'],
  ['Valutakode', 'currency'],
  ['Enhed (stk/kg)', 'unit'],
  ['Kostpris', null],
  ['Købspris', null],
  ['Indkøbspris', null],
  ['Cost price', null],
  ['Pris (kost)', null],
  ['Gammel pris', null],
  ['Varegruppe', null],
  ['Pris inkl. moms', null],
  ['Price incl. VAT', null],
  ['Bruttopris', null],
];

const INVOICE: readonly Row[] = [
  ['Fakturadato', 'entryDate'],
  ['Invoice date', 'entryDate'],
  ['Tekst', 'description'],
  ['Linjetekst', 'description'],
  ['Enhedspris', 'unitPrice'],
  ['Enhedspris ekskl. moms', 'unitPrice'],
  ['Pris inkl. moms', 'unitPrice'],
  ['Kundenr.', 'contactNo'],
  ['Customer number', 'contactNo'],
  ['Kunde', 'customer'],
  ['CVR-nr.', 'vatNo'],
  ['Momsnr.', 'vatNo'],
  ['EAN', 'ean'],
  ['E-mail', 'email'],
  ['Kundenavn', 'customerName'],
  ['Reference', 'invoiceRef'],
  ['Fakturanummer', 'invoiceNo'],
  ['Antal (stk)', 'quantity'],
  ['Timer', 'quantity'],
  ['Betalingsbetingelse', 'paymentTermsDays'],
  ['Rabat', 'discount'],
];

describe.each([
  ['customer', CUSTOMER],
  ['product', PRODUCT],
  ['invoice', INVOICE],
] as const)('the usual headers of a %s', (name, rows) => {
  it.each(rows)('%s is %s', (header, column) => {
    const [described] = describeHeaders(resourceNamed(name), [header]);
    expect(described).toMatchObject({ name: header, column });
  });
});

describe('the usual headers of a supplier', () => {
  it.each([
    ['Leverandørnavn', 'name'],
    ['Leverandør nr.', 'contactNo'],
    ['Kreditornummer', 'contactNo'],
    ['Vendor name', 'name'],
    ['Leverantörsnr', 'contactNo'],
    ['Organisationsnummer', 'vatNo'],
    ['Företagsnamn', 'name'],
    ['Postort', 'city'],
  ])('%s is %s', (header, column) => {
    expect(describeHeaders(resourceNamed('supplier'), [header])[0]?.column).toBe(column);
  });
});

describe('a header without a column', () => {
  it.each([
    ['customer', 'Kundens navne', 'name'],
    ['customer', 'Firmaets e-mail', 'email'],
    ['customer', 'Kontaktmail', 'email'],
    ['customer', 'Tlefon', 'phone'],
    ['product', 'Pris inkl. moms', 'unitPrice'],
    ['product', 'Varegruppe', null],
    ['invoice', 'Kontaktperson', null],
  ])('of a %s: %s may mean %s', (name, header, suggestion) => {
    expect(describeHeaders(resourceNamed(name), [header])[0]).toEqual({
      name: header,
      column: null,
      suggestion,
    });
  });

  it('is described as the mapping says, and nothing is thrown for what a mapping gets wrong', () => {
    const columnMapping = { Titel: 'name', Saldo: null, Andet: 'no such column' };
    const described = describeHeaders(resourceNamed('customer'), ['Titel', 'Saldo', 'Andet'], {
      columnMapping,
    });
    expect(described.map(({ column }) => column)).toEqual(['name', null, null]);
  });

  it('is named in a warning', () => {
    const { warnings } = mapHeaders(
      resourceNamed('customer'),
      ['Navn', 'Saldo', 'Kontaktperson', 'Kreditmax'],
      { operation: 'import', columnMapping: {} },
    );
    expect(warnings).toEqual([
      {
        code: 'COLUMN_IGNORED',
        message: 'Ignored, because no column has this name: "Saldo", "Kontaktperson", "Kreditmax".',
      },
    ]);
  });
});
