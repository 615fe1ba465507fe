import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core/errors.js';
import { customer } from '../../../src/resources/contact/customer.js';
import {
  type HeaderOptions,
  headerReader,
  mapHeaders,
  normalizeHeader,
} from '../../../src/resources/definition/headers.js';
import { invoice } from '../../../src/resources/invoice/invoice.js';
import { product } from '../../../src/resources/product/product.js';
import type { Resource } from '../../../src/resources/definition/resource.js';
import { supplier } from '../../../src/resources/contact/supplier.js';

function map(resource: Resource, headers: string[], options: Partial<HeaderOptions> = {}) {
  return mapHeaders(resource, headers, { operation: 'import', columnMapping: {}, ...options });
}

function refusal(run: () => unknown): InputError {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error;
  }
  throw new Error('The headers were taken.');
}

/** The Danish headers of the contract, section 4, and further ones in use. */
const CUSTOMER_ALIASES: Record<string, string[]> = {
  name: ['navn', 'firmanavn', 'firma', 'virksomhed', 'kundenavn', 'kunde'],
  email: ['e-mail', 'mail', 'e-mailadresse'],
  phone: ['telefon', 'telefonnummer', 'tlf', 'mobil'],
  address: ['adresse', 'vej'],
  city: ['by'],
  zipcode: ['postnr', 'postnummer'],
  country: ['land', 'landekode'],
  vatNo: ['cvr', 'cvr-nr', 'cvrnr', 'momsnr', 'se-nr', 'cvr/se-nr'],
  contactNo: ['kundenr', 'kundenummer'],
  ean: ['ean-nr', 'gln', 'ean/gln'],
  type: ['type'],
  isArchived: ['arkiveret'],
  paymentTermsDays: ['betalingsfrist', 'kreditdage'],
  id: ['id'],
};
const SUPPLIER_ALIASES: Record<string, string[]> = {
  ...CUSTOMER_ALIASES,
  name: ['navn', 'firmanavn', 'firma', 'virksomhed', 'leverandør', 'leverandørnavn'],
  contactNo: ['leverandørnr', 'leverandoernr', 'leverandørnummer'],
};
const INVOICE_ALIASES: Record<string, string[]> = {
  id: ['id'],
  invoiceRef: ['fakturaref'],
  invoiceNo: ['fakturanr'],
  customer: ['kunde'],
  contactNo: ['kundenr'],
  ean: ['ean-nr'],
  vatNo: ['cvr', 'cvr-nr', 'se-nr'],
  email: ['e-mail', 'mail'],
  customerName: ['kundenavn'],
  entryDate: ['dato'],
  paymentTermsDays: ['betalingsfrist'],
  taxMode: ['moms'],
  currency: ['valuta'],
  productNo: ['varenr'],
  description: ['beskrivelse'],
  quantity: ['antal'],
  unitPrice: ['pris'],
  lineTotal: ['i alt', 'linjesum', 'beløb', 'amount'],
  approve: ['godkend'],
  type: ['bilagstype', 'dokumenttype', 'document type'],
  entryType: ['art', 'transaction type'],
  document: ['dokument', 'bilag'],
  status: ['tilstand'],
  credit: ['kredit'],
  creditNote: ['kreditnota', 'credit memo'],
  discount: ['rabat', 'rabatbeløb', 'discount amount'],
  discountPercent: ['rabat %', 'rabatprocent', 'discount %'],
};
const PRODUCT_ALIASES: Record<string, string[]> = {
  name: ['navn', 'varenavn', 'produkt'],
  description: ['beskrivelse'],
  accountNo: ['konto', 'kontonr'],
  unitPrice: ['pris', 'enhedspris', 'salgspris'],
  salesTaxRuleset: ['moms', 'momskode'],
  isArchived: ['arkiveret'],
  productNo: ['varenr', 'varenummer', 'sku'],
  currency: ['valuta'],
  unit: ['enhed'],
  id: ['id'],
};

/** As people write one header: capitals, dots, spaces, dashes. */
function spellingsOf(header: string): string[] {
  const spaced = header.replaceAll(/(?=.)/g, ' ');
  return [header, header.toUpperCase(), `${header}.`, ` ${spaced}_`, header.replaceAll('-', ' / ')];
}

describe.each([
  [customer, CUSTOMER_ALIASES],
  [product, PRODUCT_ALIASES],
  [supplier, SUPPLIER_ALIASES],
  [invoice, INVOICE_ALIASES],
] as const)('headers of a $name', (resource, aliases) => {
  const cases = Object.entries(aliases).flatMap(([column, names]) =>
    [column, ...names].map((name) => [name, column] as const),
  );

  it.each(cases)('%s is %s, however it is written', (name, column) => {
    const read = headerReader(resource, {});
    for (const spelling of spellingsOf(name)) expect(read(spelling)).toBe(column);
  });

  it('cover every column', () => {
    expect(resource.columns.map((column) => column.name).sort()).toEqual(
      Object.keys(aliases).sort(),
    );
  });

  it('mean one column each', () => {
    for (const column of resource.columns) {
      const names = new Set([column.name, ...column.aliases].map(normalizeHeader));
      const others = resource.columns
        .filter((other) => other !== column)
        .flatMap((other) => [other.name, ...other.aliases]);
      expect(others.filter((name) => names.has(normalizeHeader(name)))).toEqual([]);
    }
  });

  it('of its templates are all known', () => {
    const further = Object.values(resource.furtherTemplates ?? {});
    for (const [index, rows] of [resource.template, ...further].entries()) {
      const operation = index === 0 ? 'import' : 'update';
      const { columns, warnings } = map(resource, [...rows[0]], { operation });
      expect(columns).not.toContain(null);
      expect(warnings).toEqual([]);
    }
  });
});

describe('normalizeHeader', () => {
  it.each([
    ['CVR-nr.', 'cvrnr'],
    ['E - Mail', 'email'],
    ['post_nr / by', 'postnrby'],
    ['Ærø\u00a0Nr', 'ærønr'],
    ['', ''],
  ])('%j is %j', (header, normal) => {
    expect(normalizeHeader(header)).toBe(normal);
  });
});

describe('a mapping', () => {
  it('gives a header the column it names, by either name', () => {
    const columnMapping = { Kundens_Titel: 'Navn', rabat: 'phone' };
    const { columns, warnings } = map(customer, ['Kundens titel', 'Rabat'], { columnMapping });
    expect(columns).toEqual(['name', 'phone']);
    expect(warnings).toEqual([]);
    const read = headerReader(customer, columnMapping);
    expect([read('KUNDENS TITEL'), read('rabat'), read('andet')]).toEqual(['name', 'phone', null]);
  });

  it('wins over what the header means by itself', () => {
    const { columns } = map(customer, ['navn', 'mobil'], { columnMapping: { mobil: 'contactNo' } });
    expect(columns).toEqual(['name', 'contactNo']);
  });

  it.each([
    { headers: ['navn', 'firma'], columnMapping: { firma: 'name' }, taken: [null, 'name'] },
    {
      headers: ['Navn', 'Telefon', 'Mobil'],
      columnMapping: { Mobil: 'phone' },
      taken: ['name', null, 'phone'],
    },
  ])('takes its column from a header that is called so: $headers', (given) => {
    const { headers, columnMapping, taken } = given;
    const left = headers[taken.indexOf(null)] ?? '';
    const said = map(customer, headers, { columnMapping });
    const saved = map(customer, headers, { savedMapping: columnMapping });
    for (const { columns, warnings } of [said, saved]) {
      expect(columns).toEqual(taken);
      expect(warnings).toEqual([
        {
          code: 'COLUMN_IGNORED',
          message: `Ignored, because another header is mapped to their column: "${left}".`,
        },
      ]);
    }
    expect(headers.map(headerReader(customer, columnMapping))).toEqual(taken);
  });

  it('to nothing leaves a header out, without a word', () => {
    const headers = ['Navn', 'Telefon', 'Mobil'];
    const columnMapping = { Mobil: '' };
    const { columns, warnings } = map(customer, headers, { columnMapping });
    expect([columns, warnings]).toEqual([['name', 'phone', null], []]);
    expect(headers.map(headerReader(customer, columnMapping))).toEqual(columns);
    const both = { columnMapping: { Mobil: 'phone' }, savedMapping: { Mobil: '', Telefon: '' } };
    expect(map(customer, headers, both)).toMatchObject({
      columns: ['name', null, 'phone'],
      warnings: [],
    });
    const error = refusal(() => map(customer, ['navn'], { columnMapping: { navn: '' } }));
    expect(error.code).toBe('CSV_MISSING_COLUMN');
  });

  it('cannot give one column to two headers', () => {
    const columnMapping = { titel: 'vatNo', nummer: 'vatNo' };
    const error = refusal(() => map(customer, ['navn', 'titel', 'nummer'], { columnMapping }));
    expect(error.message).toBe(
      'Two headers of the file mean the column vatNo: "titel" and "nummer".',
    );
  });

  it.each([
    ['a header that the file lacks', { firma: 'name' }],
    ['a column that does not exist', { navn: 'navneskilt' }],
    ['an inherited property', { navn: 'constructor' }],
  ])('cannot name %s', (_name, columnMapping) => {
    const error = refusal(() => map(customer, ['navn'], { columnMapping }));
    expect(error.code).toBe('INPUT_INVALID');
    expect(error.hint).toContain('contactNo');
    const [[header, column] = []] = Object.entries(columnMapping);
    expect(error.message).not.toContain(JSON.stringify(column));
    expect(error.detail).toBe(`${JSON.stringify(header)} to ${JSON.stringify(column)}`);
  });
});

describe('a saved mapping', () => {
  const savedMapping = { Titel: 'name', Rabat: 'phone', 'Gammel kolonne': 'city' };

  it('stands for what it names, as far as the file has it', () => {
    const { columns, warnings } = map(customer, ['titel', 'rabat', 'by'], { savedMapping });
    expect([columns, warnings]).toEqual([['name', 'phone', 'city'], []]);
    const read = headerReader(customer, {}, savedMapping);
    expect([read('TITEL'), read('gammel kolonne'), read('andet')]).toEqual(['name', 'city', null]);
  });

  it("gives way to the caller's word, for a header and for a column", () => {
    const headers = ['titel', 'rabat', 'firma'];
    const columnMapping = { rabat: 'email', firma: 'navn' };
    const { columns, warnings } = map(customer, headers, { columnMapping, savedMapping });
    expect(columns).toEqual([null, 'email', 'name']);
    expect(warnings[0]?.message).toContain('"titel"');
    const read = headerReader(customer, columnMapping, savedMapping);
    expect(headers.map(read)).toEqual(columns);
  });

  it('cannot name a column that does not exist for a header of the file', () => {
    const error = refusal(() => map(customer, ['navn'], { savedMapping: { navn: 'skilt' } }));
    expect(error.code).toBe('INPUT_INVALID');
    expect(error.message).toContain('saved mapping');
    const other = { andet: 'skilt', navn: 'name' };
    expect(map(customer, ['navn'], { savedMapping: other }).columns).toEqual(['name']);
  });

  it('makes no two headers mean one column', () => {
    const twice = { Titel: 'email', Rabat: 'email' };
    const headers = ['navn', 'rabat', 'titel'];
    const error = refusal(() => map(customer, headers, { savedMapping: twice }));
    expect(error.message).toBe(
      'Two headers of the file mean the column email: "rabat" and "titel".',
    );
  });
});

describe('a header row', () => {
  it('keeps the order of the file', () => {
    expect(map(customer, ['by', 'navn', 'E-mail']).columns).toEqual(['city', 'name', 'email']);
  });

  it.each([
    { resource: customer, operation: 'import', headers: ['email'], missing: 'name' },
    {
      resource: customer,
      operation: 'update',
      headers: ['navn', 'by'],
      missing: 'id or contactNo or ean or vatNo or email',
    },
    { resource: product, operation: 'import', headers: ['navn'], missing: 'unitPrice' },
    { resource: product, operation: 'import', headers: ['pris'], missing: 'name' },
    {
      resource: product,
      operation: 'update',
      headers: ['pris'],
      missing: 'id or productNo or name',
    },
  ] as const)('$headers lacks $missing for an $operation', (needing) => {
    const { resource, operation, headers, missing } = needing;
    const error = refusal(() => map(resource, [...headers], { operation }));
    expect(error.code).toBe('CSV_MISSING_COLUMN');
    expect(error.message).toContain(missing);
  });

  it('needs something to find records by for a delete', () => {
    expect(map(customer, ['cvr', 'by'], { operation: 'delete' }).columns).toContain('vatNo');
    const error = refusal(() => map(product, ['pris'], { operation: 'delete' }));
    expect(error.code).toBe('CSV_MISSING_COLUMN');
  });

  it.each(['update', 'delete'] as const)(
    'for an %s has what matchBy finds records by',
    (operation) => {
      const byPhone = { operation, matchBy: ['phone'] };
      expect(map(customer, ['telefon', 'navn'], byPhone).columns).toEqual(['phone', 'name']);
      expect(map(customer, ['navn'], { operation, matchBy: ['name'] }).columns).toEqual(['name']);
      expect(map(customer, ['id', 'by'], byPhone).columns).toEqual(['id', 'city']);
      const error = refusal(() => map(customer, ['kundenr', 'by'], byPhone));
      expect(error.message).toBe(
        'Required column id or phone not found. First row read: "kundenr", "by".',
      );
      expect(map(customer, ['cvr'], { operation, matchBy: null }).columns).toEqual(['vatNo']);
    },
  );

  it('with a typing error is told which column it may mean', () => {
    const headers = ['navn', 'Emial', 'E_Malj', 'rabat'];
    const { columns, warnings } = map(customer, headers);
    expect(columns).toEqual(['name', null, null, null]);
    expect(warnings[0]?.message).toBe(
      'Ignored, because no column has this name: "Emial" (did you mean email?), "E_Malj", "rabat".',
    );
  });

  it('is never told of a column that the file has', () => {
    const message = map(customer, ['navn', 'nvan']).warnings[0]?.message ?? '';
    expect(message).toContain('"nvan"');
    expect(message).not.toContain('did you mean');
  });

  it('that lacks a column is told which header may be it, quoted and cut', () => {
    const { code, hint } = refusal(() => map(customer, ['Nvan', 'by']));
    expect(code).toBe('CSV_MISSING_COLUMN');
    expect(hint).toMatch(/^Did you mean name by "Nvan"\? /);
    expect(hint).toContain('download_csv_template');
    expect(refusal(() => map(customer, ['rabat', 'tleefon'])).hint).not.toContain('Did you mean');
    const long = `n${' '.repeat(60)}van`;
    expect(refusal(() => map(customer, [long])).hint).not.toContain('van"');
  });

  it('of a price list is an update by file', () => {
    const headers = ['productNo', 'currency', 'unitPrice'];
    expect(map(product, headers, { operation: 'update' }).columns).toEqual(headers);
  });

  it.each([
    [['kundenavn', 'firmanavn'], {}],
    [['name', 'Name '], {}],
    [['titel', 'TITEL'], { titel: 'name' }],
  ])('%j cannot mean one column twice', (headers, columnMapping) => {
    const error = refusal(() => map(customer, headers, { columnMapping }));
    expect(error.code).toBe('INPUT_INVALID');
    expect(error.message).toContain('name');
  });

  it('names the headers that are left out, once, quoted and cut', () => {
    const long = `x\u202e"${'y'.repeat(80)}`;
    const { columns, warnings } = map(customer, ['navn', 'rabat', long, '']);
    expect(columns).toEqual(['name', null, null, null]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.code).toBe('COLUMN_IGNORED');
    const message = warnings[0]?.message ?? '';
    expect(message).toContain('"rabat"');
    expect(message).not.toContain('\u202e');
    expect(message.length).toBeLessThan(160);
  });

  it('counts the headers that do not fit into the warning', () => {
    const unknown = Array.from({ length: 13 }, (_, index) => `ukendt${String(index)}`);
    const message = map(customer, ['navn', ...unknown]).warnings[0]?.message ?? '';
    expect(message).toContain('"ukendt9"');
    expect(message).not.toContain('ukendt10');
    expect(message).toContain('and 3 more');
  });

  it.each([
    ['row', 'code', 'reason', 'outcome', 'billyId', 'changes', 'rollback', 'rollbackReason'],
    ['række', 'kode', 'årsag', 'resultat', 'billy-id', 'ændringer', 'tilbageførsel'],
    ['job row', 'job kode', 'Årsag', 'BILLY_ID', 'Row'],
    // A person may have removed one of them.
    ['række', 'årsag'],
  ])('of our own report brings no warning: %s', (...headers) => {
    const { columns, warnings } = map(customer, ['navn', ...headers]);
    expect(warnings).toEqual([]);
    expect(columns.filter((column) => column !== null)).toEqual(['name']);
  });

  it.each([['kode'], ['reason'], ['resultat', 'ændringer']])(
    'that a file has of its own brings one: %s',
    (...headers) => {
      const [warning] = map(customer, ['navn', ...headers]).warnings;
      for (const header of headers) expect(warning?.message).toContain(header);
    },
  );
});
