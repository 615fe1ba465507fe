import { describe, expect, it } from 'vitest';
import { describeHeader, findHeader } from '../../../src/files/cells/find-header.js';

const KNOWN = new Set(['navn', 'e-mail', 'kundenr', 'by', 'adresse', 'postnr']);
const isKnownHeader = (header: string): boolean => KNOWN.has(header.toLowerCase());

function rowOf(lines: string[], headerRow?: number): number | undefined {
  const rows = lines.map((line, index) => ({ row: index + 1, cells: line.split(';') }));
  const wanted = headerRow === undefined ? { isKnownHeader } : { isKnownHeader, headerRow };
  return findHeader(rows, wanted)?.row;
}

describe('findHeader', () => {
  it.each([
    [
      'a title and a blank line',
      ['Kundeliste pr. 31-12-2025;;', ';;', 'Navn;E-mail;Kundenr', 'A;b;1'],
      3,
    ],
    [
      'several lines of a print',
      ['Firma A/S', 'Udskrevet;01-11-2026', '', 'Kundenr;Navn', '1;A'],
      4,
    ],
    ['a band of groups', ['Kunde;;Adresse;;', 'Kundenr;Navn;Adresse;Postnr;By', '1;A;x;1;y'], 2],
    ['a selection above', ['By;Alle', '', 'Navn;E-mail;Kundenr;Adresse', 'A;b;1;x'], 3],
    ['a list of one column', ['Kunder', 'Navn', 'A'], 2],
    ['headers at once', ['Navn;E-mail', 'By;Adresse', 'A;b'], 1],
    ['headers of which few are known', ['Navn;Saldo;Oms;Note', 'A;x;By;y'], 1],
    ['no known header', ['Bezeichnung;Ort', 'A;B'], 1],
    ['blank lines above', ['', ';', 'Navn;By'], 3],
  ])('finds %s', (_what, lines, row) => {
    expect(rowOf(lines)).toBe(row);
  });

  it('looks no further than row 20', () => {
    const above = (count: number): string[] => Array.from({ length: count }, () => 'Titel;;');
    expect(rowOf([...above(19), 'Navn;E-mail;By'])).toBe(20);
    expect(rowOf([...above(20), 'Navn;E-mail;By'])).toBe(1);
  });

  it('obeys the caller, and refuses a row that is blank or missing', () => {
    expect(rowOf(['Navn;By', 'x;y', 'A;B'], 2)).toBe(2);
    expect(() => rowOf(['Navn;By', '', 'A;B'], 2)).toThrow('Row 2 is blank or missing');
    expect(() => rowOf(['Navn;By'], 9)).toThrow('Row 9');
  });
});

describe('describeHeader', () => {
  it('names the row and what stands above; nothing if the headers come first', () => {
    const title = { row: 1, cells: ['', 'Kundeliste'] };
    expect(describeHeader({ row: 3, title })?.message).toContain('row 3');
    expect(describeHeader({ row: 3, title })?.message).toContain('"Kundeliste"');
    expect(describeHeader({ row: 1, title: null })).toBeNull();
  });
});
