/** Turns XLSX into rows: the head quickly in a workbook of any size, and all rows in constant memory. */
import { dirname } from 'node:path';
import { InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { clip, quote } from '../../core/text.js';
import { emptyFile, headersOf } from '../cells/header-row.js';
import { cutCell, textProblem, type RowProblem, type SourceRow } from '../cells/source-row.js';
import { asDamage, guarded, openArchive, type Archive } from './archive.js';
import { chooseSheet, readBook, type Book, type BookSheet } from './workbook.js';

export { noWorkbook } from './workbook.js';
import { ReadBudget } from './budget.js';
import { sharedTextOf, textOfCell, type CellText } from './cell.js';
import { readSheet, type RawRow } from './sheet.js';
import { SharedTexts, type TextsPlace } from './shared-strings.js';

/** Plain values, so that they can be stored. */
export interface XlsxHead {
  sheet: string;
  /** The number of sheets that are not hidden. */
  sheetCount: number;
  headerRow: number;
}

/** A row; `isNumber` marks the cells that the workbook typed as numbers. */
export interface XlsxRow {
  source: SourceRow;
  isNumber: boolean[];
}

type PlacedText = CellText & { column: number };

interface TextRow {
  row: number;
  /** The cells that are not blank, in ascending order of columns. */
  cells: PlacedText[];
}

/** Reads sheet and headers. Throws `INPUT_ENCODING`, `INPUT_INVALID` or `CSV_MALFORMED`. */
export async function readXlsxHead(
  path: string,
  sheetName?: string,
): Promise<{ head: XlsxHead; headers: string[] }> {
  const budget = new ReadBudget();
  for await (const { rows, sheet, book } of readTextRows(path, { sheetName, budget })) {
    const header = rows.find(isFilled);
    const lastSeen = header ?? rows.at(-1);
    if ((lastSeen?.row ?? 0) > LIMITS.xlsxHeaderRowsMax) throw headerTooLow();
    if (header !== undefined) {
      const sheetCount = book.sheets.filter(({ isHidden }) => !isHidden).length;
      const head = { sheet: sheet.name, sheetCount, headerRow: header.row };
      return { head, headers: headersOf(textsOf(header)) };
    }
  }
  throw emptyFile();
}

/** Yields rows below the header in batches of `LIMITS.storeBatchRows`, without blank ones. */
export async function* readXlsxRows(
  path: string,
  found: { head: XlsxHead; headers: readonly string[] },
): AsyncGenerator<XlsxRow[]> {
  let batch: XlsxRow[] = [];
  for await (const { rows } of readTextRows(path, { sheetName: found.head.sheet })) {
    for (const row of rows) {
      if (row.row <= found.head.headerRow || !isFilled(row)) continue;
      batch.push(toXlsxRow(row, found.headers));
      if (batch.length < LIMITS.storeBatchRows) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** The sentence that names the sheet that was read; null if there is only one. */
export function describeSheet(head: XlsxHead): string | null {
  if (head.sheetCount < 2) return null;
  const name = quote(head.sheet, LIMITS.fieldCharsMax);
  return `Of the workbook's ${head.sheetCount} sheets, ${name} was read; set options.sheet to read another.`;
}

interface Wanted {
  sheetName: string | undefined;
  /** The limit for reading the sheet and the texts; absent: no limit. */
  budget?: ReadBudget;
}

async function* readTextRows(
  path: string,
  wanted: Wanted,
): AsyncGenerator<{ rows: TextRow[]; sheet: BookSheet; book: Book }> {
  const archive = await openArchive(path);
  try {
    // The head was read with the same budget, so a workbook that was accepted once is accepted again.
    const book = await guarded(() => readBook(archive, wanted.budget ?? new ReadBudget()));
    const sheet = chooseSheet(book, wanted.sheetName);
    const place = { book, sheet, folder: dirname(path), budget: wanted.budget };
    for await (const rows of readRowsOf(archive, place)) yield { rows, sheet, book };
  } catch (thrown) {
    throw asDamage(thrown);
  } finally {
    archive.close();
  }
}

async function* readRowsOf(
  archive: Archive,
  place: { book: Book; sheet: BookSheet } & TextsPlace,
): AsyncGenerator<TextRow[]> {
  const { book, sheet, budget } = place;
  const texts = book.textsPart === null ? null : await openTexts(archive, book.textsPart, place);
  try {
    const part = await archive.open(sheet.part, LIMITS.xlsxSheetBytesMax);
    const sharedText = (index: number): string | null => texts?.get(index) ?? null;
    const context = { formats: book.formats, is1904: book.is1904, sharedText };
    for await (const rows of readSheet(part, budget)) {
      await texts?.loadTo(lastText(rows));
      yield rows.map(({ row, cells }) => ({
        row,
        cells: cells.map((cell) => ({ column: cell.column, ...textOfCell(cell, context) })),
      }));
    }
    if (budget === undefined) await texts?.finish();
  } finally {
    await texts?.close();
  }
}

async function openTexts(archive: Archive, part: string, place: TextsPlace): Promise<SharedTexts> {
  return new SharedTexts(await archive.open(part, LIMITS.xlsxTextsBytesMax), place);
}

function lastText(rows: readonly RawRow[]): number {
  let last = -1;
  for (const { cells } of rows) {
    for (const cell of cells) last = Math.max(last, sharedTextOf(cell) ?? -1);
  }
  return last;
}

function isFilledCell({ text, fault }: CellText): boolean {
  return text !== '' || fault !== null;
}

function isFilled({ cells }: TextRow): boolean {
  return cells.some(isFilledCell);
}

/** The texts of a header row by column. Throws `CSV_MALFORMED` for a header that cannot be read. */
function textsOf({ cells }: TextRow): string[] {
  const texts: string[] = [];
  for (const { column, text, fault } of cells) {
    if (fault !== null) throw badHeader(column, fault);
    while (texts.length < column) texts.push('');
    texts.push(text);
  }
  return texts;
}

function toXlsxRow({ row, cells: placed }: TextRow, headers: readonly string[]): XlsxRow {
  const cells = headers.map(() => '');
  const isNumber = headers.map(() => false);
  let problem: RowProblem | null = null;
  for (const cell of placed) {
    const header = headers[cell.column];
    if (header === undefined) break;
    cells[cell.column] = cutCell(cell.text);
    isNumber[cell.column] = cell.isNumber;
    problem ??= cellProblem(cell, header);
  }
  return { source: { row, cells, problem: raggedProblem(placed, headers) ?? problem }, isNumber };
}

function raggedProblem(
  cells: readonly PlacedText[],
  headers: readonly string[],
): RowProblem | null {
  const usedCount = (cells.findLast(isFilledCell)?.column ?? -1) + 1;
  if (usedCount <= headers.length) return null;
  return {
    code: 'CSV_MALFORMED',
    message: `The row has ${usedCount} cells, but the header has ${headers.length}.`,
    field: null,
  };
}

function cellProblem({ text, fault }: CellText, header: string): RowProblem | null {
  if (fault === null) return textProblem(text, header);
  return { code: 'ROW_INVALID', message: fault, field: clip(header, LIMITS.fieldCharsMax) };
}

function badHeader(column: number, fault: string): InputError {
  return new InputError({
    code: 'CSV_MALFORMED',
    message: `The header of column ${column + 1} cannot be read. ${fault}`,
    hint: 'Type the headers as plain text and save the workbook again.',
  });
}

function headerTooLow(): InputError {
  return new InputError({
    code: 'CSV_MALFORMED',
    message: `The first ${LIMITS.xlsxHeaderRowsMax} rows of the sheet are blank.`,
    hint: 'Check options.sheet: the sheet must begin with its headers.',
  });
}
