/**
 * Makes template files. Their rows can be imported unchanged. If the rows must name existing records,
 * records of the account are used.
 */
import { InputError, messageOf } from '../../core/errors.js';
import { showBlock } from '../../core/text.js';
import {
  DIALECTS,
  type Dialect,
  type DialectName,
  type TableRow,
} from '../../files/cells/dialects.js';
import { formatCsvRow } from '../../files/csv/writer.js';
import {
  csvChunks,
  formatOfName,
  tableChunks,
  type Table,
  type TableFormat,
} from '../../files/table.js';
import { imageOf } from '../../resources/definition/record-image.js';
import { templateNamed, type Template } from '../../resources/registry.js';
import type { TemplateMaker, TemplateRows } from '../../resources/definition/resource.js';
import { writtenColumns } from '../job/written-columns.js';
import type { BillyClient, Collection } from '../../billy/types.js';
import type { RecordImage } from '../../model/record.js';
import type { ServiceDeps } from './service-deps.js';

type Parts = Pick<ServiceDeps, 'organizations' | 'caller' | 'log'>;

/** A caller waits for the file. If Billy does not answer in this time, the general template is returned. */
const PATIENCE_MS = 1500;
/** The maximum length of rows with the account's records. Longer rows would not fit into an answer. */
const EXAMPLES_CHARS_MAX = 1500;

/** Reads only the first page of each list: a few examples are enough. */
async function examplesFor(billy: BillyClient, { needs }: TemplateMaker) {
  const found = new Map<Collection, readonly RecordImage[]>();
  for (const { include, shape } of needs) {
    const read = { priority: 'interactive', patienceMs: PATIENCE_MS, include } as const;
    for await (const records of billy.listAll(shape.collection, read)) {
      found.set(
        shape.collection,
        records.map((record) => imageOf(record, shape)),
      );
      break;
    }
  }
  return found;
}

async function madeRows(deps: Parts, maker: TemplateMaker): Promise<TemplateRows | null> {
  try {
    const account = await deps.organizations.accountFor(deps.caller, undefined);
    if (!account.hasToken()) return null;
    return maker.rows(await account.connection.use((billy) => examplesFor(billy, maker)));
  } catch (error) {
    deps.log.warn({ event: 'template.no-examples', error: messageOf(error) });
    return null;
  }
}

/** The rows of a template for this account. Throws `INPUT_INVALID` for an unknown name. */
async function rowsFor(deps: Parts, { rows, maker }: Template): Promise<TemplateRows> {
  const made = maker === null ? null : await madeRows(deps, maker);
  if (made === null) return rows;
  const text = made.map((row) => formatCsvRow(row, DIALECTS.standard)).join('');
  // The account's records are used only if an answer can show them unchanged.
  const isShowable = showBlock(text) === text && text.length <= EXAMPLES_CHARS_MAX;
  return isShowable ? made : rows;
}

async function* batchOf(rows: readonly TableRow[]): AsyncGenerator<readonly TableRow[]> {
  yield await Promise.resolve(rows);
}

function tableOf({ resource }: Template, rows: TemplateRows, dialect: Dialect): Table {
  const [names, ...examples] = rows;
  return { columns: writtenColumns(resource, names, dialect), batches: batchOf(examples) };
}

async function csvOf(template: Template, rows: TemplateRows, dialect: Dialect): Promise<string> {
  let text = '';
  for await (const chunk of csvChunks(tableOf(template, rows, dialect), dialect)) text += chunk;
  return text;
}

function filenameOf({ filename }: Template, format: TableFormat): string {
  return filename.replace(/csv$/, format);
}

/** Returns the template as CSV. */
export async function templateText(
  deps: Parts,
  name: string,
): Promise<{ csvContent: string; filename: string }> {
  const template = templateNamed(name);
  const rows = await rowsFor(deps, template);
  const csvContent = await csvOf(template, rows, DIALECTS.standard);
  return { csvContent, filename: template.filename };
}

/** Yields the template as a workbook. */
async function* workbookChunks(
  template: Template,
  rows: TemplateRows,
  dialect: Dialect,
): AsyncGenerator<string | Uint8Array> {
  const style = { format: 'xlsx', dialect, sheet: template.resource.plural } as const;
  yield* tableChunks(tableOf(template, rows, dialect), style);
}

export interface TemplateForm {
  readonly dialect: DialectName;
  readonly format: TableFormat;
}

/** Returns the bytes of the template as a file. */
export async function templateBytes(
  deps: Parts,
  name: string,
  { dialect, format }: TemplateForm,
): Promise<Buffer> {
  const template = templateNamed(name);
  const rows = await rowsFor(deps, template);
  if (format === 'csv') return Buffer.from(await csvOf(template, rows, DIALECTS[dialect]));
  const chunks: Buffer[] = [];
  for await (const chunk of workbookChunks(template, rows, DIALECTS[dialect])) {
    chunks.push(Buffer.from(chunk as Uint8Array));
  }
  return Buffer.concat(chunks);
}

export interface TemplateRequest {
  readonly name: string;
  readonly dialect: DialectName;
  /** Absent: that of the file to write, else CSV. */
  readonly format?: TableFormat | undefined;
  readonly filePath?: string | undefined;
  readonly overwrite?: boolean | undefined;
}

export interface TemplateFile {
  /** null: the template is a workbook. */
  readonly csvContent: string | null;
  readonly filename: string;
  /** null: no file was written. */
  readonly filePath: string | null;
}

/** The name of the file, with the ending of its format. Throws `INPUT_INVALID` for an unknown template. */
export function templateFilename(name: string, format: TableFormat): string {
  return filenameOf(templateNamed(name), format);
}

/** Returns the template, and writes it to the path of the caller. */
export async function writeTemplate(
  deps: Parts & Pick<ServiceDeps, 'targetFor' | 'writeTarget'>,
  request: TemplateRequest,
): Promise<TemplateFile> {
  const template = templateNamed(request.name);
  const { filePath: wanted, overwrite = false } = request;
  const format = request.format ?? formatOfName(wanted ?? '');
  if (wanted !== undefined && formatOfName(wanted) !== format) throw otherEnding(format);
  const filePath = wanted === undefined ? null : await deps.targetFor(wanted, { overwrite });
  const dialect = DIALECTS[request.dialect];
  const rows = await rowsFor(deps, template);
  const csvContent = format === 'csv' ? await csvOf(template, rows, dialect) : null;
  if (filePath !== null) {
    const chunks =
      csvContent === null ? workbookChunks(template, rows, dialect) : textChunks(csvContent);
    await deps.writeTarget({ path: filePath, overwrite }, chunks);
  }
  // A mark of the encoding belongs to files.
  const shown = csvContent?.replace(/^\ufeff/, '') ?? null;
  return { csvContent: shown, filename: filenameOf(template, format), filePath };
}

async function* textChunks(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}

function otherEnding(format: TableFormat): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: `options.format is ${format}, but filePath does not end in .${format}.`,
    hint: `Give filePath a name that ends in .${format}, or leave options.format out.`,
  });
}
