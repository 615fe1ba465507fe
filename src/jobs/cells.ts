/** The rows of an item under our column names, as the scan said they are to be read. */
import { parseAmount } from '../intake/numbers.js';
import type { Cells } from '../resources/resource.js';
import type { ItemLine, ItemRecord, RowProblem } from '../store/types.js';
import type { FileRow } from './entered.js';
import type { Reading } from './reading.js';

/** A row's cells by column, amounts as plain decimals; headers that mean nothing are left out. */
export function cellsOf(row: Pick<ItemRecord, 'cells'>, reading: Reading): Cells {
  const { columns = [], headers = [], numberStyles = {} } = reading;
  const cells: Record<string, string | null> = {};
  for (const [index, header] of headers.entries()) {
    const column = columns[index];
    if (typeof column !== 'string') continue;
    const text = row.cells[index] === undefined ? '' : row.cells[index];
    const style = numberStyles[header];
    // Only columns of amounts have a style; a text that is none stays, for the row to say so.
    const isAmount = style !== undefined && text !== null && text !== '';
    cells[column] = isAmount ? (parseAmount(text, style) ?? text) : text;
  }
  return cells;
}

/** All rows of an item, the one that names it first. */
export function linesOf(item: ItemRecord): readonly ItemLine[] {
  const { row, cells, problem, lines } = item;
  return [{ row, cells, problem }, ...lines];
}

export function fileRowsOf(item: ItemRecord, reading: Reading): readonly FileRow[] {
  return linesOf(item).map((line) => ({ row: line.row, cells: cellsOf(line, reading) }));
}

/** What intake found wrong with one of the item's rows: then the item as a whole cannot be taken. */
export function problemOf(item: ItemRecord): RowProblem | null {
  if (item.problem !== null) return item.problem;
  const line = item.lines.find(({ problem }) => problem !== null);
  if (line?.problem === undefined || line.problem === null) return null;
  const { problem, row } = line;
  return { ...problem, message: `${problem.message} (row ${String(row)})` };
}
