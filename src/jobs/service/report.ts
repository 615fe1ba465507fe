/** Reports: rows as they came, with what became of them; the failed ones can be mended and fed in again. */
import { csvStart, DIALECTS, formatCsvRow, type DialectName } from '../../files/csv/writer.js';
import { clip, quote } from '../../core/text.js';
import { LIMITS } from '../../core/limits.js';
import { normalizeHeader, REPORT_COLUMNS } from '../../resources/definition/headers.js';
import type { JobStore } from '../../store/job-store.js';
import type { FieldChange, ItemLine, ItemRecord } from '../../model/item.js';
import type { JobRecord } from '../../model/job.js';
import { linesOf, rewriter } from '../scan/row-cells.js';
import { sourceSettingsOf } from '../job/source-settings.js';
import { itemBatches } from '../job/job-context.js';

export const REPORT_SCOPES = ['failed', 'all'] as const;
export type ReportScope = (typeof REPORT_SCOPES)[number];

export interface ReportWish {
  readonly job: JobRecord;
  readonly scope: ReportScope;
  readonly dialect: DialectName;
}

/** The report's file beside the exports. */
export function reportName(jobId: string, scope: ReportScope): string {
  return `report-${jobId}-${scope}.csv`;
}

interface Layout {
  /** The original cells that are shown, and how. */
  readonly columns: readonly { readonly index: number; readonly show: (text: string) => string }[];
  readonly headers: readonly string[];
}

function layoutOf(job: JobRecord): Layout {
  const reading = job.source === null ? null : sourceSettingsOf(job.sourceSettings);
  const { headers = [], columns = [] } = reading ?? {};
  const ours = new Set(REPORT_COLUMNS.map(normalizeHeader));
  // A report that was fed in again brings our own columns along: they are written anew. A column of
  // the file that is called so and means something stays.
  const shown = [...headers.entries()].filter(
    ([index, header]) => (columns[index] ?? null) !== null || !ours.has(normalizeHeader(header)),
  );
  return {
    columns: shown.map(([index, header]) => ({ index, show: rewriter(header, reading) })),
    headers: shown.map(([, header]) => header),
  };
}

function headersOf(layout: Layout, { scope, job }: ReportWish): string[] {
  const all = ['outcome', 'billyId', 'changes'];
  const undo = job.rollback === null ? [] : ['rollback', 'rollbackReason'];
  const own = ['row', 'code', 'reason', ...(scope === 'all' ? [...all, ...undo] : [])];
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

function rowOf(
  line: ItemLine,
  item: ItemRecord,
  view: { readonly layout: Layout; readonly wish: ReportWish },
): string[] {
  const { layout, wish } = view;
  const original = layout.columns.map(({ index, show }) => show(line.cells[index] ?? ''));
  const reason = [item.field, item.message].filter((part) => part !== null).join(': ');
  const row = [...original, String(line.row), item.code ?? '', reason];
  if (wish.scope === 'failed') return row;
  const changes = (item.plan?.changes ?? []).map(changeText).join('; ');
  const all = [...row, item.outcome ?? 'not attempted', item.recordId ?? '', changes];
  return wish.job.rollback === null
    ? all
    : [...all, item.rollbackState ?? '', item.rollbackMessage ?? ''];
}

/** The report as CSV, piece by piece; `onRows` hears how many rows each piece holds. */
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
}
