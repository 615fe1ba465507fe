/** Reports: the rows of a job as they came, with their outcomes. A report of failed rows can be corrected and imported again. */
import { InputError } from '../../core/errors.js';
import { charsWithin } from '../../core/tokens.js';
import { csvStart, DIALECTS, formatCsvRow, type DialectName } from '../../files/csv/writer.js';
import { storeFile } from '../../files/store/file-store.js';
import type { StoredName } from '../../files/store/stored-name.js';
import { clip, quote } from '../../core/text.js';
import { LIMITS } from '../../core/limits.js';
import { normalizeHeader, REPORT_COLUMNS } from '../../resources/definition/headers.js';
import type { JobStore } from '../../store/job-store.js';
import type { FieldChange, ItemLine, ItemRecord } from '../../model/item.js';
import type { JobRecord } from '../../model/job.js';
import { isAboutCell } from '../../model/cause-text.js';
import { linesOf, rewriter } from '../scan/row-cells.js';
import { sourceSettingsOf } from '../job/source-settings.js';
import { itemBatches } from '../job/job-context.js';
import { checkKept, findJob, type ServiceDeps } from './service-deps.js';

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
  /** The original columns that are shown, with the function that writes their cells. */
  readonly columns: readonly { readonly index: number; readonly show: (text: string) => string }[];
  readonly headers: readonly string[];
}

function layoutOf(job: JobRecord): Layout {
  const settings = job.source === null ? null : sourceSettingsOf(job.sourceSettings);
  const { headers = [], columns = [] } = settings ?? {};
  const ours = new Set(REPORT_COLUMNS.map(normalizeHeader));
  // A report that was imported again contains our report columns; they are replaced. A mapped column of the
  // file with such a name stays.
  const shown = [...headers.entries()].filter(
    ([index, header]) => (columns[index] ?? null) !== null || !ours.has(normalizeHeader(header)),
  );
  return {
    columns: shown.map(([index, header]) => ({ index, show: rewriter(header, settings) })),
    headers: shown.map(([, header]) => header),
  };
}

function headersOf(layout: Layout, { scope, job }: ReportWish): string[] {
  const all = ['outcome', 'billyId', 'changes'];
  const rollback = job.rollback === null ? [] : ['rollback', 'rollbackReason'];
  const own = ['row', 'code', 'reason', ...(scope === 'all' ? [...all, ...rollback] : [])];
  const taken = new Set(layout.headers.map(normalizeHeader));
  const named = own.map((name) => (taken.has(normalizeHeader(name)) ? `job ${name}` : name));
  return [...layout.headers, ...named];
}

function changeText({ field, from, to }: FieldChange): string {
  const [old, fresh] = [from, to].map((value) =>
    quote(value === null ? '' : String(value), LIMITS.fieldCharsMax),
  );
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
  const row = [...original, String(line.row), item.code ?? '', reasonOf(item)];
  if (wish.scope === 'failed') return row;
  const changes = (item.plan?.changes ?? []).map(changeText).join('; ');
  const all = [...row, item.outcome ?? 'not attempted', item.recordId ?? '', changes];
  return wish.job.rollback === null
    ? all
    : [...all, item.rollbackState ?? '', item.rollbackMessage ?? ''];
}

/**
 * Yields the report as CSV in chunks. `onRows` receives the number of rows of each chunk. Throws `JOB_STATE` at the
 * end if the rows were purged meanwhile.
 */
export async function* reportChunks(
  store: JobStore,
  wish: ReportWish,
  onRows: (count: number) => void,
): AsyncGenerator<string> {
  const { job, scope } = wish;
  const layout = layoutOf(job);
  const dialect = DIALECTS[wish.dialect];
  yield csvStart(dialect) + formatCsvRow(headersOf(layout, wish), dialect);
  const wanted = scope === 'failed' ? { isTrouble: true } : {};
  for await (const items of itemBatches({ store, jobId: job.id }, wanted)) {
    const rows = items.flatMap((item) =>
      linesOf(item).map((line) => rowOf(line, item, { layout, wish })),
    );
    onRows(rows.length);
    yield rows.map((row) => formatCsvRow(row, dialect)).join('');
  }
  // A purge that has begun meanwhile may have wiped rows before they were read.
  const after = await store.getJob({ jobId: job.id });
  if (after !== null) checkKept(after);
}

export interface ReportFile {
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
  const { store, files, targetFor, writeTarget } = deps;
  const job = await findJob(deps, jobId);
  checkKept(job);
  const { overwrite = false } = ask;
  const wanted = ask.filePath === undefined ? null : await targetFor(ask.filePath, { overwrite });
  const file = reportFileOf(job, ask.scope);
  let totalRows = 0;
  let preview = '';
  const { scope, dialect = 'standard' } = ask;
  const chunks = reportChunks(store, { job, scope, dialect }, (count) => {
    totalRows += count;
  });
  const charsMax = LIMITS.previewCharsMax;
  const watched = async function* (): AsyncGenerator<string> {
    for await (const chunk of chunks) {
      if (preview.length < charsMax) preview += chunk.slice(0, charsMax);
      yield chunk;
    }
  };
  if (wanted === null) await storeFile(files, file, watched());
  else await writeTarget({ path: wanted, overwrite }, watched());
  return { totalRows, filename: file.name, filePath: wanted, preview: previewOf(preview) };
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

/** Only whole lines, so that a preview never shows half a row; a mark of the encoding belongs to files. */
function previewOf(beginning: string): string {
  const text = beginning.replace(/^\ufeff/, '');
  const shown = charsWithin(text, LIMITS.previewTokensMax);
  const charsMax = Math.min(shown, LIMITS.previewCharsMax);
  const cut = text.slice(0, charsMax);
  return text.length <= charsMax ? cut : cut.slice(0, cut.lastIndexOf('\n') + 1);
}

export function tooLong(): InputError {
  return new InputError({
    code: 'INPUT_TOO_LARGE',
    message: 'The file is too large to be read through the protocol.',
    hint: 'Pass filePath to have it written to a folder of yours.',
  });
}
