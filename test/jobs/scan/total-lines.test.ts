// Lines that count or add up the rows above them, and the records that have such names. Each file is a table of a
// kind that people send; the last row of most of them is the line in question.
import { describe, expect, it } from 'vitest';
import { oddRowMarker } from '../../../src/jobs/scan/odd-rows.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { product } from '../../../src/resources/product/product.js';
import { calmWorld } from '../../support/engine-world.js';

type Row = readonly string[];

const TABLES = {
  contacts: { resource: customer, headers: ['navn', 'kundenr'], columns: ['name', 'contactNo'] },
  wide: {
    resource: customer,
    headers: ['navn', 'kundenr', 'telefon', 'by'],
    columns: ['name', 'contactNo', 'phone', 'city'],
  },
  products: {
    resource: product,
    headers: ['varenr', 'navn', 'pris'],
    columns: ['productNo', 'name', 'unitPrice'],
  },
  prices: { resource: product, headers: ['navn', 'pris'], columns: ['name', 'unitPrice'] },
};

const ABOVE: Readonly<Record<keyof typeof TABLES, readonly Row[]>> = {
  contacts: [
    ['Nord ApS', '1001'],
    ['Syd ApS', '1002'],
    ['Vest ApS', '1003'],
  ],
  wide: [
    ['Nord ApS', '1001', '86123456', 'Aarhus'],
    ['Syd ApS', '1002', '', 'Odense'],
    ['Vest', '1003', '', ''],
  ],
  products: [
    ['10', 'Æbler', '10,50'],
    ['11', 'Pærer', '20,00'],
    ['12', 'Blommer', '8,00'],
  ],
  prices: [
    ['Æbler', '10,50'],
    ['Pærer', '20,00'],
    ['Blommer', '8,00'],
  ],
};

/** The code of a row that stands below three records, with as many further records below it; null: a record. */
function codeOf(table: keyof typeof TABLES, row: Row, below = 0): string | null {
  const { resource, headers, columns } = TABLES[table];
  const above = ABOVE[table];
  const rows = [...above, row, ...Array.from({ length: below }, () => above[0] ?? [])];
  const mark = oddRowMarker(resource, { headers, columns, rowCount: rows.length });
  const marked = rows.map((cells, index) =>
    mark({ row: index + 2, cells: [...cells], problem: null }),
  );
  return marked[above.length]?.problem?.code ?? null;
}

const MANY = 20;

describe('at the end of a file', () => {
  it.each<[keyof typeof TABLES, Row]>([
    ['contacts', ['Total kunder', '3']],
    ['contacts', ['Total kunder', '1']],
    ['contacts', ['Total', '3']],
    ['contacts', ['Antal: 3', '']],
    ['contacts', ['', 'Antal: 1']],
    ['contacts', ['I alt 5 kunder', '']],
    ['contacts', ['Sum', '']],
    ['contacts', ['Records: 12', '']],
    ['contacts', ['Number of rows', '12']],
    ['contacts', ['Antal', '3']],
    ['contacts', ['Total 3', '']],
    ['wide', ['3 kunder i alt', '', '', '']],
    ['wide', ['Kunder i alt', '', '3', '']],
    ['wide', ['Total number of customers: 1.250', '', '', '']],
    ['wide', ['Antal aktive kunder', '', '', '3']],
    ['products', ['Antal varer i alt: 1', '', '']],
    ['products', ['', 'Antal varer', '3']],
    ['products', ['', 'I alt', '38,50']],
    ['products', ['Total', '', '38,50']],
    ['products', ['Total: 38,50 kr.', '', '']],
    ['products', ['', 'Antal poster', '3']],
  ])('%s %j is left out', (table, row) => {
    expect(codeOf(table, row)).toBe('TOTALS_ROW');
  });

  it.each<[keyof typeof TABLES, Row]>([
    ['contacts', ['Total', '2']],
    ['contacts', ['Antal', '12']],
    ['contacts', ['Total 12', '']],
    ['products', ['', 'Antal linjer', '12']],
    ['wide', ['Antal', '', '', '']],
  ])('%s %j is refused, since it may be a record', (table, row) => {
    expect(codeOf(table, row)).toBe('ROW_INVALID');
  });

  it.each<[keyof typeof TABLES, Row]>([
    ['contacts', ['Total', '1004']],
    ['contacts', ['Total kunder', '1004']],
    ['wide', ['Total Produkter', '', '86123457', '']],
    ['contacts', ['Antal', '1004']],
  ])('%s %j is read with a warning', (table, row) => {
    expect(codeOf(table, row)).toBe('VALUE_SUSPECT');
  });

  it.each<[keyof typeof TABLES, Row]>([
    ['contacts', ['I alt Byg', '1004']],
    ['contacts', ['Total Byg ApS', '3']],
    ['contacts', ['Sum Design', '']],
    ['contacts', ['Antal & Co', '3']],
    ['wide', ['Total', '1004', '86123457', '']],
    ['wide', ['Sum', '1004', '', 'Aarhus']],
    ['wide', ['Records ApS', '', '', '']],
    ['products', ['13', 'Total station', '9.500,00']],
    ['products', ['', 'Total station', '9.500,00']],
    ['products', ['13', 'Antal poster', '5,00']],
    ['products', ['13', 'Total', '5,00']],
    ['prices', ['Antal poster', '5,00']],
    ['prices', ['12 items', '5,00']],
  ])('%s %j is a record', (table, row) => {
    expect(codeOf(table, row)).toBeNull();
  });
});

describe('inside a file', () => {
  it.each<[keyof typeof TABLES, Row, string | null]>([
    ['contacts', ['Total kunder', '1'], 'TOTALS_ROW'],
    ['contacts', ['Antal: 3', ''], 'TOTALS_ROW'],
    ['contacts', ['I alt', ''], 'TOTALS_ROW'],
    ['contacts', ['Total', '3'], 'VALUE_SUSPECT'],
    ['contacts', ['Total', '2'], null],
    ['contacts', ['Total', '1004'], null],
    ['contacts', ['Total 12', ''], null],
    ['contacts', ['Antal', '12'], null],
    ['prices', ['Antal poster', '5'], null],
    ['prices', ['Kunder: 5', '100,00'], null],
  ])('%s %j is judged %j', (table, row, code) => {
    expect(codeOf(table, row, MANY)).toBe(code);
  });

  it('is not known where the number of rows is not', () => {
    const { resource, headers, columns } = TABLES.contacts;
    const mark = oddRowMarker(resource, { headers, columns });
    const [last] = [...ABOVE.contacts, ['Total', '2']]
      .map((cells) => mark({ row: 2, cells: [...cells], problem: null }))
      .slice(-1);
    expect(last?.problem).toBeNull();
  });

  it('leaves the fault of a row that may be a record', () => {
    const { resource, headers, columns } = TABLES.contacts;
    const mark = oddRowMarker(resource, { headers, columns, rowCount: 2 });
    const problem = { code: 'CSV_MALFORMED', message: 'x', field: null } as const;
    mark({ row: 2, cells: ['Nord', '1001'], problem: null });
    expect(mark({ row: 3, cells: ['Total', '2'], problem }).problem).toBe(problem);
  });
});

it('a count below an import makes no customer, and is named', async () => {
  const world = await calmWorld();
  const job = await world.imported('navn;kundenr\nNord ApS;1001\nSyd ApS;1002\nTotal kunder;2\n');
  expect(world.held('contacts')).toHaveLength(2);
  expect(job.outcomes).toMatchObject({ created: 2, skipped: 1 });
  expect(job.warnings.map(({ code }) => code)).toContain('TOTALS_ROW');
});
