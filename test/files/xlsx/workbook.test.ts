import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { chooseSheet, noWorkbook, readBook, type Book } from '../../../src/files/xlsx/workbook.js';
import { openArchive } from '../../../src/files/xlsx/archive.js';
import { ReadBudget } from '../../../src/files/xlsx/budget.js';
import { failureOf, tempFile } from '../temp-folder.js';
import { makeZip, partsOf } from '../workbook.js';

const PARTS = partsOf({
  sheets: { Ark1: '', Ark2: '' },
  texts: '<si/>',
  formats: ['0000'],
  is1904: true,
});

async function bookOf(changes: Record<string, string | null>): Promise<Book> {
  const parts = Object.entries({ ...PARTS, ...changes }).filter(([, xml]) => xml !== null);
  const bytes = makeZip(Object.fromEntries(parts) as Record<string, string>);
  const archive = await openArchive(await tempFile('a.xlsx', bytes));
  try {
    return await readBook(archive, new ReadBudget());
  } finally {
    archive.close();
  }
}

describe('readBook', () => {
  it('finds sheets, formats and texts', async () => {
    expect(await bookOf({})).toEqual({
      sheets: [
        { name: 'Ark1', part: 'xl/worksheets/sheet1.xml', isHidden: false },
        { name: 'Ark2', part: 'xl/worksheets/sheet2.xml', isHidden: false },
      ],
      is1904: true,
      formats: [
        { isDate: false, digitsMin: 1 },
        { isDate: false, digitsMin: 4 },
      ],
      textsPart: 'xl/sharedStrings.xml',
    });
  });

  it('follows rooted targets and does without styles and texts', async () => {
    const relations = (PARTS['xl/_rels/workbook.xml.rels'] ?? '').replaceAll(
      'Target="worksheets',
      'Target="/xl/./x/../worksheets',
    );
    const book = await bookOf({
      'xl/_rels/workbook.xml.rels': relations,
      'xl/styles.xml': null,
      'xl/sharedStrings.xml': null,
    });
    expect(book.sheets[0]?.part).toBe('xl/worksheets/sheet1.xml');
    expect([book.formats, book.textsPart]).toEqual([[], null]);
  });

  it.each([
    ['no relations', { '_rels/.rels': null }, 'INPUT_ENCODING'],
    ['no workbook', { 'xl/workbook.xml': null }, 'INPUT_ENCODING'],
    ['a document', { 'xl/workbook.xml': '<w:document xmlns:w="w"/>' }, 'INPUT_ENCODING'],
    ['a sheet whose part is gone', { 'xl/worksheets/sheet1.xml': null }, 'CSV_MALFORMED'],
    [
      'a sheet without a part',
      { 'xl/_rels/workbook.xml.rels': '<Relationships/>' },
      'CSV_MALFORMED',
    ],
    [
      'two parts of one name',
      { 'xl/WORKBOOK.xml': PARTS['xl/workbook.xml'] ?? '' },
      'CSV_MALFORMED',
    ],
    [
      'two sheets of one name',
      { 'xl/workbook.xml': (PARTS['xl/workbook.xml'] ?? '').replace('Ark2', 'ARK1') },
      'CSV_MALFORMED',
    ],
    [
      'two relations of one name',
      {
        'xl/_rels/workbook.xml.rels': (PARTS['xl/_rels/workbook.xml.rels'] ?? '').replace(
          'rId2',
          'rId1',
        ),
      },
      'CSV_MALFORMED',
    ],
    [
      'sheets without end',
      {
        'xl/workbook.xml': `<workbook xmlns:r="r">${Array.from({ length: LIMITS.xlsxPartsMax + 1 }, (_none, index) => `<sheet name="${index}" r:id="rId1"/>`).join('')}</workbook>`,
      },
      'INPUT_TOO_LARGE',
    ],
    ['no sheets', { 'xl/workbook.xml': '<workbook><sheets/></workbook>' }, 'CSV_MALFORMED'],
  ])('refuses %s', async (_name, changes, code) => {
    expect((await failureOf(bookOf(changes))).code).toBe(code);
  });
});

describe('chooseSheet', () => {
  it('takes the first when all are hidden', async () => {
    const book = await bookOf({});
    const sheets = book.sheets.map((sheet) => ({ ...sheet, isHidden: true }));
    expect(chooseSheet({ ...book, sheets }).name).toBe('Ark1');
  });
});

describe('noWorkbook', () => {
  it('names the way out', () => {
    expect(noWorkbook().hint).toContain('CSV UTF-8');
  });
});
