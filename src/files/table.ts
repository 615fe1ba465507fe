/** Writes a table as CSV or as a workbook, in chunks and in constant memory. */
import { csvStart, formatCsvRow } from './csv/writer.js';
import { formatValue, type Dialect, type TableColumn, type TableRow } from './cells/dialects.js';

export type TableFormat = 'csv' | 'xlsx';

export interface Table {
  readonly columns: readonly TableColumn[];
  readonly batches: AsyncGenerator<readonly TableRow[]>;
}

export interface TableStyle {
  readonly format: TableFormat;
  readonly dialect: Dialect;
  /** The name of a workbook's sheet. */
  readonly sheet: string;
}

/** The format by the ending of a file's name: a workbook or CSV. */
export function formatOfName(name: string): TableFormat {
  return /\.xlsx$/i.test(name) ? 'xlsx' : 'csv';
}

/** Yields the table as CSV in chunks. */
export async function* csvChunks(table: Table, dialect: Dialect): AsyncGenerator<string> {
  const { columns, batches } = table;
  const headers = columns.map(({ header }) => header);
  yield csvStart(dialect) + formatCsvRow(headers, dialect);
  for await (const batch of batches) {
    let chunk = '';
    for (const row of batch) {
      const cells = columns.map(({ kind }, index) => formatValue(row[index] ?? '', kind, dialect));
      chunk += formatCsvRow(cells, dialect);
    }
    if (chunk !== '') yield chunk;
  }
}

// Most tables are CSV, so the library for workbooks is loaded with the first one.
async function* workbookChunks(table: Table, style: TableStyle): AsyncGenerator<Uint8Array> {
  const { xlsxChunks } = await import('./xlsx/writer.js');
  yield* xlsxChunks(table, style);
}

/** Yields the file in chunks: text for CSV, bytes for a workbook. */
export function tableChunks(table: Table, style: TableStyle): AsyncGenerator<string | Uint8Array> {
  return style.format === 'csv' ? csvChunks(table, style.dialect) : workbookChunks(table, style);
}
