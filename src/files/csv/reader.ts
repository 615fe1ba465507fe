/** Turns CSV into rows: aligned to the headers, trimmed, each with its spreadsheet number. */
import { LIMITS } from '../../core/limits.js';
import type { CsvHead } from './head.js';
import { parseCsv } from './parse.js';
import { quotedTableOf, refuseSwallowedRows } from './quoted-lines.js';
import { cleanCell, isBlankRow, isCutRow } from '../cells/header-row.js';
import {
  cutCell,
  tooLongCell,
  type Delimiter,
  type RowProblem,
  type SourceRow,
} from '../cells/source-row.js';

/** Yields rows below the header in batches of `LIMITS.storeBatchRows`. Skips blank lines, but counts them. */
export async function* readCsvRows(
  text: AsyncIterable<string>,
  head: CsvHead,
): AsyncGenerator<SourceRow[]> {
  let batch: SourceRow[] = [];
  const table = quotedTableOf(head);
  for await (const { firstRow, rows } of parseCsv(text, head.dialect)) {
    let row = firstRow - 1;
    for (const cells of rows) {
      row += 1;
      if (row <= head.headerRow || isBlankRow(cells)) continue;
      refuseSwallowedRows(row, cells, table);
      batch.push(toSourceRow(row, cells, head));
      if (batch.length === LIMITS.storeBatchRows) {
        yield batch;
        batch = [];
      }
    }
  }
  if (batch.length > 0) yield batch;
}

/** Cleans the parsed cells in place: nothing else holds them. */
function toSourceRow(row: number, cells: string[], { headers, dialect }: CsvHead): SourceRow {
  const end = cells.length - 1;
  for (let index = 0; index <= end; index += 1) {
    const cell = cells[index] ?? '';
    cells[index] = cleanCell(index === end ? withoutLineBreak(cell) : cell);
  }
  const problem =
    raggedProblem(cells, { columnCount: headers.length, delimiter: dialect.delimiter }) ??
    longCellProblem(cells, headers);
  // Nearly every row is valid and needs no copy.
  if (problem === null && cells.length === headers.length) return { row, cells, problem };
  return {
    row,
    cells: headers.map((_header, column) => cutCell(cells[column] ?? '')),
    problem,
  };
}

/** Removes the carriage return of the line break: an apostrophe before it is not a formula guard. */
function withoutLineBreak(cell: string): string {
  return cell.endsWith('\r') ? cell.slice(0, -1) : cell;
}

function raggedProblem(
  cells: readonly string[],
  { columnCount, delimiter }: { columnCount: number; delimiter: Delimiter },
): RowProblem | null {
  if (cells.length === columnCount) return null;
  const usedCount = cells.findLastIndex((cell) => cell !== '') + 1;
  const isTooShort = cells.length < columnCount && !isCutRow(cells.length, columnCount);
  if (!isTooShort && usedCount <= columnCount) return null;
  // Only quotes keep a delimiter inside a cell.
  if (usedCount === 1 && (cells[0] ?? '').split(delimiter).length === columnCount)
    return quotedLine();
  const found = String(isTooShort ? cells.length : usedCount);
  return {
    code: 'CSV_MALFORMED',
    message: `The row has ${found} cells, but the header has ${columnCount}.`,
    field: null,
  };
}

function quotedLine(): RowProblem {
  return {
    code: 'CSV_MALFORMED',
    message: 'Quotes stand around the whole line, so its cells cannot be separated.',
    field: null,
  };
}

function longCellProblem(cells: readonly string[], headers: readonly string[]): RowProblem | null {
  const column = cells.findIndex((cell) => cell.length > LIMITS.cellCharsMax);
  if (column === -1) return null;
  return tooLongCell(headers[column] ?? '');
}
