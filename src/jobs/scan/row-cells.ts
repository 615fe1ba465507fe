/** The rows of an item under our column names, read with the settings that the scan found. */
import { parseDate, unambiguousDate } from '../../files/cells/dates.js';
import {
  foreignMark,
  parseAmount,
  readAmount,
  unambiguousAmount,
  withMarkOf,
  writeAmount,
  type NumberStyle,
} from '../../files/cells/numbers.js';
import type { SourceFormat } from '../../files/cells/source-format.js';
import type { Cells } from '../../resources/definition/resource.js';
import type { ItemLine, ItemRecord, RowProblem, UndecidedItem } from '../../model/item.js';
import { isRowWarning, type RowWarning } from '../../model/row-warning.js';
import { addParts, type CellPart } from './combined-cells.js';
import type { Part } from '../../resources/headers/header-use.js';
import type { SourceSettings } from '../job/source-settings.js';

/**
 * Stands before a text that is none of what its column holds. Without it a `12.50` in a column with
 * decimal commas would pass the row's own check, which knows plain decimals only.
 */
const UNREAD = '?';
/** The only column whose amounts may have the mark of a currency, which is compared with the row's. */
const PRICE = 'unitPrice';

/** A column that is read: where its cells stand in the row, and what they say. */
interface ReadColumn {
  readonly index: number;
  readonly header: string;
  readonly column: string;
  readonly part: Part;
  /** Of an amount or a date; null: the text is the value. */
  readonly read: ((text: string) => string | null) | null;
}

/** Only columns of amounts have a style, only those of dates an order. */
function cellReader(
  { header, column }: Pick<ReadColumn, 'header' | 'column'>,
  sourceSettings: SourceSettings,
): ReadColumn['read'] {
  const { format = 'csv', numberStyles = {}, dateOrders = {} } = sourceSettings;
  const style = ownValue(numberStyles, header);
  if (style !== undefined && column === PRICE) return (text) => readAmount(text, { style, format });
  if (style !== undefined) {
    return (text) => (foreignMark(text) === null ? readAmount(text, { style, format }) : null);
  }
  const order = ownValue(dateOrders, header);
  return order === undefined ? null : (text) => parseDate(text, order);
}

function columnsOf(sourceSettings: SourceSettings): ReadColumn[] {
  const { columns = [], headers = [], parts = [] } = sourceSettings;
  return headers.flatMap((header, index): ReadColumn[] => {
    const column = columns[index];
    if (typeof column !== 'string') return [];
    const read = cellReader({ header, column }, sourceSettings);
    return [{ index, header, column, part: parts[index] ?? 'whole', read }];
  });
}

/** Found out once for all rows of a file. */
const COLUMNS = new WeakMap<SourceSettings, readonly ReadColumn[]>();

function knownColumns(sourceSettings: SourceSettings): readonly ReadColumn[] {
  const known = COLUMNS.get(sourceSettings);
  if (known !== undefined) return known;
  const columns = columnsOf(sourceSettings);
  COLUMNS.set(sourceSettings, columns);
  return columns;
}

/** A row's cells by column, amounts as plain decimals, dates as `YYYY-MM-DD`; other headers are left out. */
export function cellsOf(row: Pick<ItemRecord, 'cells'>, sourceSettings: SourceSettings): Cells {
  const cells: Record<string, string | null> = {};
  let parts: CellPart[] | null = null;
  for (const { index, column, part, read } of knownColumns(sourceSettings)) {
    const cell = row.cells[index];
    const text = cell === undefined ? '' : cell;
    if (part !== 'whole') {
      parts ??= [];
      parts.push({ column, part, text: text ?? '' });
      continue;
    }
    const isAsItStands = read === null || text === null || text === '';
    // A text that is no amount or date is handed on, for the row to say so.
    cells[column] = isAsItStands ? text : (read(text) ?? `${UNREAD}${text}`);
  }
  // Few files have parts of values, and all rows of a file have the same.
  if (parts !== null) addParts(cells, parts);
  return cells;
}

/** The cells with what the headers state for every row, where the row's own cell is blank. */
function withStated(cells: Cells, { stated }: SourceSettings): Cells {
  if (stated === undefined) return cells;
  const filled = Object.entries(cells).filter(([, text]) => text !== '');
  return { ...cells, ...stated, ...Object.fromEntries(filled) };
}

/** The style in which the amounts of a typed source (JSON, XLSX) are written back. */
export interface RewriteStyle {
  /** null: that of the column. */
  readonly typedAmounts: NumberStyle | null;
}

/**
 * Returns the function that writes the cells of a header back: unchanged, but never ambiguous, because the
 * rows that decided the style of the column may be missing from the written file.
 */
export function rewriter(
  header: string,
  sourceSettings: SourceSettings | null,
  { typedAmounts }: RewriteStyle = { typedAmounts: null },
): (text: string) => string {
  const { format = 'csv', numberStyles = {}, dateOrders = {} } = sourceSettings ?? {};
  const style = ownValue(numberStyles, header);
  if (style !== undefined && format === 'csv') return (text) => unambiguousAmount(text, style);
  if (style !== undefined) {
    const target = typedAmounts ?? style;
    return (text) => rewriteTyped(text, { style, format, target });
  }
  const order = ownValue(dateOrders, header);
  return order === undefined ? (text) => text : (text) => unambiguousDate(text, order);
}

/** A number has no notation of its own. A text that was typed keeps its notation if the column does. */
function rewriteTyped(
  text: string,
  column: { style: NumberStyle; format: SourceFormat; target: NumberStyle },
): string {
  const { style, target } = column;
  const isKept = style === target && parseAmount(text, style) !== null;
  if (isKept) return unambiguousAmount(text, style);
  const decimal = readAmount(text, column);
  return decimal === null ? text : withMarkOf(text, writeAmount(decimal, target));
}

/** A header may be called `constructor`. */
function ownValue<T>(values: Readonly<Record<string, T>>, header: string): T | undefined {
  return Object.hasOwn(values, header) ? values[header] : undefined;
}

/** All rows of an item, the one that names it first. */
export function linesOf(item: UndecidedItem): readonly ItemLine[] {
  const { row, cells, problem, lines } = item;
  return [{ row, cells, problem }, ...lines];
}

export function fileRowsOf(
  item: UndecidedItem,
  sourceSettings: SourceSettings,
): readonly FileRow[] {
  if (item.lines.length === 0) return [fileRowOf(item, sourceSettings)];
  return linesOf(item).map((line) => fileRowOf(line, sourceSettings));
}

function fileRowOf(line: Pick<ItemLine, 'row' | 'cells'>, sourceSettings: SourceSettings): FileRow {
  const { row, cells: texts } = line;
  const cells = withStated(cellsOf(line, sourceSettings), sourceSettings);
  return { row, cells, texts, sourceSettings };
}

/** True if a cell under the header may be the value of the column, or a part of it. */
function isPlaceOf({ column, part }: ReadColumn, wanted: string): boolean {
  return column === wanted || (part === 'postalPlace' && wanted === 'city');
}

/**
 * A column's header and cell as they stand in the file. A column that the file does not have goes by its own name.
 */
export function writtenCell(
  row: FileRow | undefined,
  column: string,
): { readonly header: string; readonly value: string } {
  const { cells = {}, texts = [], sourceSettings } = row ?? {};
  const columns = sourceSettings === undefined ? [] : knownColumns(sourceSettings);
  const places = columns.filter((each) => isPlaceOf(each, column));
  const isFilled = ({ index }: ReadColumn): boolean => (texts[index] ?? '') !== '';
  const place =
    places.find((each) => each.part === 'whole' && isFilled(each)) ??
    places.find(isFilled) ??
    places.at(-1);
  if (place === undefined) return { header: column, value: cells[column] ?? '' };
  return { header: place.header, value: texts[place.index] ?? '' };
}

/** A cell under a header that only fills in for a column. */
export interface SpareCell {
  readonly header: string;
  readonly value: string;
}

const NO_SPARES: readonly SpareCell[] = [];

/** The filled cells that a row has for a column beside the one that is used. */
export function spareCells(row: FileRow, column: string): readonly SpareCell[] {
  const { cells, texts = [], sourceSettings } = row;
  if (sourceSettings?.parts === undefined) return NO_SPARES;
  return knownColumns(sourceSettings)
    .filter((each) => each.column === column && each.part === 'spare')
    .map(({ header, index }) => ({ header, value: texts[index] ?? '' }))
    .filter(({ value }) => value !== '' && value !== cells[column]);
}

/** The findings in the rows of an item. */
export interface Findings {
  /** A fault of one row: then the whole item fails. */
  readonly problem: RowProblem | null;
  readonly warnings: readonly RowWarning[];
}

const NO_FINDINGS: Findings = { problem: null, warnings: [] };

/** Returns the findings in the rows of an item; a later row is named. */
export function findingsOf(item: UndecidedItem): Findings {
  if (item.problem === null && item.lines.length === 0) return NO_FINDINGS;
  const all = linesOf(item).flatMap(({ problem, row }, index) => {
    if (problem === null) return [];
    const place = index === 0 ? '' : ` (row ${String(row)})`;
    return [{ ...problem, message: `${problem.message}${place}` }];
  });
  const warnings = all.flatMap(({ code, field = null, message }): RowWarning[] =>
    isRowWarning(code) ? [{ code, field, message }] : [],
  );
  return { problem: all.find(({ code }) => !isRowWarning(code)) ?? null, warnings };
}

/** One row of an item as it stands in the file. */
export interface FileRow {
  readonly row: number;
  readonly cells: Cells;
  /** The cells as they were written, by position, for messages; absent: they are those of `cells`. */
  readonly texts?: readonly (string | null)[];
  /** Returns the header of each position. */
  readonly sourceSettings?: SourceSettings;
}
