/** XLSX to rows: the head quickly, however large the workbook, and all rows in flat memory. */
import { InputError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import { clip, quote } from '../core/text.js';
import { emptyFile, headersOf } from './header-row.js';
import { cutCell, tooLongCell, type RowProblem, type SourceRow } from './source-row.js';
import { asDamage, guarded, openArchive, type Archive } from './xlsx-archive.js';
import { chooseSheet, readBook, type Book, type BookSheet } from './xlsx-book.js';
import { textOfCell, type CellText } from './xlsx-cell.js';
import { readSheet, type RawRow } from './xlsx-sheet.js';
import { SharedTexts } from './xlsx-texts.js';

/** Plain values, so that they can be stored. */
export interface XlsxHead {
  sheet: string;
  /** How many sheets a reader could have meant: those that are not hidden. */
  sheetCount: number;
  headerRow: number;
}

/** A row, and which of its cells the workbook typed as numbers. */
export interface XlsxRow {
  source: SourceRow;
  isNumber: boolean[];
}

interface TextRow {
  row: number;
  /** By column; holes are blank cells. */
  cells: (CellText | undefined)[];
}

/** Sheet and headers; throws `INPUT_ENCODING`, `INPUT_INVALID` or `CSV_MALFORMED`. */
export async function readXlsxHead(
  path: string,
  sheetName?: string,
): Promise<{ head: XlsxHead; headers: string[] }> {
  for await (const { rows, sheet, book } of readTextRows(path, sheetName)) {
    const header = rows.find(isFilled);
    const lastSeen = header ?? rows.at(-1);
    if ((lastSeen?.row ?? 0) > LIMITS.xlsxHeaderRowsMax) throw headerTooLow();
    if (header !== undefined) {
      const sheetCount = book.sheets.filter(({ isHidden }) => !isHidden).length;
      const texts = Array.from(header.cells, (cell) => cell?.text ?? '');
      const head = { sheet: sheet.name, sheetCount, headerRow: header.row };
      return { head, headers: headersOf(texts) };
    }
  }
  throw emptyFile();
}

/** Rows below the header in batches of `LIMITS.storeBatchRows`, blank ones left out. */
export async function* readXlsxRows(
  path: string,
  found: { head: XlsxHead; headers: readonly string[] },
): AsyncGenerator<XlsxRow[]> {
  let batch: XlsxRow[] = [];
  for await (const { rows } of readTextRows(path, found.head.sheet)) {
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

/** The sentence that says which of several sheets was read; null when there was no choice. */
export function describeSheet(head: XlsxHead): string | null {
  if (head.sheetCount < 2) return null;
  const name = quote(head.sheet, LIMITS.fieldCharsMax);
  return `Of the workbook's ${head.sheetCount} sheets, ${name} was read; options.sheet names another.`;
}

async function* readTextRows(
  path: string,
  sheetName: string | undefined,
): AsyncGenerator<{ rows: TextRow[]; sheet: BookSheet; book: Book }> {
  const archive = await openArchive(path);
  try {
    const book = await guarded(() => readBook(archive));
    const sheet = chooseSheet(book, sheetName);
    for await (const rows of readRowsOf(archive, { book, sheet })) yield { rows, sheet, book };
  } catch (thrown) {
    throw asDamage(thrown);
  } finally {
    archive.close();
  }
}

async function* readRowsOf(
  archive: Archive,
  place: { book: Book; sheet: BookSheet },
): AsyncGenerator<TextRow[]> {
  const { book, sheet } = place;
  const texts = book.textsPart === null ? null : await openTexts(archive, book.textsPart);
  try {
    const part = await archive.open(sheet.part, LIMITS.xlsxSheetBytesMax);
    const sharedText = (index: number): string => texts?.get(index) ?? '';
    const context = { formats: book.formats, is1904: book.is1904, sharedText };
    for await (const rows of readSheet(part)) {
      await texts?.loadTo(lastText(rows));
      yield rows.map(({ row, cells }) => {
        const byColumn: TextRow['cells'] = [];
        for (const cell of cells) byColumn[cell.column] = textOfCell(cell, context);
        return { row, cells: byColumn };
      });
    }
  } finally {
    await texts?.close();
  }
}

async function openTexts(archive: Archive, part: string): Promise<SharedTexts> {
  return new SharedTexts(await archive.open(part, LIMITS.xlsxTextsBytesMax));
}

function lastText(rows: readonly RawRow[]): number {
  let last = -1;
  for (const { cells } of rows) {
    for (const { type, value } of cells) if (type === 's') last = Math.max(last, Number(value));
  }
  return last;
}

function isFilled({ cells }: TextRow): boolean {
  return cells.some((cell) => cell !== undefined && (cell.text !== '' || cell.fault !== null));
}

function toXlsxRow(found: TextRow, headers: readonly string[]): XlsxRow {
  const cells = headers.map((_header, column) => found.cells[column]);
  return {
    source: {
      row: found.row,
      cells: cells.map((cell) => cutCell(cell?.text ?? '')),
      problem: problemOf(found, headers),
    },
    isNumber: cells.map((cell) => cell?.isNumber === true),
  };
}

function problemOf({ cells }: TextRow, headers: readonly string[]): RowProblem | null {
  const usedCount = cells.findLastIndex((cell) => cell !== undefined && cell.text !== '') + 1;
  if (usedCount > headers.length) {
    return {
      code: 'CSV_MALFORMED',
      message: `The row has ${usedCount} cells, the header has ${headers.length}.`,
      field: null,
    };
  }
  for (const [column, header] of headers.entries()) {
    const { text = '', fault = null } = cells[column] ?? {};
    const field = clip(header, LIMITS.fieldCharsMax);
    if (fault !== null) return { code: 'ROW_INVALID', message: fault, field };
    if (text.length > LIMITS.cellCharsMax) return tooLongCell(header);
  }
  return null;
}

function headerTooLow(): InputError {
  return new InputError({
    code: 'CSV_MALFORMED',
    message: `The first ${LIMITS.xlsxHeaderRowsMax} rows of the sheet are blank.`,
    hint: 'Check options.sheet: the sheet must begin with its headers.',
  });
}
