import { describe, expect, it } from 'vitest';
import {
  isWhollyQuoted,
  quotedTableOf,
  refuseSwallowedRows,
} from '../../../src/files/csv/quoted-lines.js';

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
  const unknown = { rowBreak: null, isOwnExport: false } as const;
  const table = { delimiter: ';', columnCount: 3, ...unknown } as const;
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
    const commas = { delimiter: ',', columnCount: 2, ...unknown } as const;
    expect(() => {
      refuseSwallowedRows(7, ['Vej 1, 2. th\nBy', 'x'], commas);
    }).not.toThrow();
    expect(() => {
      refuseSwallowedRows(7, ['Bolt 5,10\nBolt 6', '12'], commas);
    }).toThrow('row 7');
  });

  const TEXT = ['A', 'b;1\nC;d', '2'];

  it('takes line breaks that are not those of rows for a part of the text', () => {
    const refuse = (rowBreak: '\r\n' | '\n' | null) => (): void => {
      refuseSwallowedRows(7, TEXT, { ...table, rowBreak });
    };
    expect(refuse('\r\n')).not.toThrow();
    expect(refuse('\n')).toThrow('row 7');
    expect(refuse(null)).toThrow('row 7');
  });

  describe('in an export of ours', () => {
    const own = { ...table, isOwnExport: true } as const;
    const ID = 'GblDWRCsQ2S0pX1yZ9aBcD';

    it.each([
      ['words', [ID, 'Vej 1;x\nBaghus;y', '2']],
      ['separators', [ID, ';\n;', '2']],
      ['a word as long as no id', [ID, `Vej 1;x\n${ID}abc;y`, '2']],
    ])('takes a text whose lines begin with %s', (_name, cells) => {
      expect(() => {
        refuseSwallowedRows(7, cells, own);
      }).not.toThrow();
    });

    it.each([
      ['the next begins with an id', [ID, `Nord;1\n${ID.slice(1)}0;Syd 5`, '2']],
      ['the first cell is open', [`${ID};Nord;1\n${ID}`, 'Syd', '2']],
    ])('refuses rows of which %s', (_name, cells) => {
      expect(() => {
        refuseSwallowedRows(7, cells, own);
      }).toThrow('row 7');
    });
  });
});

describe('quotedTableOf', () => {
  it('knows nothing of quoting from a head of an earlier version', () => {
    const head = { dialect: { delimiter: ',' }, headers: ['a', 'b'] } as const;
    const known = { delimiter: ',', columnCount: 2, rowBreak: null, isOwnExport: false };
    expect(quotedTableOf(head)).toEqual(known);
  });
});
