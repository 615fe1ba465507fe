/** A look at a file before a start: what a start would understand of it. Nothing is written or sent. */
import { basename } from 'node:path';
import { InputError } from '../../core/errors.js';
import { isoTime } from '../../core/clock.js';
import { LIMITS } from '../../core/limits.js';
import { clip } from '../../core/text.js';
import { tokensOfJson } from '../../core/tokens.js';
import type { HeadOptions } from '../../files/cells/source-row.js';
import { sourceChunks } from '../../files/disk/source-chunks.js';
import { inspectSource, type InspectedSource } from '../../files/inspect.js';
import { readHead, scanSource } from '../../files/source.js';
import { describeHeaders, headerReader } from '../../resources/definition/headers.js';
import type { Resource } from '../../resources/definition/resource.js';
import { RESOURCES } from '../../resources/registry.js';
import type { StartOptions } from '../job/job-options.js';
import { givenReadOptions } from '../job/source-settings.js';
import { isOwnExport } from '../job/written-columns.js';
import { savedMapping } from './saved-mappings.js';
import type { ServiceDeps } from './service-deps.js';
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

interface Mapped {
  readonly columnMapping: Readonly<Record<string, string>>;
  readonly savedMapping: Readonly<Record<string, string>>;
}

/** The notation of each column of amounts or dates by header, and what keeps a start from reading them. */
async function findStyles(
  path: string,
  found: { resource: Resource; options: HeadOptions; mapped: Mapped },
): Promise<{ styles: Readonly<Record<string, string>>; problem: InputError | null }> {
  const { resource, options, mapped } = found;
  const kinds = new Map(resource.columns.map(({ name, kind }) => [name, kind]));
  const columnOf = headerReader(resource, mapped.columnMapping, mapped.savedMapping);
  const kindOf = (header: string) => {
    const kind = kinds.get(columnOf(header) ?? '');
    return kind === 'amount' || kind === 'date' ? kind : null;
  };
  try {
    const head = await readHead(path, options);
    const scan = await scanSource(path, head, { rowsMax: Infinity, kindOf, options });
    return { styles: { ...scan.numberStyles, ...scan.dateOrders }, problem: null };
  } catch (error) {
    // What keeps the file from being read at all is among the findings already.
    if (!(error instanceof InputError)) throw error;
    return { styles: {}, problem: error.code === 'INPUT_AMBIGUOUS' ? error : null };
  }
}

function isKnownBy(resources: readonly Resource[]): (header: string) => boolean {
  const readers = resources.map((resource) => headerReader(resource, {}));
  return (header) => readers.some((columnOf) => columnOf(header) !== null);
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
  return { ...look, rows: [] };
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
    headers: more.headers.slice(0, HEADERS_SHOWN),
    ...(moreHeaders > 0 ? { moreHeaders } : {}),
    rows,
    totalRows,
    warnings: warnings
      .slice(0, LIMITS.warningsShownMax)
      .map(({ code, message }) => ({ code, message: clip(message, WARNING_CHARS) })),
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
  const mapped = { columnMapping: options.columnMapping ?? {}, savedMapping: saved };
  const readOptions = {
    fileName,
    ...givenReadOptions(options),
    isKnownHeader: isKnownBy(resource === null ? RESOURCES : [resource]),
    isOwnExport: (headers: readonly string[]) =>
      (resource === null ? RESOURCES : [resource]).some((each) => isOwnExport(each, headers)),
  };
  const seen = await inspectSource(path, readOptions);
  const bare = (name: string) => ({ name, column: null, suggestion: null });
  const described =
    resource === null ? seen.headers.map(bare) : describeHeaders(resource, seen.headers, mapped);
  const { styles, problem }: Awaited<ReturnType<typeof findStyles>> =
    resource === null || seen.totalRows === null
      ? { styles: {}, problem: null }
      : await findStyles(path, { resource, options: readOptions, mapped });
  const headers = described.map((header) => ({
    ...header,
    name: clip(header.name, HEADER_CHARS),
    style: STYLES[styles[header.name] ?? ''] ?? null,
  }));
  const ambiguous =
    problem === null
      ? []
      : [{ code: problem.code, message: `${problem.message} ${problem.hint}`.trim() }];
  const isNew = ambiguous.filter(
    ({ message }) => !seen.warnings.some((w) => w.message === message),
  );
  const savedMappings = owner === null ? [] : await deps.store.listMappings(owner);
  return lookOf({ ...seen, warnings: [...seen.warnings, ...isNew] }, { headers, savedMappings });
}

/** Looks at the file or text. Throws as a start does for a path or for bytes that are no table. */
export async function inspectFile(deps: ServiceDeps, request: InspectRequest): Promise<FileLook> {
  const { filePath, csvContent, uploadId } = request;
  if (uploadId !== undefined) throw noUploads();
  const opened = filePath === undefined ? null : await deps.folders.openForRead(filePath);
  try {
    const from = opened === null ? { text: csvContent ?? '' } : { file: opened.handle };
    // A copy, as a start makes it: the file may change, or be replaced, while it is read.
    const bounds = { bytesMax: deps.fileBytesMax };
    const copy = await deps.files.stage('source', sourceChunks(from), bounds);
    try {
      const fileName = opened === null ? 'content.csv' : basename(opened.path);
      const { encoding, ...options } = request.options;
      // Text from a call is stored as UTF-8, so the encoding option applies to files only.
      const given = opened === null ? options : { ...options, encoding };
      return await lookAt(deps, await copy.localPath(), { ...request, options: given, fileName });
    } finally {
      await copy.discard();
    }
  } finally {
    await opened?.handle.close();
  }
}

/** The allowed folders with their newest files, within the size of an answer. */
export async function inspectFolders({
  folders,
}: Pick<ServiceDeps, 'folders'>): Promise<FolderLook[]> {
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
