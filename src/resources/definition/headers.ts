/** Maps the headers of a file to the columns of a resource. */
import { InputError } from '../../core/errors.js';
import { quote } from '../../core/text.js';
import type { Problem } from '../../model/item.js';
import { nearestMeaning } from './near-name.js';
import type { Column, Resource, WritingOperation } from './resource.js';

/** Columns that our reports add. In an imported report they are ignored, without a warning. */
export const REPORT_COLUMNS = [
  'row',
  'code',
  'reason',
  'outcome',
  'billyId',
  'changes',
  'rollback',
  'rollbackReason',
  // These names are used if the file itself has a column of the plain name.
  'job row',
  'job code',
  'job reason',
  'job outcome',
  'job changes',
] as const;

const HEADER_CHARS_SHOWN = 40;
const UNKNOWN_SHOWN = 10;

/** The header without case, spaces and `. - _ /` (contract, section 4). */
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

/** Header of a file → column, by any of its names. '' leaves the header out. */
export type ColumnMapping = Readonly<Record<string, string>>;

export interface HeaderOptions {
  readonly operation: WritingOperation;
  /** Given by the caller. Its headers and columns must exist, and it overrides the saved mapping. */
  readonly columnMapping: ColumnMapping;
  /** Saved with another file. Entries for headers that this file lacks are ignored. */
  readonly savedMapping?: ColumnMapping | undefined;
  /** Match keys instead of the resource's own; null: the caller gives none. */
  readonly matchBy?: readonly string[] | null | undefined;
}

/** Entries of a saved mapping for columns that the caller does not map. */
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

/** The column that a mapping names; null: the header is left out, undefined: there is no such column. */
function targetOf(known: ReadonlyMap<string, string>, column: string): string | null | undefined {
  return column.trim() === '' ? null : known.get(normalizeHeader(column));
}

/** The mapped headers with their columns; null: left out on purpose. */
function mappedHeaders(
  resource: Resource,
  headers: readonly string[],
  { columnMapping, savedMapping = {} }: HeaderOptions,
): Map<string, string | null> {
  const columns = columnsByHeader(resource.columns);
  const mapped = new Map<string, string | null>();
  const present = new Set(headers.map(normalizeHeader));
  const put = ([header, column]: readonly [string, string], option: string): void => {
    const target = targetOf(columns, column);
    if (target === undefined || !present.has(normalizeHeader(header))) {
      throw new InputError({
        code: 'INPUT_INVALID',
        message: `${option} names a header or a column that does not exist.`,
        hint: `Map a header of the file to one of: ${resource.columns.map(({ name }) => name).join(', ')}.`,
        detail: `${quote(header, HEADER_CHARS_SHOWN)} to ${quote(column, HEADER_CHARS_SHOWN)}`,
      });
    }
    mapped.set(normalizeHeader(header), target);
  };
  for (const entry of savedEntries(columns, columnMapping, savedMapping)) {
    if (present.has(normalizeHeader(entry[0]))) put(entry, 'The saved mapping');
  }
  for (const entry of Object.entries(columnMapping)) put(entry, 'options.columnMapping');
  return mapped;
}

/** Returns a function that gives the column of one header without knowledge of the others. */
export function headerReader(
  resource: Resource,
  columnMapping: ColumnMapping,
  savedMapping: ColumnMapping = {},
): (header: string) => string | null {
  const columns = columnsByHeader(resource.columns);
  const mapped = new Map<string, string | null>();
  const saved = savedEntries(columns, columnMapping, savedMapping);
  for (const [header, column] of [...saved, ...Object.entries(columnMapping)]) {
    const target = targetOf(columns, column);
    if (target !== undefined) mapped.set(normalizeHeader(header), target);
  }
  // The file may lack headers of a saved mapping, so only the caller's mapping is sure to claim a column.
  const taken = new Set(Object.values(columnMapping).map((column) => targetOf(columns, column)));
  return (header) => {
    const own = mapped.get(normalizeHeader(header));
    if (own !== undefined) return own;
    const column = columns.get(normalizeHeader(header)) ?? null;
    return taken.has(column) ? null : column;
  };
}

interface Meaning {
  readonly header: string;
  /** null: the header has no column. */
  readonly column: string | null;
  /** unknown: no column has this name · displaced: a mapping gives its column to another header. */
  readonly fate: 'used' | 'unknown' | 'displaced' | 'leftOut';
}

/** A mapped header takes its column from a header that merely has the column's name. */
function meaningsOf(
  resource: Resource,
  headers: readonly string[],
  mapped: ReadonlyMap<string, string | null>,
): Meaning[] {
  const columns = columnsByHeader(resource.columns);
  const taken = new Set(mapped.values());
  return headers.map((header): Meaning => {
    const normal = normalizeHeader(header);
    const target = mapped.get(normal);
    if (target === null) return { header, column: null, fate: 'leftOut' };
    if (target !== undefined) return { header, column: target, fate: 'used' };
    const column = columns.get(normal);
    if (column === undefined) return { header, column: null, fate: 'unknown' };
    if (taken.has(column)) return { header, column: null, fate: 'displaced' };
    return { header, column, fate: 'used' };
  });
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
  /** The column that a typing error away has this name; null: none, or several. */
  readonly near: string | null;
}

/** Headers without a column, except those of our reports, each with the column it may have meant. */
function unknownHeaders(resource: Resource, meanings: readonly Meaning[]): Unknown[] {
  const ours = new Set(REPORT_COLUMNS.map(normalizeHeader));
  const used = new Set(meanings.map(({ column }) => column));
  const free = [...columnsByHeader(resource.columns)].filter(([, column]) => !used.has(column));
  return meanings
    .filter(({ header, fate }) => fate === 'unknown' && !ours.has(normalizeHeader(header)))
    .map(({ header }) => ({ header, near: nearestMeaning(normalizeHeader(header), free) }));
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

function leftOut(reason: string, names: readonly string[]): Problem[] {
  if (names.length === 0) return [];
  const more =
    names.length > UNKNOWN_SHOWN ? ` and ${String(names.length - UNKNOWN_SHOWN)} more` : '';
  const named = names.slice(0, UNKNOWN_SHOWN).join(', ');
  return [{ code: 'UNKNOWN_COLUMN', message: `Ignored, because ${reason}: ${named}${more}.` }];
}

function warningsOf(meanings: readonly Meaning[], unknown: readonly Unknown[]): Problem[] {
  const nameless = unknown.map(({ header, near }) =>
    near === null ? shown(header) : `${shown(header)} (did you mean ${near}?)`,
  );
  const displaced = meanings.filter(({ fate }) => fate === 'displaced');
  return [
    ...leftOut('no column has this name', nameless),
    ...leftOut(
      'another header is mapped to their column',
      displaced.map(({ header }) => shown(header)),
    ),
  ];
}

/** A file of updates or deletions needs an id or a match key to find records by. */
function neededGroups(
  resource: Resource,
  { operation, matchBy }: HeaderOptions,
): readonly (readonly string[])[] {
  if (operation === 'import') return resource.neededColumns;
  return [['id', ...(matchBy ?? resource.matchOrder)]];
}

/**
 * Returns the column of each header (null: none), and warnings that name the ignored headers. Throws
 * `CSV_MISSING_COLUMN`, or `INPUT_INVALID` for an impossible mapping.
 */
export function mapHeaders(
  resource: Resource,
  headers: readonly string[],
  options: HeaderOptions,
): { columns: (string | null)[]; warnings: Problem[] } {
  const meanings = meaningsOf(resource, headers, mappedHeaders(resource, headers, options));
  const columns = meanings.map(({ column }) => column);
  checkNoneTwice(columns);
  const unknown = unknownHeaders(resource, meanings);
  checkNeeded(neededGroups(resource, options), columns, unknown);
  return { columns, warnings: warningsOf(meanings, unknown) };
}
