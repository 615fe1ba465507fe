import { describe, expect, it } from 'vitest';
import { isWhollyQuoted, refuseSwallowedRows } from '../../../src/files/csv/quoted-lines.js';

describe('isWhollyQuoted', () => {
  it.each([
    [[['navn;email;nr'], ['A;a@x.dk;1']], true],
    [[['navn,"email",nr'], ['A,"a@x.dk",1']], true],
    [[['navn\temail'], ['A\tb'], ['']], true],
    [
      [
        ['navn;email', ''],
        ['A;b', ''],
      ],
      true,
    ],
    [[['navn'], ['Hansen, Bo']], false],
    [[['navn, adresse'], ['Hansen, Bo']], false],
    [
      [
        ['navn', 'email'],
        ['A', 'b'],
      ],
      false,
    ],
    [[['navn;email'], ['A']], false],
  ])('judges %j', (rows, isQuoted) => {
    expect(isWhollyQuoted('"', rows)).toBe(isQuoted);
    expect(isWhollyQuoted('navn', rows)).toBe(false);
  });
});

describe('refuseSwallowedRows', () => {
  const table = { delimiter: ';', columnCount: 3 } as const;
  it.each([
    [['A;a@x.dk;1\nB;b@x.dk;2\nC 5', 'c@x.dk', '3'], 2],
    [['A', 'a@x.dk;1\nB;b@x.dk', '2'], 1],
    [['A', 'a@x.dk', '1\nB;b@x.dk;2'], 1],
    [['A;a@x.dk;1\r\nB', 'b@x.dk', '2'], 1],
  ])('refuses %j by its row', (cells, further) => {
    expect(() => {
      refuseSwallowedRows(7, cells, table);
    }).toThrow(`opens in row 7 is closed ${further} lines further down`);
  });

  it.each([
    [['A', 'Vej 1\n8000 Aarhus', '1']],
    [['A', 'Vej 1; 2. th\nBaghus', '1']],
    [['A', 'b', 'En note\nmed tre\nlinjer']],
    [['A;B', 'b', '1']],
  ])('takes the lines of a text in %j', (cells) => {
    expect(() => {
      refuseSwallowedRows(7, cells, table);
    }).not.toThrow();
  });

  it('takes a comma before a blank for a part of a sentence', () => {
    const commas = { delimiter: ',', columnCount: 2 } as const;
    expect(() => {
      refuseSwallowedRows(7, ['Vej 1, 2. th\nBy', 'x'], commas);
    }).not.toThrow();
    expect(() => {
      refuseSwallowedRows(7, ['Bolt 5,10\nBolt 6', '12'], commas);
    }).toThrow('row 7');
  });
});
