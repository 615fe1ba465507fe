/** Takes the source of a start's rows: exactly one, copied before it is read. */
import { basename } from 'node:path';
import { InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { canonicalJson } from '../../core/hash.js';
import { clip } from '../../core/text.js';
import type { AllowedFolders, OpenedFile } from '../../files/disk/allowed-paths.js';
import { sourceChunks } from '../../files/disk/source-chunks.js';
import { readHead } from '../../files/source.js';
import { knownHeaders, namingSheets } from '../scan/source-head.js';
import type { FileStore, StagedFile } from '../../files/store/file-store.js';
import { mapHeaders } from '../../resources/definition/headers.js';
import type { Resource, WritingOperation } from '../../resources/definition/resource.js';
import type { Problem } from '../../model/item.js';
import type { JobSource } from '../../model/job.js';
import type { TakenUpload } from '../upload/take-upload.js';
import { canonicalQuestion } from '../filter/canonical-question.js';
import { readQuestion } from '../filter/question.js';
import type { StartOptions } from '../job/job-options.js';
import { isOwnExport } from '../job/written-columns.js';
import { givenReadOptions, readOptionsOf, type SourceSettings } from '../job/source-settings.js';

type Cell = string | number | boolean | null;

export interface SourceInput {
  readonly csvContent?: string | undefined;
  readonly rows?: readonly Readonly<Record<string, Cell>>[] | undefined;
  readonly filePath?: string | undefined;
  readonly uploadId?: string | undefined;
  readonly dryRunJobId?: string | undefined;
  /** A filter of the records to update or delete, and the changes to make (jobs/filter). */
  readonly where?: unknown;
  readonly set?: unknown;
  /** The ids of the records to delete. */
  readonly ids?: readonly string[] | undefined;
  readonly updates?:
    | readonly { readonly id: string; readonly changes: Readonly<Record<string, Cell>> }[]
    | undefined;
}

const SOURCE_KINDS = [
  'csvContent',
  'rows',
  'filePath',
  'uploadId',
  'dryRunJobId',
  'updates',
  'ids',
  'where',
] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

const NAME_CHARS = 120;

/** The sources that suit an operation, for a caller that gave none or several. */
const SOURCES_OF: Readonly<Record<WritingOperation, string>> = {
  import: 'filePath (best for files), csvContent, rows or dryRunJobId',
  update: 'updates, where with set, filePath (best for files), csvContent, rows or dryRunJobId',
  delete: 'ids, where, filePath (best for files), csvContent, rows or dryRunJobId',
};

/** Returns the kind of the given source. Throws `INPUT_SOURCE` if none or several are given. */
export function sourceKindOf(input: SourceInput, operation: WritingOperation): SourceKind {
  const given = SOURCE_KINDS.filter((kind) => input[kind] !== undefined);
  const [kind, second] = given;
  if (input.set !== undefined && kind !== 'where') throw noFilter();
  if (kind !== undefined && second === undefined) return kind;
  throw new InputError({
    code: 'INPUT_SOURCE',
    message:
      kind === undefined ? 'No source of rows is given.' : `Several sources: ${given.join(', ')}.`,
    hint: `Give exactly one of ${SOURCES_OF[operation]}.`,
  });
}

/** The error for an upload where no uploads are taken. */
export function noUploads(): InputError {
  return new InputError({
    code: 'INPUT_SOURCE',
    message: 'Uploads work only if the server runs over HTTP.',
    hint: 'Pass filePath.',
  });
}

function noFilter(): InputError {
  return invalid(
    'set needs where: it changes the records that a filter finds.',
    'Give where beside set. To change single records give updates, with an id and changes each.',
  );
}

function invalid(message: string, hint: string): InputError {
  return new InputError({ code: 'INPUT_INVALID', message, hint });
}

/** Converts updates to rows: the id and the changed columns. Refuses unknown column names. */
function rowsOfUpdates(resource: Resource, updates: NonNullable<SourceInput['updates']>) {
  const known = new Set(resource.columns.map(({ name }) => name).filter((name) => name !== 'id'));
  for (const { changes } of updates) {
    const unknown = Object.keys(changes).find((name) => !known.has(name));
    if (unknown === undefined) continue;
    throw new InputError({
      code: 'INPUT_INVALID',
      message: 'An update names a column that does not exist.',
      hint: `Use: ${[...known].join(', ')}.`,
      detail: clip(unknown, LIMITS.fieldCharsMax),
    });
  }
  return updates.map(({ id, changes }) => ({ id, ...changes }));
}

/** The error for too many rows in one call. */
export function tooManyRows(): InputError {
  return new InputError({
    code: 'INPUT_TOO_LARGE',
    message: `A call may contain at most ${String(LIMITS.inlineRowsMax)} rows.`,
    hint: 'Save them as a file and pass filePath.',
  });
}

function rowsOf(resource: Resource, input: SourceInput): readonly object[] {
  // The count is checked before the rows.
  const given = input.updates ?? input.rows ?? input.ids ?? [];
  if (given.length > LIMITS.inlineRowsMax) throw tooManyRows();
  if (input.updates !== undefined) return rowsOfUpdates(resource, input.updates);
  return input.rows ?? (input.ids ?? []).map((id) => ({ id }));
}

/** The records that the rows of a call write; 0 where the call does not tell. */
export function rowCountOf({ grouping }: Pick<Resource, 'grouping'>, input: SourceInput): number {
  if (input.ids !== undefined) return new Set(input.ids).size;
  if (input.updates !== undefined) return input.updates.length;
  return grouping === null ? (input.rows?.length ?? 0) : 0;
}

function textOf(resource: Resource, input: SourceInput): string {
  if (input.csvContent !== undefined) {
    if (Buffer.byteLength(input.csvContent) <= LIMITS.csvContentBytesMax) return input.csvContent;
    throw new InputError({
      code: 'INPUT_TOO_LARGE',
      message: 'csvContent may contain at most 1 MiB.',
      hint: 'Save it as a file and pass filePath.',
    });
  }
  const rows = rowsOf(resource, input);
  if (rows.length === 0) throw invalid('There are no rows.', 'Give at least one row.');
  return JSON.stringify(rows);
}

const INLINE_NAMES: Partial<Record<SourceKind, string>> = {
  csvContent: 'content.csv',
  rows: 'rows.json',
  updates: 'updates.json',
  ids: 'ids.json',
};

async function checkSize({ handle }: OpenedFile, bytesMax: number): Promise<void> {
  const { size } = await handle.stat();
  if (size <= bytesMax) return;
  throw new InputError({
    code: 'INPUT_TOO_LARGE',
    message: `The file has more than ${String(bytesMax)} bytes.`,
    hint: 'Split it, or raise BULK_MAX_FILE_BYTES.',
  });
}

export interface SourceRequest {
  readonly resource: Resource;
  readonly operation: WritingOperation;
  readonly input: SourceInput;
  readonly kind: Exclude<SourceKind, 'dryRunJobId'>;
  readonly options: StartOptions;
  /** The headers of a saved mapping; the mapping in the options takes precedence. */
  readonly savedMapping: Readonly<Record<string, string>>;
}

export interface SourcePlace {
  readonly folders: AllowedFolders;
  readonly files: FileStore;
  readonly bytesMax: number;
  /** The unused name that the caller will give the copy: the job's id. */
  readonly name: string;
  /** Takes an upload of the organization. */
  readonly takeUpload: (uploadId: string) => Promise<TakenUpload>;
}

export interface CopiedInput {
  /** The copy; the caller keeps it under the name, or discards it. */
  readonly copy: StagedFile;
  readonly source: JobSource;
  readonly sourceSettings: SourceSettings;
  readonly warnings: readonly Problem[];
}

function isFile({ kind }: Pick<SourceRequest, 'kind'>): boolean {
  return kind === 'filePath' || kind === 'uploadId';
}

function sourceSettingsFor(
  request: SourceRequest,
  storedAs: string,
  fileName: string,
): SourceSettings {
  const { encoding, ...given } = givenReadOptions(request.options);
  return {
    storedAs,
    fileName,
    columnMapping: request.options.columnMapping ?? {},
    savedMapping: request.savedMapping,
    ...given,
    // Text from a call is stored as UTF-8, so the encoding option applies to files only.
    ...(encoding === undefined || !isFile(request) ? {} : { encoding }),
    // Hidden rows were not meant to be changed or deleted; an import asks.
    ...(request.operation === 'import'
      ? {}
      : { includeHiddenRows: given.includeHiddenRows ?? false }),
    // Updates contain numbers or decimal strings (contract), so the separator is known.
    ...(request.kind === 'updates' ? { decimalSeparator: '.' as const } : {}),
  };
}

/** Copies the source and reads its head. Leaves no copy if the source is refused. */
export async function copyInput(request: SourceRequest, place: SourcePlace): Promise<CopiedInput> {
  if (request.kind === 'where') return copyQuestion(request, place);
  const { filePath, uploadId } = request.input;
  if (uploadId !== undefined) return readCopied(request, place, await place.takeUpload(uploadId));
  if (filePath === undefined) return readCopied(request, place, await copyText(request, place));
  const opened = await place.folders.openForRead(filePath);
  try {
    return await readCopied(request, place, await copyFile(opened, place));
  } finally {
    await opened.handle.close();
  }
}

/** Judges a filter and stores it. Its rows are chosen on the listing of the plan. */
async function copyQuestion(request: SourceRequest, place: SourcePlace): Promise<CopiedInput> {
  const { resource, operation, input, kind } = request;
  const asked = { where: input.where, ...(input.set === undefined ? {} : { set: input.set }) };
  readQuestion(resource, operation, asked);
  // In canonical form, so that the same question is the same start.
  const text = canonicalJson(canonicalQuestion(resource, asked));
  const chunks = sourceChunks({ text });
  const copy = await place.files.stage('source', chunks, { bytesMax: place.bytesMax });
  return {
    copy,
    source: { name: kind, sizeBytes: copy.sizeBytes, sha256: copy.sha256 },
    sourceSettings: { storedAs: place.name, fileName: kind, columnMapping: {}, filter: {} },
    warnings: [],
  };
}

/** A copy of the source, and the name of what was copied. */
type Copied = TakenUpload;

async function copyFile(
  opened: OpenedFile,
  { files, bytesMax }: Pick<SourcePlace, 'files' | 'bytesMax'>,
): Promise<Copied> {
  await checkSize(opened, bytesMax);
  const copy = await files.stage('source', sourceChunks({ file: opened.handle }), { bytesMax });
  return { copy, fileName: basename(opened.path) };
}

async function copyText(
  { resource, input, kind }: SourceRequest,
  { files, bytesMax }: Pick<SourcePlace, 'files' | 'bytesMax'>,
): Promise<Copied> {
  const chunks = sourceChunks({ text: textOf(resource, input) });
  const copy = await files.stage('source', chunks, { bytesMax });
  return { copy, fileName: INLINE_NAMES[kind] ?? kind };
}

async function readCopied(
  request: SourceRequest,
  { name }: Pick<SourcePlace, 'name'>,
  { copy, fileName }: Copied,
): Promise<CopiedInput> {
  const { resource, operation } = request;
  try {
    const settings = sourceSettingsFor(request, name, fileName);
    const head = await readHead(await copy.localPath(), {
      ...readOptionsOf(settings),
      isKnownHeader: knownHeaders(resource, settings),
      isOwnExport: (headers) => isOwnExport(resource, headers),
    });
    const { columnMapping } = settings;
    const { savedMapping } = request;
    const mapping = { operation, columnMapping, savedMapping, matchBy: request.options.matchBy };
    const { warnings } = namingSheets(head, () => mapHeaders(resource, head.headers, mapping));
    return {
      copy,
      source: { name: clip(fileName, NAME_CHARS), sizeBytes: copy.sizeBytes, sha256: copy.sha256 },
      sourceSettings: { ...settings, head },
      warnings,
    };
  } catch (error) {
    await copy.discard();
    throw error;
  }
}
