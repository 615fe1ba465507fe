// One cell of several: names of persons, lines of an address, a zip code with its city.
import { describe, expect, it } from 'vitest';
import { addParts, type CellPart } from '../../../src/jobs/scan/combined-cells.js';

function combined(whole: Record<string, string>, ...parts: CellPart[]) {
  const cells: Record<string, string | null> = { ...whole };
  addParts(cells, parts);
  return cells;
}

const FIRST: CellPart = { column: 'name', part: 'firstName', text: 'Eva' };
const LAST: CellPart = { column: 'name', part: 'lastName', text: 'Juul' };

describe('parts of a cell', () => {
  it('are the name of a person where no company is named', () => {
    expect(combined({}, LAST, FIRST)).toEqual({ name: 'Eva Juul', type: 'person' });
    expect(combined({ name: 'Juul ApS' }, FIRST, LAST)).toEqual({ name: 'Juul ApS' });
    expect(combined({ type: 'company' }, FIRST)).toEqual({ name: 'Eva', type: 'company' });
    expect(combined({ name: '' }, { ...FIRST, text: '' })).toEqual({ name: '' });
  });

  it('are joined in the order of the file', () => {
    const line = (text: string): CellPart => ({ column: 'address', part: 'joined', text });
    expect(combined({ address: 'Algade 7' }, line(''), line('2. sal'))).toEqual({
      address: 'Algade 7 2. sal',
    });
    expect(combined({}, line('Vej 1'), line('st.'))).toEqual({ address: 'Vej 1 st.' });
  });

  it('fill in where the chosen header is blank', () => {
    const mobile: CellPart = { column: 'phone', part: 'spare', text: '22' };
    expect(combined({ phone: '11' }, mobile)).toEqual({ phone: '11' });
    expect(combined({ phone: '' }, mobile)).toEqual({ phone: '22' });
  });

  it.each([
    ['8000 Aarhus C', '8000', 'Aarhus C'],
    ['DK-2100 København Ø', '2100', 'København Ø'],
    ['211 22 Malmö', '211 22', 'Malmö'],
    ['Odense, 5000', '5000', 'Odense'],
    ['8000', '8000', ''],
    ['Aarhus', '', 'Aarhus'],
    ['London SW1A 1AA', '', 'London SW1A 1AA'],
  ])('%j is zip code %j and city %j', (text, zipcode, city) => {
    const place: CellPart = { column: 'zipcode', part: 'postalPlace', text };
    expect(combined({}, place)).toEqual({ zipcode, city });
  });
});

describe('a town with its zip code', () => {
  it.each([
    ['8000 Aarhus C', '8000', 'Aarhus C'],
    ['DK-5000 Odense', '5000', 'Odense'],
    ['Odense, 5000', '5000', 'Odense'],
    ['Aarhus C 8000', '8000', 'Aarhus C'],
    ['Malmö 211 22', '211 22', 'Malmö'],
    ['Ørum', '', 'Ørum'],
  ])('%s', (text, zipcode, city) => {
    const cells = { zipcode: '', city: '' };
    addParts(cells, [{ column: 'city', part: 'postalPlace', text }]);
    expect(cells).toEqual({ zipcode, city });
  });

  it('fills in only what the row leaves blank', () => {
    const cells = { zipcode: '9000', city: '' };
    addParts(cells, [{ column: 'city', part: 'postalPlace', text: '8000 Aarhus' }]);
    expect(cells).toEqual({ zipcode: '9000', city: 'Aarhus' });
  });
});

describe('a name in two columns', () => {
  it('is that of a person, unless the row says otherwise', () => {
    const parts = [
      { column: 'name', part: 'firstName', text: 'Bo' },
      { column: 'name', part: 'lastName', text: 'Ek' },
    ] as const;
    const [alone, typed, named] = [{}, { type: 'company' }, { name: 'Ek ApS' }] as Record<
      string,
      string
    >[];
    for (const cells of [alone, typed, named]) addParts(cells ?? {}, parts);
    expect([alone, typed, named]).toEqual([
      { name: 'Bo Ek', type: 'person' },
      { name: 'Bo Ek', type: 'company' },
      { name: 'Ek ApS' },
    ]);
  });

  it('is none where both are blank', () => {
    const cells = {};
    addParts(cells, [{ column: 'name', part: 'firstName', text: '' }]);
    expect(cells).toEqual({});
  });
});
