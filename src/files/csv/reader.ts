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
    for (const [index, cells] of rows.entries()) {
      const row = firstRow + index;
      if (row <= head.headerRow || isBlankRow(cells)) continue;
      refuseSwallowedRows(row, cells, table);
      batch.push(toSourceRow(row, { cells, headers: head.headers, delimiter: table.delimiter }));
      if (batch.length === LIMITS.storeBatchRows) {
        yield batch;
        batch = [];
      }
    }
  }
  if (batch.length > 0) yield batch;
}

function toSourceRow(
  row: number,
  found: { cells: readonly string[]; headers: readonly string[]; delimiter: Delimiter },
): SourceRow {
  const { headers } = found;
  const end = found.cells.length - 1;
  const cells = found.cells.map((cell, index) =>
    cleanCell(index === end ? withoutLineBreak(cell) : cell),
  );
  const problem =
    raggedProblem(cells, { columnCount: headers.length, delimiter: found.delimiter }) ??
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
