import { describe, expect, it } from 'vitest';
import { inspectSource } from '../../src/files/inspect.js';
import { failureOf, tempFile } from './temp-folder.js';
import { makeWorkbook } from './workbook.js';

const KNOWN = new Set(['navn', 'e-mail', 'kundenr', 'by']);
const isKnownHeader = (header: string): boolean => KNOWN.has(header.toLowerCase());

const cell = (name: string, text: string): string =>
  `<c r="${name}" t="inlineStr"><is><t>${text}</t></is></c>`;

describe('inspectSource', () => {
  it('shows a CSV: how it is written, its headers below a title, its first five rows', async () => {
    const rows = ['A', 'B', 'C', 'D', 'E', 'F'].map((name) => `${name} ApS;${name}@x.dk;Århus`);
    const text = `Kundeliste;;\n;;\nNavn;E-mail;By\n${rows.join('\n')}\n`;
    const path = await tempFile('a.csv', Buffer.from(text, 'latin1'));
    const seen = await inspectSource(path, { fileName: 'a.csv', isKnownHeader });
    expect(seen).toMatchObject({
      format: 'csv',
      encoding: 'windows-1252',
      delimiter: ';',
      sheets: [],
      headerRow: 3,
      headers: ['Navn', 'E-mail', 'By'],
      totalRows: 6,
    });
    expect(seen.rows).toHaveLength(5);
    expect(seen.rows[4]).toEqual(['E ApS', 'E@x.dk', 'Århus']);
    expect(seen.warnings.map(({ code }) => code)).toContain('HEADER_FOUND');
  });

  it('lists all sheets of a workbook with their rows and hidden rows', async () => {
    const sheets = {
      Noter: `<row r="1">${cell('A1', 'Læs dette')}</row>`,
      Kunder:
        `<row r="1">${cell('A1', 'Navn')}</row><row r="2" hidden="1">${cell('A2', 'Bo')}</row>` +
        `<row r="3">${cell('A3', 'Ib')}</row>`,
      Arkiv: `<row r="1">${cell('A1', 'Navn')}</row>`,
    };
    const path = await tempFile('a.xlsx', makeWorkbook({ sheets, hidden: ['Arkiv'] }));
    const seen = await inspectSource(path, { fileName: 'a.xlsx', isKnownHeader });
    expect(seen.sheets).toEqual([
      { name: 'Noter', rows: 1, hiddenRows: 0, isHidden: false },
      { name: 'Kunder', rows: 3, hiddenRows: 1, isHidden: false },
      { name: 'Arkiv', rows: 1, hiddenRows: 0, isHidden: true },
    ]);
    expect(seen).toMatchObject({ format: 'xlsx', headers: ['Navn'], rows: [['Bo'], ['Ib']] });
    // The rows are shown, and the question that a start would ask is a finding.
    expect(seen.warnings.map(({ code }) => code)).toContain('INPUT_AMBIGUOUS');
  });

  it.each([
    ['a quote that is never closed', 'navn;by\n"A;Ry\nB;Ry\n', 'CSV_MALFORMED'],
    ['two equal headers', 'navn;Navn\nA;B\n', 'CSV_MALFORMED'],
    ['two delimiters that fit', 'navn;by,land\nA;Ry,DK\n', 'INPUT_AMBIGUOUS'],
    ['no row at all', '', 'CSV_MALFORMED'],
  ])('takes %s for a finding', async (_what, text, code) => {
    const path = await tempFile('a.csv', Buffer.from(text));
    const seen = await inspectSource(path, { fileName: 'a.csv' });
    expect(seen).toMatchObject({ format: 'csv', headers: [], totalRows: null });
    expect(seen.warnings.map((each) => each.code)).toEqual([code]);
    if (text !== '') expect(seen.rows[0]?.[0]).toMatch(/^navn/);
  });

  it('throws for a file that holds no table', async () => {
    const path = await tempFile('a.csv', Buffer.from('%PDF-1.7 ...'));
    const failure = await failureOf(inspectSource(path, { fileName: 'a.csv' }));
    expect(failure.code).toBe('INPUT_ENCODING');
  });
});
