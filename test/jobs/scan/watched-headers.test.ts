// Cells that decide whether a header may be ignored, and whether an id column is Billy's.
import { describe, expect, it } from 'vitest';
import { WatchedHeaders } from '../../../src/jobs/scan/watched-headers.js';
import { cellQuestions, mapHeaders } from '../../../src/resources/definition/headers.js';
import { resourceNamed } from '../../../src/resources/registry.js';

function watching(resource: string, headers: string[], rows: readonly string[][]) {
  const watched = new WatchedHeaders((header) => cellQuestions(resourceNamed(resource), header));
  for (const [index, header] of headers.entries()) {
    const watch = watched.watchOf(header);
    for (const [at, row] of rows.entries()) watch?.(row[index] ?? '', at + 2);
  }
  const options = { operation: 'import', columnMapping: {} } as const;
  return { watched, mapped: mapHeaders(resourceNamed(resource), headers, options) };
}

describe('a questionable header', () => {
  const headers = ['Navn', 'Kundenr. (gammel)', 'Kundekode'];

  it('refuses the file where a cell is filled, and names the row', () => {
    const { watched, mapped } = watching('customer', headers, [['A'], ['B', '', 'K7']]);
    expect(() => {
      watched.checkQuestions(mapped);
    }).toThrow('"Kundekode" is not understood, and it looks like a number of the customer');
  });

  it('is named with every other, each with its row', () => {
    const invoiceHeaders = ['Fakturanr', 'Kunde', 'Dato', 'Varenr', 'Pris', 'Momssats', 'Afslag'];
    const row = ['F1', 'K1', '15-01-2026', 'V1', '10'];
    const { watched, mapped } = watching('invoice', invoiceHeaders, [
      [...row, '', '10 %'],
      [...row, '25', ''],
    ]);
    expect(() => {
      watched.checkQuestions(mapped);
    }).toThrow(
      'The column "Momssats" is not understood, and it looks like a VAT rate (filled in row 3). ' +
        'The column "Afslag" is not understood, and it looks like a discount (filled in row 2).',
    );
  });

  it.each([
    ['Kundegrupperabat %', ['10'], 2],
    ['Discount group', ['A', '12,5 %'], 3],
    ['Rabat kategori', ['kr. 25'], 2],
    ['Prisnedslag', ['-5'], 2],
    ['Afslag', ['(10,00)'], 2],
    ['Discount group', ['Guld', 'B 2'], null],
    ['Rabat kategori', ['0', '0,00 %', '-'], null],
    ['Rabatdato', ['15.01.2026'], null],
    ['Pris før rabat', ['100'], null],
  ])('of a discount asks for numbers only: %s with %j', (header, cells, row) => {
    const columns = ['Navn', 'Pris', header];
    const rows = cells.map((cell) => ['A', '10', cell]);
    const { watched, mapped } = watching('product', columns, rows);
    const asked = (): void => {
      watched.checkQuestions(mapped);
    };
    if (row === null) expect(asked).not.toThrow();
    else expect(asked).toThrow(`looks like a discount (filled in row ${String(row)})`);
  });

  it('is no reason where it is blank', () => {
    const { watched, mapped } = watching('customer', headers, [['A'], ['B']]);
    watched.checkQuestions(mapped);
    expect(mapped.questions.map(({ header }) => header)).toContain('Kundekode');
  });

  it('is no reason where the file has what it could fill', () => {
    const { mapped } = watching('customer', ['Navn', 'Kundenr', 'Kundekode', 'Saldo'], []);
    expect(mapped.questions).toEqual([]);
  });
});

describe('an id column', () => {
  it.each([
    [['1', '2'], null],
    [['0f8fad5b-d9cb-469f-a165-70867728950e'], null],
    [['1', 'WqbN9rXLQdOeTgPmZ4aKwA'], 'id'],
    [['nope'], 'id'],
    [[''], 'id'],
  ])('with %j is %s', (ids, column) => {
    const rows = ids.map((id) => [id, 'A']);
    const { watched, mapped } = watching('customer', ['ID', 'Navn'], rows);
    const { columns, warnings } = watched.withoutForeignIds(mapped, ['ID', 'Navn']);
    expect(columns).toEqual([column, 'name']);
    expect(warnings.map(({ code }) => code)).toEqual(column === null ? ['COLUMN_IGNORED'] : []);
  });
});
