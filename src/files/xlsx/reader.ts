/** Turns XLSX into rows: the head quickly in a workbook of any size, and all rows in constant memory. */
import { dirname } from 'node:path';
import { InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { clip, quote } from '../../core/text.js';
import {
  describeHeader,
  findHeader,
  HEADER_ROWS_MAX,
  type FoundHeader,
} from '../cells/find-header.js';
import { emptyFile, headersOf } from '../cells/header-row.js';
import {
  cutCell,
  textProblem,
  type HeadOptions,
  type HiddenRows,
  type RowProblem,
  type SourceRow,
} from '../cells/source-row.js';
import { asDamage, guarded, openArchive, type Archive } from './archive.js';
import { chooseSheet, readBook, type Book, type BookSheet } from './workbook.js';

export { noWorkbook } from './workbook.js';
import { ReadBudget } from './budget.js';
import { sharedTextOf, textOfCell, type CellText } from './cell.js';
import { readSheet, type HiddenBy, type RawRow, type SheetFacts } from './sheet.js';
import { SharedTexts, type TextsPlace } from './shared-strings.js';
import type { Problem } from '../../model/item.js';

/** Plain values, so that they can be stored. */
export interface XlsxHead {
  sheet: string;
  /** The number of sheets that are not hidden. */
  sheetCount: number;
  headerRow: number;
  /** Other sheets that are not hidden; absent: there are none. */
  otherSheets?: string[] | undefined;
  /** The treatment of hidden rows; absent in heads of earlier versions, which read them. */
  hiddenRows?: HiddenRows | undefined;
}

/** A row with the workbook's facts about its cells beside their texts. */
export interface XlsxRow {
  source: SourceRow;
  /** Marks the cells that the workbook typed as numbers. */
  isNumber: boolean[];
  /** By column, the cells that are dates or truth values; absent: there are none. */
  turned?: ReadonlyMap<number, 'date' | 'boolean'>;
  /** By column, the currencies that the formats of numbers show; absent: there are none. */
  marks?: ReadonlyMap<number, string>;
  hidden?: HiddenBy;
}

type PlacedText = CellText & { column: number };

interface TextRow extends Pick<RawRow, 'row' | 'hidden'> {
  /** The cells that are not blank, in ascending order of columns. */
  cells: PlacedText[];
}

/**
 * Reads sheet and headers. Without `sheet` it is the first one, unless that has no known header and
 * exactly one other has. Throws `INPUT_ENCODING`, `INPUT_INVALID` or `CSV_MALFORMED`.
 */
export async function readXlsxHead(
  path: string,
  options: Omit<HeadOptions, 'fileName'> = {},
): Promise<{ head: XlsxHead; headers: string[]; warnings: Problem[] }> {
  const budget = new ReadBudget();
  const first = await headOfSheet(path, { sheetName: options.sheet, budget, options });
  const mayBeOther = options.sheet === undefined && options.isKnownHeader !== undefined;
  const { book, sheet, header, found } =
    mayBeOther && (first.found?.knownCount ?? 0) === 0
      ? await onlyKnownSheet(path, { first, budget, options })
      : first;
  if (found === null) throw emptyFile();
  const shown = shownSheets(book);
  const others = shown.filter(({ name }) => name !== sheet.name).slice(0, SHEETS_MAX);
  const head: XlsxHead = {
    sheet: sheet.name,
    sheetCount: shown.length,
    headerRow: found.row,
    hiddenRows: hiddenRowsOf(options),
    ...(others.length === 0 ? {} : { otherSheets: others.map(({ name }) => name) }),
  };
  const note = options.headerRow === undefined ? describeHeader(found) : null;
  return { head, headers: headersOf(textsOf(header)), warnings: note === null ? [] : [note] };
}

/** Yields rows below the header in batches of `LIMITS.storeBatchRows`, without blank ones. */
export async function* readXlsxRows(
  path: string,
  found: { head: XlsxHead; headers: readonly string[]; facts?: SheetFacts },
): AsyncGenerator<XlsxRow[]> {
  let batch: XlsxRow[] = [];
  const wanted = { sheetName: found.head.sheet, facts: found.facts };
  for await (const { rows } of readTextRows(path, wanted)) {
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

const UNREADABLE = '#';

/** The sheets that are looked through for headers, or named. */
const SHEETS_MAX = 10;

interface SheetHead {
  book: Book;
  sheet: BookSheet;
  /** The row that was found; a blank one if the sheet has no filled row. */
  header: TextRow;
  found: FoundHeader | null;
}

interface HeadRequest {
  budget: ReadBudget;
  options: Omit<HeadOptions, 'fileName'>;
}

function shownSheets(book: Book): BookSheet[] {
  return book.sheets.filter(({ isHidden }) => !isHidden);
}

function hiddenRowsOf({ includeHiddenRows }: Pick<HeadOptions, 'includeHiddenRows'>): HiddenRows {
  if (includeHiddenRows === undefined) return 'refused';
  return includeHiddenRows ? 'taken' : 'leftOut';
}

/** The only other sheet with known headers; the first sheet if there is none, or several. */
async function onlyKnownSheet(
  path: string,
  { first, budget, options }: HeadRequest & { first: SheetHead },
): Promise<SheetHead> {
  const others = shownSheets(first.book).filter(({ name }) => name !== first.sheet.name);
  const known: SheetHead[] = [];
  for (const { name } of others.slice(0, SHEETS_MAX)) {
    const other = await headOfSheet(path, { sheetName: name, budget, options });
    if (isTable(other)) known.push(other);
  }
  const [only, second] = known;
  return only === undefined || second !== undefined ? first : only;
}

function isTable({ found }: SheetHead): boolean {
  const filled = found?.cells.filter((text) => text !== '').length ?? 0;
  return found !== null && found.knownCount > 0 && found.knownCount * 2 >= filled;
}

/** The header row of a sheet. */
async function headOfSheet(
  path: string,
  request: HeadRequest & { sheetName: string | undefined },
): Promise<SheetHead> {
  const { options } = request;
  const { rows: seen, ...place } = await firstRowsOf(path, request);
  const rows = seen.map((row) => ({ row: row.row, cells: looseTextsOf(row) }));
  const found = findHeader(rows, options);
  const header = seen.find(({ row }) => row === found?.row) ?? { row: 0, cells: [] };
  if (header.row > LIMITS.xlsxHeaderRowsMax) throw headerTooLow();
  return { ...place, header, found };
}

/** The filled rows among which the header row is. Reading ends with the budget once there is one. */
async function firstRowsOf(
  path: string,
  { sheetName, budget, options }: HeadRequest & { sheetName: string | undefined },
): Promise<{ book: Book; sheet: BookSheet; rows: TextRow[] }> {
  const lastRow = options.isKnownHeader === undefined ? 1 : HEADER_ROWS_MAX;
  const rowsMax = options.headerRow ?? lastRow;
  const filled: TextRow[] = [];
  let place: { book: Book; sheet: BookSheet } | null = null;
  try {
    for await (const { rows, sheet, book } of readTextRows(path, { sheetName, budget })) {
      place = { book, sheet };
      filled.push(...rows.filter(isFilled));
      if (isEnough(filled, { last: rows.at(-1)?.row ?? 0, rowsMax })) break;
    }
  } catch (thrown) {
    if (place === null || !isSpent(thrown) || filled.length === 0) throw thrown;
  }
  if (place === null) throw emptyFile();
  return { ...place, rows: filled };
}

function isEnough(
  filled: readonly TextRow[],
  { last, rowsMax }: { last: number; rowsMax: number },
): boolean {
  if (filled.length > 0) return last >= rowsMax;
  if (last > LIMITS.xlsxHeaderRowsMax) throw headerTooLow();
  return false;
}

function isSpent(thrown: unknown): boolean {
  return thrown instanceof InputError && thrown.code === 'INPUT_TOO_LARGE';
}

interface Wanted {
  sheetName: string | undefined;
  /** The limit for reading the sheet and the texts; absent: no limit. */
  budget?: ReadBudget;
  facts?: SheetFacts | undefined;
}

export async function* readTextRows(
  path: string,
  wanted: Wanted,
): AsyncGenerator<{ rows: TextRow[]; sheet: BookSheet; book: Book }> {
  const archive = await openArchive(path);
  try {
    // The head was read with the same budget, so a workbook that was accepted once is accepted again.
    const book = await guarded(() => readBook(archive, wanted.budget ?? new ReadBudget()));
    const sheet = chooseSheet(book, wanted.sheetName);
    const { budget, facts } = wanted;
    const place = { book, sheet, folder: dirname(path), budget, facts };
    for await (const rows of readRowsOf(archive, place)) yield { rows, sheet, book };
  } catch (thrown) {
    throw asDamage(thrown);
  } finally {
    archive.close();
  }
}

async function* readRowsOf(
  archive: Archive,
  place: { book: Book; sheet: BookSheet; facts: SheetFacts | undefined } & TextsPlace,
): AsyncGenerator<TextRow[]> {
  const { book, sheet, budget, facts } = place;
  const texts = book.textsPart === null ? null : await openTexts(archive, book.textsPart, place);
  try {
    const part = await archive.open(sheet.part, LIMITS.xlsxSheetBytesMax);
    const sharedText = (index: number): string | null => texts?.get(index) ?? null;
    const context = { formats: book.formats, is1904: book.is1904, sharedText };
    for await (const rows of readSheet(part, budget, facts)) {
      await texts?.loadTo(lastText(rows));
      yield rows.map(({ cells, ...row }) => ({
        ...row,
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

/** The same texts for finding the header row; a cell that cannot be read stands there as a sign. */
function looseTextsOf({ cells }: TextRow): string[] {
  const texts: string[] = [];
  for (const { column, text, fault } of cells) {
    if (column >= LIMITS.columnsMax) break;
    while (texts.length < column) texts.push('');
    texts.push(fault === null ? text : UNREADABLE);
  }
  return texts;
}

function toXlsxRow({ row, cells: placed, hidden }: TextRow, headers: readonly string[]): XlsxRow {
  const cells = headers.map(() => '');
  const isNumber = headers.map(() => false);
  let turned: Map<number, 'date' | 'boolean'> | null = null;
  let marks: Map<number, string> | null = null;
  let problem: RowProblem | null = null;
  for (const cell of placed) {
    const header = headers[cell.column];
    if (header === undefined) break;
    cells[cell.column] = cutCell(cell.text);
    isNumber[cell.column] = cell.isNumber;
    if (cell.turnedInto !== undefined) (turned ??= new Map()).set(cell.column, cell.turnedInto);
    if (cell.mark !== undefined) (marks ??= new Map()).set(cell.column, cell.mark);
    problem ??= cellProblem(cell, header);
  }
  return {
    source: { row, cells, problem: raggedProblem(placed, headers) ?? problem },
    isNumber,
    ...(turned === null ? {} : { turned }),
    ...(marks === null ? {} : { marks }),
    ...(hidden === undefined ? {} : { hidden }),
  };
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
