/** Headers of a file to columns of a resource. */
import { InputError } from '../core/errors.js';
import { quote } from '../core/text.js';
import type { Problem } from '../store/types.js';
import { nearestMeaning } from './near-name.js';
import type { Column, Resource, WritingOperation } from './resource.js';

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
  // So called where the file has a column of that name itself.
  'job row',
  'job code',
  'job reason',
  'job outcome',
  'job changes',
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

/** Header of a file → column, in either of their names. */
export type ColumnMapping = Readonly<Record<string, string>>;

export interface HeaderOptions {
  readonly operation: WritingOperation;
  /** The caller's word: what it names must exist, and it wins. */
  readonly columnMapping: ColumnMapping;
  /** Kept from another file: entries whose header this one lacks are passed over. */
  readonly savedMapping?: ColumnMapping | undefined;
}

/** Entries of a saved mapping that say nothing else about a column than the caller does. */
function savedEntries(
  known: ReadonlyMap<string, string>,
  columnMapping: ColumnMapping,
  savedMapping: ColumnMapping,
): [header: string, column: string][] {
  const columnOf = (name: string): string | undefined => known.get(normalizeHeader(name));
  const claimed = new Set(Object.values(columnMapping).map(columnOf));
  return Object.entries(savedMapping).filter(([, column]) => {
    const target = columnOf(column);
    return target === undefined || !claimed.has(target);
  });
}

function mappedColumns(
  resource: Resource,
  headers: readonly string[],
  { columnMapping, savedMapping = {} }: HeaderOptions,
): Map<string, string> {
  const columns = columnsByHeader(resource.columns);
  const known = new Map(columns);
  const present = new Set(headers.map(normalizeHeader));
  const put = ([header, column]: readonly [string, string], option: string): void => {
    const target = columns.get(normalizeHeader(column));
    if (target === undefined || !present.has(normalizeHeader(header))) {
      throw new InputError({
        code: 'INPUT_INVALID',
        message: `${option} names a header or a column that does not exist.`,
        hint: `Map a header of the file to one of: ${resource.columns.map(({ name }) => name).join(', ')}.`,
        detail: `${quote(header, HEADER_CHARS_SHOWN)} to ${quote(column, HEADER_CHARS_SHOWN)}`,
      });
    }
    known.set(normalizeHeader(header), target);
  };
  for (const entry of savedEntries(columns, columnMapping, savedMapping)) {
    if (present.has(normalizeHeader(entry[0]))) put(entry, 'The saved mapping');
  }
  for (const entry of Object.entries(columnMapping)) put(entry, 'options.columnMapping');
  return known;
}

/** What single headers mean, before it is known which others there are. */
export function headerReader(
  resource: Resource,
  columnMapping: ColumnMapping,
  savedMapping: ColumnMapping = {},
): (header: string) => string | null {
  const columns = columnsByHeader(resource.columns);
  const known = new Map(columns);
  const saved = savedEntries(columns, columnMapping, savedMapping);
  for (const [header, column] of [...saved, ...Object.entries(columnMapping)]) {
    const target = columns.get(normalizeHeader(column));
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

interface Unknown {
  readonly header: string;
  /** The column that it is a typing error away from; null: none, or who knows which. */
  readonly near: string | null;
}

/** Headers without a column, our own reports' aside, and what each may have been meant to be. */
function unknownHeaders(
  resource: Resource,
  headers: readonly string[],
  columns: readonly (string | null)[],
): Unknown[] {
  const ours = new Set(REPORT_COLUMNS.map(normalizeHeader));
  const free = [...columnsByHeader(resource.columns)].filter(
    ([, column]) => !columns.includes(column),
  );
  return headers
    .filter((header, index) => columns[index] === null && !ours.has(normalizeHeader(header)))
    .map((header) => ({ header, near: nearestMeaning(normalizeHeader(header), free) }));
}

function shown(header: string): string {
  return quote(header, HEADER_CHARS_SHOWN);
}

const MISSING_HINT =
  'Name it in the header row, or map a header to it with options.columnMapping. download_csv_template shows all columns.';

function checkNeeded(
  groups: readonly (readonly string[])[],
  columns: readonly (string | null)[],
  unknown: readonly Unknown[],
): void {
  for (const group of groups) {
    if (group.some((column) => columns.includes(column))) continue;
    const meant = unknown.find(({ near }) => near !== null && group.includes(near));
    const question =
      meant === undefined ? '' : `Did you mean ${meant.near ?? ''} by ${shown(meant.header)}? `;
    throw new InputError({
      code: 'CSV_MISSING_COLUMN',
      message: `The file has no column ${group.join(' or ')}.`,
      hint: question + MISSING_HINT,
    });
  }
}

function unknownWarnings(unknown: readonly Unknown[]): Problem[] {
  if (unknown.length === 0) return [];
  const named = unknown
    .slice(0, UNKNOWN_SHOWN)
    .map(({ header, near }) =>
      near === null ? shown(header) : `${shown(header)} (did you mean ${near}?)`,
    );
  const more =
    unknown.length > UNKNOWN_SHOWN ? ` and ${String(unknown.length - UNKNOWN_SHOWN)} more` : '';
  return [
    {
      code: 'UNKNOWN_COLUMN',
      message: `Left out, since no column is called so: ${named.join(', ')}${more}.`,
    },
  ];
}

/**
 * The column that each header means (null: none), and warnings that name the headers we leave out.
 * Throws `CSV_MISSING_COLUMN`, or `INPUT_INVALID` for a mapping that cannot be.
 */
export function mapHeaders(
  resource: Resource,
  headers: readonly string[],
  options: HeaderOptions,
): { columns: (string | null)[]; warnings: Problem[] } {
  const known = mappedColumns(resource, headers, options);
  const columns = headers.map((header) => known.get(normalizeHeader(header)) ?? null);
  checkNoneTwice(columns);
  const unknown = unknownHeaders(resource, headers, columns);
  checkNeeded(resource.neededColumns[options.operation], columns, unknown);
  return { columns, warnings: unknownWarnings(unknown) };
}
