/** A look at a file before a start: what a start would understand of it. Nothing is written or sent. */
import { basename } from 'node:path';
import { isoTime } from '../../core/clock.js';
import { LIMITS } from '../../core/limits.js';
import { clip } from '../../core/text.js';
import { tokensOfJson } from '../../core/tokens.js';
import type { HeadOptions } from '../../files/cells/source-row.js';
import { sourceChunks } from '../../files/disk/source-chunks.js';
import { findingOf, inspectSource, type InspectedSource } from '../../files/inspect.js';
import type { Problem } from '../../model/item.js';
import { describeHeaders, mapHeaders } from '../../resources/definition/headers.js';
import type { Resource } from '../../resources/definition/resource.js';
import { RESOURCES } from '../../resources/registry.js';
import type { StartOptions } from '../job/job-options.js';
import type { CallerFiles } from '../job/job-files.js';
import { givenReadOptions, readOptionsOf, type SourceSettings } from '../job/source-settings.js';
import { SourceJudge } from '../scan/judge-source.js';
import { knownHeaders } from '../scan/source-head.js';
import { isOwnExport } from '../job/written-columns.js';
import { takeUpload, type TakenUpload } from '../upload/take-upload.js';
import { savedMapping } from './saved-mappings.js';
import { callerFilesOf, type ServiceDeps } from './service-deps.js';
import { noUploads } from './take-source.js';

export interface InspectRequest {
  readonly filePath?: string | undefined;
  readonly uploadId?: string | undefined;
  readonly csvContent?: string | undefined;
  /** null: the headers are given without their meaning. */
  readonly resource: Resource | null;
  readonly options: StartOptions;
  readonly organizationId?: string | undefined;
}

export interface InspectedHeader {
  readonly name: string;
  readonly column: string | null;
  readonly suggestion: string | null;
  /** The notation of amounts or dates in the column; null: it holds none. */
  readonly style: string | null;
}

export interface FileLook {
  readonly format: string;
  readonly encoding: string;
  readonly delimiter: string | null;
  readonly sheets?: InspectedSource['sheets'];
  readonly headerRow: number | null;
  readonly headers: readonly InspectedHeader[];
  /** Headers beyond those shown. */
  readonly moreHeaders?: number;
  readonly rows: readonly (readonly string[])[];
  readonly totalRows: number | null;
  readonly warnings: InspectedSource['warnings'];
  readonly savedMappings: readonly string[];
}

export interface FolderLook {
  readonly path: string;
  readonly files: readonly { name: string; sizeBytes: number; modifiedAt: string | null }[];
  /** Files beyond those shown. */
  readonly moreFiles?: number;
}

const HEADERS_SHOWN = 40;
const HEADER_CHARS = 60;
const SHEETS_SHOWN = 20;
const FILES_SHOWN = 30;
const NAMES_SHOWN = 20;
const WARNING_CHARS = 240;
/** A refusal, with the hint that says what to do. */
const REFUSAL_CHARS = LIMITS.hintCharsMax;
const REFUSAL = /^(?:INPUT|CSV)_/;
/** Warnings in a look that is too large even without rows. */
const WARNINGS_LEFT = 2;
/** The first that fits is taken: characters of a cell, and number of rows. */
const ROW_BOUNDS = [
  [40, 5],
  [40, 3],
  [20, 5],
  [20, 3],
  [12, 2],
  [8, 1],
] as const;
/** Room for what stands beside the rows. */
const LOOK_TOKENS_MAX = 2200;

const STYLES: Readonly<Record<string, string>> = {
  point: 'decimal point',
  comma: 'decimal comma',
  dmy: 'day first',
  mdy: 'month first',
  ymd: 'year first',
};

/** The settings with which a start would read the file. */
function settingsOf(
  { options, fileName }: { readonly options: StartOptions; readonly fileName: string },
  savedMapping: Readonly<Record<string, string>>,
): SourceSettings {
  const { columnMapping = {} } = options;
  return { fileName, columnMapping, savedMapping, ...givenReadOptions(options) };
}

/** The headers as a start would use them, and what it would refuse or warn of. */
interface HeaderFindings {
  /** null: a start is refused, so the headers are described one by one. */
  readonly columns: readonly (string | null)[] | null;
  readonly refusals: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** True if the headers of a file that no import can use are those of an update. */
function isUpdate(resource: Resource, { headers }: InspectedSource, mapping: Mapping): boolean {
  try {
    mapHeaders(resource, headers, { ...mapping, operation: 'update' });
    return true;
  } catch (error) {
    findingOf(error);
    return false;
  }
}

type Mapping = Pick<SourceSettings, 'columnMapping' | 'savedMapping'>;

function headerFindings(
  resource: Resource,
  seen: InspectedSource,
  { judge, mapping }: { readonly judge: SourceJudge; readonly mapping: Mapping },
): HeaderFindings {
  if (seen.head === null) return { columns: null, refusals: [], warnings: [] };
  try {
    const { columns, warnings } = judge.mapHeaders(seen.head, seen.headers);
    return { columns, refusals: [], warnings };
  } catch (error) {
    const { code, message } = findingOf(error);
    const isOnlyImport = code === 'CSV_MISSING_COLUMN' && isUpdate(resource, seen, mapping);
    const lead = `An import is refused${isOnlyImport ? ', an update is not' : ''}: `;
    return { columns: null, refusals: [{ code, message: lead + message }], warnings: [] };
  }
}

/** The options for the head of a file that holds records of one of these resources. */
function headOptionsOf(resources: readonly Resource[], settings: SourceSettings): HeadOptions {
  const readers = resources.map((resource) => knownHeaders(resource, settings));
  return {
    ...readOptionsOf(settings),
    isKnownHeader: (header) => readers.some((isKnown) => isKnown(header)),
    isOwnExport: (headers) => resources.some((resource) => isOwnExport(resource, headers)),
  };
}

/** The look within the size of an answer: long cells are cut, then rows are left out. */
function fitted(look: FileLook): FileLook {
  for (const [chars, rowCount] of ROW_BOUNDS) {
    const rows = look.rows
      .slice(0, rowCount)
      .map((cells) => cells.slice(0, HEADERS_SHOWN).map((cell) => clip(cell, chars)));
    const smaller = { ...look, rows };
    if (tokensOfJson(smaller) <= LOOK_TOKENS_MAX) return smaller;
  }
  return { ...look, rows: [], warnings: look.warnings.slice(0, WARNINGS_LEFT) };
}

function lookOf(
  seen: InspectedSource,
  more: Pick<FileLook, 'headers' | 'savedMappings'>,
): FileLook {
  const { format, encoding, delimiter, sheets, headerRow, totalRows, rows, warnings } = seen;
  const moreHeaders = more.headers.length - HEADERS_SHOWN;
  return fitted({
    format,
    encoding,
    delimiter,
    ...(sheets.length === 0 ? {} : { sheets: sheets.slice(0, SHEETS_SHOWN) }),
    headerRow,
    headers: more.headers
      .slice(0, HEADERS_SHOWN)
      .map((header) => ({ ...header, name: clip(header.name, HEADER_CHARS) })),
    ...(moreHeaders > 0 ? { moreHeaders } : {}),
    rows,
    totalRows,
    warnings: warnings.slice(0, LIMITS.warningsShownMax).map(({ code, message }) => {
      const chars = REFUSAL.test(code) ? REFUSAL_CHARS : WARNING_CHARS;
      return { code, message: clip(message, chars) };
    }),
    savedMappings: more.savedMappings.slice(0, NAMES_SHOWN),
  });
}

/** The organization with the saved mappings that are shown; null: none is needed, or it is not known yet. */
async function ownerOf(
  { organizations, caller }: Pick<ServiceDeps, 'organizations' | 'caller'>,
  { resource, organizationId }: InspectRequest,
): Promise<{ organizationId: string; resourceType: string } | null> {
  if (resource === null && organizationId === undefined) return null;
  const account = await organizations.accountFor(caller, organizationId);
  const known =
    organizationId === undefined ? await account.known() : await account.remembered(organizationId);
  if (known === null || resource === null) return null;
  return { organizationId: known.id, resourceType: resource.name };
}

async function lookAt(
  deps: ServiceDeps,
  path: string,
  request: InspectRequest & { fileName: string },
): Promise<FileLook> {
  const { resource, options, fileName } = request;
  const owner = await ownerOf(deps, request);
  const saved = owner === null ? {} : await savedMapping(deps, owner, options);
  const savedMappings = owner === null ? [] : await deps.store.listMappings(owner);
  const settings = settingsOf({ options, fileName }, saved);
  if (resource === null) {
    const seen = await inspectSource(path, headOptionsOf(RESOURCES, settings));
    const bare = (name: string) => ({ name, column: null, suggestion: null, style: null });
    return lookOf(seen, { headers: seen.headers.map(bare), savedMappings });
  }
  const mapping = { columnMapping: settings.columnMapping, savedMapping: saved };
  const judge = new SourceJudge(resource, { operation: 'import', ...mapping });
  const seen = await inspectSource(path, headOptionsOf([resource], settings), (head) =>
    judge.requestFor(head, settings, { rowsMax: Infinity }),
  );
  const found = headerFindings(resource, seen, { judge, mapping });
  const styles = { ...seen.scan?.numberStyles, ...seen.scan?.dateOrders };
  const headers = describeHeaders(resource, seen.headers, mapping).map((header, index) => ({
    ...header,
    column: found.columns === null ? header.column : (found.columns[index] ?? null),
    style: STYLES[styles[header.name] ?? ''] ?? null,
  }));
  const warnings = [...found.refusals, ...seen.warnings, ...found.warnings];
  return lookOf({ ...seen, warnings }, { headers, savedMappings });
}

/** The files that the caller may name in a call with this organization. */
async function filesFor(
  deps: ServiceDeps,
  organizationId: string | undefined,
): Promise<CallerFiles> {
  const { organizations, caller } = deps;
  if (deps.filesWithin === undefined) return deps;
  if (organizationId === undefined)
    return callerFilesOf(deps, await organizations.onlyIdOf(caller));
  const [id = null] = await organizations.idsFor(caller, organizationId);
  return callerFilesOf(deps, id);
}

/** A copy, as a start makes it: the file may change, or be replaced, while it is read. */
async function copyOf(
  deps: ServiceDeps,
  { filePath, csvContent = '', organizationId }: InspectRequest,
): Promise<TakenUpload> {
  const { files, fileBytesMax: bytesMax } = deps;
  if (filePath === undefined) {
    const copy = await files.stage('source', sourceChunks({ text: csvContent }), { bytesMax });
    return { copy, fileName: 'content.csv' };
  }
  const { folders } = await filesFor(deps, organizationId);
  const { path, handle } = await folders.openForRead(filePath);
  try {
    const copy = await files.stage('source', sourceChunks({ file: handle }), { bytesMax });
    return { copy, fileName: basename(path) };
  } finally {
    await handle.close();
  }
}

async function uploadOf(
  deps: ServiceDeps,
  { organizationId }: InspectRequest,
  id: string,
): Promise<TakenUpload> {
  if (deps.takesUploads !== true) throw noUploads();
  const organizationIds = await deps.organizations.idsFor(deps.caller, organizationId);
  return takeUpload(deps, { id, organizationIds });
}

/** Looks at the file or text. Throws as a start does for a path or for bytes that are no table. */
export async function inspectFile(deps: ServiceDeps, request: InspectRequest): Promise<FileLook> {
  const { filePath, uploadId } = request;
  const taking = uploadId === undefined ? copyOf(deps, request) : uploadOf(deps, request, uploadId);
  const { copy, fileName } = await taking;
  try {
    const { encoding, ...options } = request.options;
    // Text from a call is stored as UTF-8, so the encoding option applies to files only.
    const isText = filePath === undefined && uploadId === undefined;
    const given = isText ? options : { ...options, encoding };
    return await lookAt(deps, await copy.localPath(), { ...request, options: given, fileName });
  } finally {
    await copy.discard();
  }
}

/** The allowed folders with their newest files, within the size of an answer. */
export async function inspectFolders(
  deps: ServiceDeps,
  organizationId?: string,
): Promise<FolderLook[]> {
  const { folders } = await filesFor(deps, organizationId);
  const listed = await folders.list();
  const shownOf = (count: number): FolderLook[] =>
    listed.map(({ path, files }) => ({
      path,
      files: files.slice(0, count).map(({ name, sizeBytes, modifiedAtMs }) => {
        return { name, sizeBytes, modifiedAt: isoTime(modifiedAtMs) };
      }),
      ...(files.length > count ? { moreFiles: files.length - count } : {}),
    }));
  let count = FILES_SHOWN;
  while (count > 1 && tokensOfJson(shownOf(count)) > LOOK_TOKENS_MAX) count -= 1;
  return shownOf(count);
}
