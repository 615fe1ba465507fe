/** Headers of a file to columns of a resource. */
import { InputError } from '../core/errors.js';
import { quote } from '../core/text.js';
import type { Problem } from '../store/types.js';
import type { Column, Resource } from './resource.js';

/** Columns that our own reports add; fed back in they mean nothing, and are no surprise either. */
export const REPORT_COLUMNS = [
  'row',
  'code',
  'reason',
  'outcome',
  'billyId',
  'changes',
  'rollback',
  'rollbackReason',
] as const;

const HEADER_CHARS_SHOWN = 40;
const UNKNOWN_SHOWN = 10;

/** Without regard to case, spaces and `. - _ /` (contract, section 4). */
export function normalizeHeader(header: string): string {
  return header.toLowerCase().replaceAll(/[\s.\-_/]+/g, '');
}

function columnsByHeader(columns: readonly Column[]): Map<string, string> {
  const known = new Map<string, string>();
  for (const column of columns) {
    for (const name of [column.name, ...column.aliases]) {
      known.set(normalizeHeader(name), column.name);
    }
  }
  return known;
}

function mappedColumns(
  resource: Resource,
  headers: readonly string[],
  columnMapping: Readonly<Record<string, string>>,
): Map<string, string> {
  const known = columnsByHeader(resource.columns);
  const present = new Set(headers.map(normalizeHeader));
  for (const [header, column] of Object.entries(columnMapping)) {
    const target = known.get(normalizeHeader(column));
    if (target === undefined || !present.has(normalizeHeader(header))) {
      throw new InputError({
        code: 'INPUT_INVALID',
        message: 'options.columnMapping names a header or a column that does not exist.',
        hint: `Map a header of the file to one of: ${resource.columns.map(({ name }) => name).join(', ')}.`,
        detail: `${quote(header, HEADER_CHARS_SHOWN)} to ${quote(column, HEADER_CHARS_SHOWN)}`,
      });
    }
    known.set(normalizeHeader(header), target);
  }
  return known;
}

/** What single headers mean, before it is known which others there are. */
export function headerReader(
  resource: Resource,
  columnMapping: Readonly<Record<string, string>>,
): (header: string) => string | null {
  const known = columnsByHeader(resource.columns);
  for (const [header, column] of Object.entries(columnMapping)) {
    const target = known.get(normalizeHeader(column));
    if (target !== undefined) known.set(normalizeHeader(header), target);
  }
  return (header) => known.get(normalizeHeader(header)) ?? null;
}

function checkNoneTwice(columns: readonly (string | null)[]): void {
  const seen = new Set<string>();
  for (const column of columns) {
    if (column !== null && seen.has(column)) {
      throw new InputError({
        code: 'INPUT_INVALID',
        message: `Two headers of the file mean the column ${column}.`,
        hint: 'Rename or remove one of them, or map one with options.columnMapping.',
      });
    }
    if (column !== null) seen.add(column);
  }
}

function checkNeeded(
  resource: Resource,
  operation: 'import' | 'update',
  columns: readonly (string | null)[],
): void {
  for (const group of resource.neededColumns[operation]) {
    if (group.some((column) => columns.includes(column))) continue;
    throw new InputError({
      code: 'CSV_MISSING_COLUMN',
      message: `The file has no column ${group.join(' or ')}.`,
      hint: 'Name it in the header row, or map a header to it with options.columnMapping. download_csv_template shows all columns.',
    });
  }
}

/**
 * The column that each header means (null: none), and warnings that name the headers we leave out.
 * Throws `CSV_MISSING_COLUMN`, or `INPUT_INVALID` for a mapping that cannot be.
 */
export function mapHeaders(
  resource: Resource,
  headers: readonly string[],
  options: {
    operation: 'import' | 'update';
    columnMapping: Readonly<Record<string, string>>;
  },
): { columns: (string | null)[]; warnings: Problem[] } {
  const known = mappedColumns(resource, headers, options.columnMapping);
  const columns = headers.map((header) => known.get(normalizeHeader(header)) ?? null);
  checkNoneTwice(columns);
  checkNeeded(resource, options.operation, columns);
  const ours = new Set(REPORT_COLUMNS.map(normalizeHeader));
  const unknown = headers.filter(
    (header, index) => columns[index] === null && !ours.has(normalizeHeader(header)),
  );
  if (unknown.length === 0) return { columns, warnings: [] };
  const shown = unknown.slice(0, UNKNOWN_SHOWN).map((header) => quote(header, HEADER_CHARS_SHOWN));
  const more =
    unknown.length > UNKNOWN_SHOWN ? ` and ${String(unknown.length - UNKNOWN_SHOWN)} more` : '';
  return {
    columns,
    warnings: [
      {
        code: 'UNKNOWN_COLUMN',
        message: `Left out, since no column is called so: ${shown.join(', ')}${more}.`,
      },
    ],
  };
}
