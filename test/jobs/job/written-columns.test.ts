// Danish headers of the files that we write: each is read as its column, and all together are known as ours.
import { describe, expect, it } from 'vitest';
import { headerReader } from '../../../src/resources/definition/headers.js';
import {
  danishHeader,
  isOwnDanishFile,
  isOwnExport,
  writtenColumns,
} from '../../../src/jobs/job/written-columns.js';
import { resourceNamed, RESOURCES } from '../../../src/resources/registry.js';

const DANISH = { isDanish: true };

/** The contract's headers (section 4), written by hand. */
const HEADERS: Readonly<Record<string, string>> = {
  customer:
    'id;navn;e-mail;telefon;adresse;by;postnr;land;cvr;kundenr;ean-nr;type;arkiveret;betalingsfrist',
  supplier:
    'id;navn;e-mail;telefon;adresse;by;postnr;land;cvr;leverandørnr;ean-nr;type;arkiveret;betalingsfrist',
  product: 'id;navn;beskrivelse;konto;pris;moms;arkiveret;varenr;valuta;enhed',
  invoice:
    'fakturaref;fakturanr;kunde;dato;betalingsfrist;moms;valuta;varenr;beskrivelse;antal;pris;godkend',
};

describe.each(RESOURCES)('the Danish headers of a $name', (resource) => {
  it('are those of the contract', () => {
    const columns = writtenColumns(resource, resource.exportColumns, DANISH);
    expect(columns.map(({ header }) => header).join(';')).toBe(HEADERS[resource.name]);
  });

  it('are each read as their column', () => {
    const columnOf = headerReader(resource, {});
    for (const { name } of resource.columns) {
      expect([name, columnOf(danishHeader(resource, name))]).toEqual([name, name]);
    }
  });

  it('are known as ours, together with those of a report', () => {
    const headers = (HEADERS[resource.name] ?? '').split(';');
    expect(isOwnDanishFile(resource, headers)).toBe(true);
    expect(isOwnDanishFile(resource, [...headers, 'række', 'kode', 'årsag'])).toBe(true);
    expect(isOwnDanishFile(resource, [...headers, 'farve'])).toBe(false);
    expect(isOwnDanishFile(resource, resource.exportColumns)).toBe(false);
  });
});

it('a name that is no column stays as it is, and holds a text', () => {
  expect(writtenColumns(resourceNamed('product'), ['farve'], DANISH)).toEqual([
    { header: 'farve', kind: 'text' },
  ]);
});

describe('isOwnDanishFile', () => {
  const product = resourceNamed('product');

  it.each([
    [['id', 'varenr', 'pris'], true],
    [['ID', 'Pris'], true],
    [
      ['navn', 'beskrivelse', 'konto', 'pris', 'moms', 'arkiveret', 'varenr', 'valuta', 'enhed'],
      true,
    ],
    // Anybody's price list.
    [['varenr', 'pris'], false],
    [['id', 'name', 'unitPrice'], false],
    [['id'], false],
  ])('of %j is %s', (headers, isOurs) => {
    expect(isOwnDanishFile(product, headers)).toBe(isOurs);
  });
});

it('kinds follow the columns; a count of days is a number, an account is not', () => {
  const kinds = (name: string, columns: readonly string[]) =>
    writtenColumns(resourceNamed(name), columns, { isDanish: false }).map(({ kind }) => kind);
  expect(kinds('customer', ['id', 'vatNo', 'isArchived', 'paymentTermsDays'])).toEqual([
    ...['text', 'text', 'boolean', 'whole'],
  ]);
  expect(kinds('invoice', ['entryDate', 'quantity', 'customer'])).toEqual([
    'date',
    'amount',
    'text',
  ]);
  expect(kinds('product', ['accountNo', 'unitPrice'])).toEqual(['text', 'amount']);
});

describe('isOwnExport', () => {
  const ENGLISH =
    'id,name,description,accountNo,unitPrice,salesTaxRuleset,isArchived,productNo,currency,unit';
  const DANISH = 'id,navn,beskrivelse,konto,pris,moms,arkiveret,varenr,valuta,enhed';
  const own = (headers: string): boolean =>
    isOwnExport(resourceNamed('product'), headers.split(','));

  it('is true for all headers of an export in their order, in either language', () => {
    expect([own(ENGLISH), own(DANISH)]).toEqual([true, true]);
  });

  it.each([
    `${ENGLISH},note`,
    DANISH.replace('id,', ''),
    ENGLISH.replace('name', 'navn'),
    'id,pris',
  ])('is false for %j', (headers) => {
    expect(own(headers)).toBe(false);
  });
});
