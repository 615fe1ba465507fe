/** Reports: the rows of a job as they came, with their outcomes. A report of failed rows can be corrected and imported again. */
import { InputError } from '../../core/errors.js';
import { charsWithin } from '../../core/tokens.js';
import { normalizeDecimal } from '../../core/decimal.js';
import {
  DIALECTS,
  formatDecimal,
  type Dialect,
  type DialectName,
  type TableRow,
} from '../../files/cells/dialects.js';
import { formatCsvRow } from '../../files/csv/writer.js';
import { storeFile } from '../../files/store/file-store.js';
import type { StoredName } from '../../files/store/stored-name.js';
import { csvChunks, formatOfName, tableChunks, type Table } from '../../files/table.js';
import { clip, quote } from '../../core/text.js';
import { LIMITS } from '../../core/limits.js';
import { headerReader, normalizeHeader } from '../../resources/definition/headers.js';
import {
  reportColumnTest,
  reportHeaders,
  type ReportColumn,
} from '../../resources/headers/report-columns.js';
import { resourceNamed } from '../../resources/registry.js';
import type { Resource } from '../../resources/definition/resource.js';
import type { JobStore } from '../../store/job-store.js';
import type { FieldChange, ItemLine, ItemRecord } from '../../model/item.js';
import type { JobRecord } from '../../model/job.js';
import { isAboutCell } from '../../model/cause-text.js';
import { linesOf, rewriter } from '../scan/row-cells.js';
import { isByFilter, sourceSettingsOf } from '../job/source-settings.js';
import { itemBatches } from '../job/job-context.js';
import { callerFilesOf, checkKept, findJob, type ServiceDeps } from './service-deps.js';

export const REPORT_SCOPES = ['failed', 'all'] as const;
export type ReportScope = (typeof REPORT_SCOPES)[number];

export interface ReportWish {
  readonly job: JobRecord;
  readonly scope: ReportScope;
  readonly dialect: DialectName;
}

/** The names of stored reports begin with this; those of exports begin with their resource. */
export const REPORT_PREFIX = 'report-';

/** The stored file of a report. */
export function reportFileOf(
  { id, organizationId }: Pick<JobRecord, 'id' | 'organizationId'>,
  scope: ReportScope,
): StoredName {
  return { organizationId, kind: 'report', name: `${REPORT_PREFIX}${id}-${scope}.csv` };
}

interface Layout {
  /** Columns by which a person knows the record of a row that names it by its id alone. */
  readonly identity: readonly string[];
  /** The original columns that are shown, with the function that writes their cells. */
  readonly columns: readonly { readonly index: number; readonly show: (text: string) => string }[];
  readonly headers: readonly string[];
  /** Writes an amount in the dialect of the report; null: as it is. */
  readonly inDialect: AmountWriter | null;
}

type AmountWriter = (column: string | null, text: string) => string;

/** The sources of a call that name records by their ids. A filter keeps names and numbers in its rows. */
const BY_IDS: ReadonlySet<string> = new Set(['ids.json', 'updates.json']);

function identityOf({ source, sourceSettings }: JobRecord, resource: Resource): readonly string[] {
  if (source === null || !BY_IDS.has(source.name)) return [];
  const { columns = [] } = sourceSettingsOf(sourceSettings);
  return Object.keys(resource.identityColumns).filter((name) => !columns.includes(name));
}

/** Values that a call has given, or that a filter has computed, have a decimal point: a dialect may have a comma. */
function amountWriter(
  { job, scope, dialect }: ReportWish,
  resource: Resource,
): AmountWriter | null {
  const { name = '' } = job.source ?? {};
  const isOurs = name === 'updates.json' || isByFilter(job);
  if (scope !== 'all' || dialect !== 'da' || !isOurs) return null;
  const amounts = new Set(
    resource.columns.filter(({ kind }) => kind === 'amount').map((column) => column.name),
  );
  return (column, text) => {
    const decimal = amounts.has(column ?? '') ? normalizeDecimal(text) : null;
    return decimal === null ? text : formatDecimal(decimal, DIALECTS[dialect]);
  };
}

function layoutOf(wish: ReportWish): Layout {
  const { job } = wish;
  const resource = resourceNamed(job.resourceType);
  const settings = job.source === null ? null : sourceSettingsOf(job.sourceSettings);
  const { headers = [], columns = [] } = settings ?? {};
  const inDialect = amountWriter(wish, resource);
  const isOurs = reportColumnTest(headers);
  // A report that was imported again contains our report columns; they are replaced. A mapped column of the
  // file with such a name stays.
  const shown = [...headers.entries()].filter(
    ([index, header]) => (columns[index] ?? null) !== null || !isOurs(header),
  );
  const style = {
    typedAmounts: DIALECTS[wish.dialect].decimalComma ? ('comma' as const) : null,
  };
  const showOf = (index: number, header: string): ((text: string) => string) => {
    const column = columns[index] ?? header.replace(/ before$/, '');
    const asWritten = rewriter(header, settings, style);
    return inDialect === null ? asWritten : (text) => inDialect(column, text);
  };
  return {
    identity: wish.scope === 'all' ? identityOf(job, resource) : [],
    columns: shown.map(([index, header]) => ({ index, show: showOf(index, header) })),
    headers: shown.map(([, header]) => header),
    inDialect,
  };
}

/** The report's own columns. A name that the file has, or that would be read as a column, is avoided. */
function headersOf(layout: Layout, { scope, job, dialect }: ReportWish): string[] {
  const all: readonly ReportColumn[] = ['outcome', 'billyId', 'changes'];
  const rollback: readonly ReportColumn[] =
    job.rollback === null ? [] : ['rollback', 'rollbackReason'];
  const further = scope === 'all' ? [...all, ...rollback] : [];
  const taken = new Set(layout.headers.map(normalizeHeader));
  const columnOf = headerReader(resourceNamed(job.resourceType), {});
  const own = reportHeaders(['row', 'code', 'reason', ...further], {
    isDanish: DIALECTS[dialect].isDanish,
    isTaken: (header) => taken.has(normalizeHeader(header)) || columnOf(header) !== null,
  });
  return [...layout.identity, ...layout.headers, ...own];
}

/** The name and numbers of the record before the change; without an image at least its label. */
function identityCells(item: ItemRecord, { identity }: Layout, job: JobRecord): string[] {
  if (identity.length === 0) return [];
  const { before, key, cells } = item;
  const { identityColumns } = resourceNamed(job.resourceType);
  return identity.map((column) => {
    if (before !== null) return String(before.fields[identityColumns[column] ?? ''] ?? '');
    return column === 'name' && !cells.includes(key) ? key : '';
  });
}

function changeText({ field, from, to }: FieldChange, inDialect: AmountWriter | null): string {
  // A price is named with its currency: `unitPrice EUR`.
  const [column = ''] = field.split(' ');
  const [old, fresh] = [from, to].map((value) => {
    const text = value === null ? '' : String(value);
    return quote(inDialect?.(column, text) ?? text, LIMITS.fieldCharsMax);
  });
  return `${clip(field, LIMITS.fieldCharsMax)}: ${String(old)} -> ${String(fresh)}`;
}

/** Returns the reason of a failure, with its column where the message does not name it. */
function reasonOf({ code, field, message }: ItemRecord): string {
  const isNamed = isAboutCell({ code: code ?? '', message: message ?? '' });
  return [isNamed ? null : field, message].filter((part) => part !== null).join(': ');
}

function rowOf(
  line: ItemLine,
  item: ItemRecord,
  view: { readonly layout: Layout; readonly wish: ReportWish },
): string[] {
  const { layout, wish } = view;
  const original = layout.columns.map(({ index, show }) => show(line.cells[index] ?? ''));
  const known = identityCells(item, layout, wish.job);
  const row = [...known, ...original, String(line.row), item.code ?? '', reasonOf(item)];
  if (wish.scope === 'failed') return row;
  const changes = (item.plan?.changes ?? [])
    .map((change) => changeText(change, layout.inDialect))
    .join('; ');
  const all = [...row, item.outcome ?? 'not attempted', item.recordId ?? '', changes];
  return wish.job.rollback === null
    ? all
    : [...all, item.rollbackState ?? '', item.rollbackMessage ?? ''];
}

/** The rows of the report in batches. Throws `JOB_STATE` at the end if the rows were purged meanwhile. */
async function* batchesOf(
  store: JobStore,
  view: { readonly layout: Layout; readonly wish: ReportWish },
  onRows: (rows: readonly TableRow[]) => void,
): AsyncGenerator<readonly TableRow[]> {
  const { job, scope } = view.wish;
  const wanted = scope === 'failed' ? { isTrouble: true } : {};
  for await (const items of itemBatches({ store, jobId: job.id }, wanted)) {
    const rows = items.flatMap((item) => linesOf(item).map((line) => rowOf(line, item, view)));
    onRows(rows);
    yield rows;
  }
  // A purge that has begun meanwhile may have wiped rows before they were read.
  const after = await store.getJob({ jobId: job.id });
  if (after !== null) checkKept(after);
}

/**
 * The report as a table. The user's cells are texts, as they were; of our own columns only the row number is a
 * number. `onRows` receives each batch.
 */
export function reportTable(
  store: JobStore,
  wish: ReportWish,
  onRows: (rows: readonly TableRow[]) => void = () => undefined,
): Table {
  const layout = layoutOf(wish);
  const rowColumn = layout.identity.length + layout.columns.length;
  const columns = headersOf(layout, wish).map((header, index) => ({
    header,
    kind: index === rowColumn ? ('whole' as const) : ('text' as const),
  }));
  return { columns, batches: batchesOf(store, { layout, wish }, onRows) };
}

/** Yields the report as CSV in chunks. `onRows` receives the number of rows of each batch. */
export function reportChunks(
  store: JobStore,
  wish: ReportWish,
  onRows: (count: number) => void,
): AsyncGenerator<string> {
  const table = reportTable(store, wish, (rows) => {
    onRows(rows.length);
  });
  return csvChunks(table, DIALECTS[wish.dialect]);
}

export interface ReportFile {
  readonly organizationId: string;
  readonly totalRows: number;
  readonly filename: string;
  readonly filePath: string | null;
  readonly preview: string;
}

export interface ReportRequest {
  readonly scope: ReportScope;
  readonly filePath?: string | undefined;
  readonly overwrite?: boolean | undefined;
  readonly dialect?: DialectName;
}

/** Stores the report, or writes it to the path of the caller. */
export async function writeReport(
  deps: ServiceDeps,
  jobId: string,
  ask: ReportRequest,
): Promise<ReportFile> {
  const { store, files } = deps;
  const job = await findJob(deps, jobId);
  const { targetFor, writeTarget } = callerFilesOf(deps, job.organizationId);
  checkKept(job);
  const { overwrite = false } = ask;
  const wanted = ask.filePath === undefined ? null : await targetFor(ask.filePath, { overwrite });
  const file = reportFileOf(job, ask.scope);
  const { scope, dialect = 'standard' } = ask;
  const preview = new Preview(dialect);
  const table = reportTable(store, { job, scope, dialect }, (rows) => {
    preview.add(rows);
  });
  preview.start(table);
  const format = formatOfName(wanted ?? file.name);
  const chunks = tableChunks(table, { format, dialect: DIALECTS[dialect], sheet: 'report' });
  if (wanted === null) await storeFile(files, file, chunks);
  else await writeTarget({ path: wanted, overwrite }, chunks);
  const filename = file.name.replace(/csv$/, format);
  const { organizationId } = job;
  return {
    organizationId,
    totalRows: preview.totalRows,
    filename,
    filePath: wanted,
    preview: preview.text(),
  };
}

/** Counts the rows of a report, and keeps the first ones as CSV. */
class Preview {
  readonly #dialect: Dialect;
  #text = '';
  totalRows = 0;

  constructor(dialect: DialectName) {
    this.#dialect = DIALECTS[dialect];
  }

  start({ columns }: Table): void {
    this.#text = formatCsvRow(
      columns.map(({ header }) => header),
      this.#dialect,
    );
  }

  add(rows: readonly TableRow[]): void {
    this.totalRows += rows.length;
    for (const row of rows) {
      if (this.#text.length > LIMITS.previewCharsMax) return;
      this.#text += formatCsvRow(row, this.#dialect);
    }
  }

  /** Only whole lines, so that a preview never shows half a row. */
  text(): string {
    const shown = charsWithin(this.#text, LIMITS.previewTokensMax);
    const charsMax = Math.min(shown, LIMITS.previewCharsMax);
    const cut = this.#text.slice(0, charsMax);
    return this.#text.length <= charsMax ? cut : cut.slice(0, cut.lastIndexOf('\n') + 1);
  }
}

/** The report's text, for readers of the resource. */
export async function reportText(
  deps: Pick<ServiceDeps, 'store' | 'organizations' | 'caller'>,
  jobId: string,
  scope: ReportScope,
): Promise<string> {
  const job = await findJob(deps, jobId);
  checkKept(job);
  const { store } = deps;
  let text = '';
  const report = { job, scope, dialect: 'standard' } as const;
  for await (const chunk of reportChunks(store, report, () => undefined)) {
    text += chunk;
    if (text.length > LIMITS.resourceCharsMax) throw tooLong();
  }
  return text;
}

export function tooLong(): InputError {
  return new InputError({
    code: 'INPUT_TOO_LARGE',
    message: 'The file is too large to be read through the protocol.',
    hint: 'Pass filePath to have it written to a folder of yours.',
  });
}
