/** Maps the headers of a file to the columns of a resource. */
import { InputError } from '../../core/errors.js';
import { quote } from '../../core/text.js';
import type { Problem } from '../../model/item.js';
import { normalizeHeader } from '../headers/header-text.js';
import { meaningsOf, type Meaning } from '../headers/header-meanings.js';
import { questionsError, questionsOf, type OpenQuestion } from '../headers/header-questions.js';
import type { Part } from '../headers/header-use.js';
import { knownHeader, spellingsOf } from '../headers/known-headers.js';
import { deletionMarkOf, type DeletionMark } from '../headers/deletion-marks.js';
import { likelyMeaning } from '../headers/likely-meaning.js';
import { ignoredColumns, sharedColumns, statedFacts } from '../headers/header-warnings.js';
import { withStandIns } from '../headers/stand-ins.js';
import { reportColumnTest } from '../headers/report-columns.js';
import type { Column, Resource, WritingOperation } from './resource.js';

export { normalizeHeader } from '../headers/header-text.js';

const HEADER_CHARS_SHOWN = 40;
const FOUND_SHOWN = 10;
const ALIASES_SHOWN = 3;

/** Names that a mapping may use: those that are spelled exactly. */
function columnsByHeader(columns: readonly Column[]): Map<string, string> {
  const known = new Map<string, string>();
  for (const column of columns) {
    for (const name of [column.name, ...column.aliases]) {
      known.set(normalizeHeader(name), column.name);
    }
  }
  return known;
}

/** Header of a file → column, by any of its names. null or '' leaves the header out. */
export type ColumnMapping = Readonly<Record<string, string | null>>;

export interface HeaderOptions {
  readonly operation: WritingOperation;
  /** Given by the caller. Its headers and columns must exist, and it overrides the saved mapping. */
  readonly columnMapping: ColumnMapping;
  /** Saved with another file. Entries for headers that this file lacks are ignored. */
  readonly savedMapping?: ColumnMapping | undefined;
  /** Match keys instead of the resource's own; null: the caller gives none. */
  readonly matchBy?: readonly string[] | null | undefined;
}

/** The column that a mapping names; null: the header is left out, undefined: there is no such column. */
function targetOf(
  known: ReadonlyMap<string, string>,
  column: string | null,
): string | null | undefined {
  return column === null || column.trim() === '' ? null : known.get(normalizeHeader(column));
}

/** The column for the kind of value that the header itself names, if the mapped column has kinds. */
function kindTarget(resource: Resource, header: string, target: string | null): string | null {
  const kinds = resource.columns.find(({ name }) => name === target)?.kinds ?? [];
  const named = kinds.length === 0 ? null : knownHeader(resource, header);
  return named !== null && kinds.includes(named.column) ? named.column : target;
}

/** Entries of a saved mapping for columns that the caller does not map. */
function savedEntries(
  known: ReadonlyMap<string, string>,
  columnMapping: ColumnMapping,
  savedMapping: ColumnMapping,
): [header: string, column: string | null][] {
  const claimed = new Set(Object.values(columnMapping).map((column) => targetOf(known, column)));
  return Object.entries(savedMapping).filter(([, column]) => {
    const target = targetOf(known, column);
    return target === undefined || target === null || !claimed.has(target);
  });
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
  const put = ([header, column]: readonly [string, string | null], option: string): void => {
    const target = targetOf(columns, column);
    if (target === undefined || !present.has(normalizeHeader(header))) {
      throw new InputError({
        code: 'INPUT_INVALID',
        message: `${option} names a header or a column that does not exist.`,
        hint: `Map a header of the file to one of: ${resource.columns.map(({ name }) => name).join(', ')}.`,
        detail: `${shown(header)} to ${shown(column ?? '')}`,
      });
    }
    mapped.set(normalizeHeader(header), kindTarget(resource, header, target));
  };
  for (const entry of savedEntries(columns, columnMapping, savedMapping)) {
    if (present.has(normalizeHeader(entry[0]))) put(entry, 'The saved mapping');
  }
  for (const entry of Object.entries(columnMapping)) put(entry, 'options.columnMapping');
  return mapped;
}

/** The mapped headers as far as the mapping makes sense. */
function sensibleMapping(
  resource: Resource,
  { columnMapping = {}, savedMapping = {} }: Partial<HeaderOptions>,
): Map<string, string | null> {
  const columns = columnsByHeader(resource.columns);
  const mapped = new Map<string, string | null>();
  const saved = savedEntries(columns, columnMapping, savedMapping);
  for (const [header, column] of [...saved, ...Object.entries(columnMapping)]) {
    const target = targetOf(columns, column);
    if (target === undefined) continue;
    mapped.set(normalizeHeader(header), kindTarget(resource, header, target));
  }
  return mapped;
}

/** Returns a function that gives the column of one header without knowledge of the others. */
export function headerReader(
  resource: Resource,
  columnMapping: ColumnMapping,
  savedMapping: ColumnMapping = {},
): (header: string) => string | null {
  const columns = columnsByHeader(resource.columns);
  const mapped = sensibleMapping(resource, { columnMapping, savedMapping });
  // The file may lack headers of a saved mapping, so only the caller's mapping is sure to claim a column.
  const taken = new Set(Object.values(columnMapping).map((column) => targetOf(columns, column)));
  return (header) => {
    const own = mapped.get(normalizeHeader(header));
    if (own !== undefined) return own;
    const column = knownHeader(resource, header)?.column ?? null;
    return taken.has(column) ? null : column;
  };
}

/** The column of each header of a file, null: none. Never throws: faults are left out. */
export function columnsOfHeaders(
  resource: Resource,
  headers: readonly string[],
  options: Partial<HeaderOptions> = {},
): (string | null)[] {
  const meanings = meaningsOf(resource, headers, sensibleMapping(resource, options));
  return meanings.map(({ use }) => use?.column ?? null);
}

/** The part of a question that looks at cells. */
export type CellQuestion = Pick<OpenQuestion, 'what' | 'asks'>;

const ANY_ID: CellQuestion = { what: 'an id', asks: () => true };

/** The questions that the cells under the header may raise: the scan looks at them. */
export function cellQuestions(
  resource: Resource,
  header: string,
  options: Partial<HeaderOptions> = {},
): readonly CellQuestion[] {
  const [meaning] = meaningsOf(resource, [header], sensibleMapping(resource, options));
  if (meaning === undefined) return [];
  return meaning.use?.column === 'id' ? [ANY_ID] : questionsOf(resource, meaning);
}

/** An update or a deletion finds records that have a name: there a description is one. */
function standingIn(
  resource: Resource,
  meanings: readonly Meaning[],
  { operation = 'import' }: Partial<HeaderOptions>,
): ReturnType<typeof withStandIns> {
  return operation === 'import'
    ? withStandIns(resource, meanings)
    : { meanings: [...meanings], warnings: [] };
}

export interface DescribedHeader {
  readonly name: string;
  readonly column: string | null;
  /** The column that the header may mean, where it has none. */
  readonly suggestion: string | null;
}

/** The column of each header of a file, and for a header without one the column that may be meant. */
export function describeHeaders(
  resource: Resource,
  headers: readonly string[],
  options: Partial<HeaderOptions> = {},
): DescribedHeader[] {
  const literal = meaningsOf(resource, headers, sensibleMapping(resource, options));
  const { meanings } = standingIn(resource, literal, options);
  const suggestions = new Map(
    unknownHeaders(resource, meanings).map(({ header, near }) => [header, near]),
  );
  return meanings.map(({ header, use }) => ({
    name: header,
    column: use?.column ?? null,
    suggestion: use === null ? (suggestions.get(header) ?? null) : null,
  }));
}

function checkNoneTwice(meanings: readonly Meaning[]): void {
  const first = new Map<string, string>();
  for (const { header, use } of meanings) {
    if (use?.part !== 'whole') continue;
    const other = first.get(use.column);
    if (other !== undefined) {
      throw new InputError({
        code: 'INPUT_INVALID',
        message: `Two headers of the file mean the column ${use.column}: ${shown(other)} and ${shown(header)}.`,
        hint: 'Rename or remove one of them, or map the other to null with options.columnMapping.',
      });
    }
    first.set(use.column, header);
  }
}

interface Unknown {
  readonly header: string;
  /** The column that it may mean; null: none, or several. */
  readonly near: string | null;
}

/** Headers without a column, except those of our reports, each with the column it may have meant. */
function unknownHeaders(resource: Resource, meanings: readonly Meaning[]): Unknown[] {
  const isOurs = reportColumnTest(meanings.map(({ header }) => header));
  const used = new Set(meanings.map(({ use }) => use?.column));
  const free = spellingsOf(resource.columns).filter(([, column]) => !used.has(column));
  return meanings
    .filter(({ header, fate }) => {
      const isUnknown = fate === 'unknown' || fate === 'elsewhere' || fate === 'taxed';
      return isUnknown && !isOurs(header);
    })
    .map(({ header, fate, known }) => ({
      header,
      near: fate === 'unknown' ? likelyMeaning(header, free) : (known?.column ?? null),
    }));
}

function shown(header: string): string {
  return quote(header, HEADER_CHARS_SHOWN);
}

const MISSING_HINT =
  'Name it in the header row, or map a header to it with options.columnMapping. download_csv_template shows all columns.';

/** `"name" (navn, firmanavn, kundenavn)`. */
function withAliases(resource: Resource, name: string): string {
  const aliases = resource.columns.find((column) => column.name === name)?.aliases ?? [];
  const some = aliases.slice(0, ALIASES_SHOWN).join(', ');
  return some === '' ? `"${name}"` : `"${name}" (${some})`;
}

function firstRowRead(meanings: readonly Meaning[]): string {
  const all = meanings.map(({ header }) => shown(header));
  const more = all.length > FOUND_SHOWN ? ` and ${String(all.length - FOUND_SHOWN)} more` : '';
  return `First row read: ${all.slice(0, FOUND_SHOWN).join(', ')}${more}.`;
}

function missing(
  resource: Resource,
  group: readonly string[],
  found: { readonly meanings: readonly Meaning[]; readonly unknown: readonly Unknown[] },
): InputError {
  const { meanings, unknown } = found;
  const taxed = meanings.find(({ fate, known }) => {
    return fate === 'taxed' && known !== null && group.includes(known.column);
  });
  const questions = taxed === undefined ? [] : questionsOf(resource, taxed);
  if (questions.length > 0) {
    return questionsError(questions.map((question) => ({ question, row: null })));
  }
  const meant = unknown.find(({ near }) => near !== null && group.includes(near));
  const asked =
    meant === undefined ? '' : `Did you mean ${meant.near ?? ''} by ${shown(meant.header)}? `;
  const [only = '', second] = group;
  const names = second === undefined ? withAliases(resource, only) : group.join(' or ');
  return new InputError({
    code: 'CSV_MISSING_COLUMN',
    message: `Required column ${names} not found. ${firstRowRead(meanings)}`,
    hint: asked + MISSING_HINT,
  });
}

/** A file of updates or deletions needs an id or a match key to find records by. */
function neededGroups(
  resource: Resource,
  { operation, matchBy }: HeaderOptions,
): readonly (readonly string[])[] {
  if (operation === 'import') return resource.neededColumns;
  return [['id', ...(matchBy ?? resource.matchOrder)]];
}

function outrankedPrices(meanings: readonly Meaning[]): MappedFile['outranked'] {
  return meanings.flatMap(({ fate, known }, index) =>
    fate === 'outranked' && known?.tax === 'incl' ? [{ index, column: known.column }] : [],
  );
}

export interface MappedFile {
  /** The column of each header; null: none. */
  readonly columns: (string | null)[];
  /** The part of its column's value that each header holds; null: it has no column. */
  readonly parts: (Part | null)[];
  /** The headers of a deletion that say of each row if it is to be deleted; null: any other header. */
  readonly marks: (DeletionMark | null)[];
  /** Values that the headers state for every row: column → cell. */
  readonly stated: Readonly<Record<string, string>>;
  /** The positions of prices with VAT that give way to those of the column. */
  readonly outranked: { index: number; column: string }[];
  readonly warnings: Problem[];
  /** Questions that refuse the file if a cell raises them. */
  readonly questions: readonly OpenQuestion[];
}

/**
 * Returns the column of each header, warnings that name the ignored headers, and the headers that may be ignored
 * only where they are blank. Throws `CSV_MISSING_COLUMN`, `INPUT_AMBIGUOUS`, or `INPUT_INVALID` for an impossible
 * mapping.
 */
export function mapHeaders(
  resource: Resource,
  headers: readonly string[],
  options: HeaderOptions,
): MappedFile {
  const literal = meaningsOf(resource, headers, mappedHeaders(resource, headers, options));
  const { meanings, warnings } = standingIn(resource, literal, options);
  checkNoneTwice(meanings);
  const marks = meanings.map(({ header, fate }) =>
    options.operation === 'delete' && fate === 'unknown' ? deletionMarkOf(header) : null,
  );
  const unmarked = meanings.filter((_meaning, index) => marks[index] === null);
  const unknown = unknownHeaders(resource, unmarked);
  const columns = meanings.map(({ use }) => use?.column ?? null);
  for (const group of neededGroups(resource, options)) {
    if (!group.some((column) => columns.includes(column))) {
      throw missing(resource, group, { meanings, unknown });
    }
  }
  const used = new Set(columns);
  const stated = statedFacts(resource, meanings);
  const questions = meanings
    .flatMap((meaning) => questionsOf(resource, meaning))
    .filter((question) => !question.columns.some((column) => used.has(column)));
  return {
    columns,
    parts: meanings.map(({ use }) => use?.part ?? null),
    marks,
    stated: stated.cells,
    outranked: outrankedPrices(meanings),
    warnings: [
      ...ignoredColumns(meanings, unknown),
      ...sharedColumns(meanings),
      ...warnings,
      ...stated.warnings,
    ],
    questions: options.operation === 'delete' ? [] : questions,
  };
}
