/** Reports: rows as they came, with what became of them; the failed ones can be mended and fed in again. */
import { csvStart, DIALECTS, formatCsvRow } from '../intake/csv-writer.js';
import { normalizeHeader, REPORT_COLUMNS } from '../resources/headers.js';
import type { JobStore } from '../store/job-store.js';
import type { ItemRecord, JobRecord } from '../store/types.js';
import { readingOf } from './reading.js';
import { itemBatches } from './work.js';

export const REPORT_SCOPES = ['failed', 'all'] as const;
export type ReportScope = (typeof REPORT_SCOPES)[number];

/** The report's file beside the exports. */
export function reportName(jobId: string, scope: ReportScope): string {
  return `report-${jobId}-${scope}.csv`;
}

interface Layout {
  /** Indexes of the original cells that are shown. */
  readonly cells: readonly number[];
  readonly headers: readonly string[];
}

function layoutOf(job: JobRecord): Layout {
  const { headers = [] } = job.source === null ? {} : readingOf(job.reading);
  const ours = new Set(REPORT_COLUMNS.map(normalizeHeader));
  // A report that was fed in again brings our own columns along: they are written anew.
  const shown = [...headers.entries()].filter(([, header]) => !ours.has(normalizeHeader(header)));
  return { cells: shown.map(([index]) => index), headers: shown.map(([, header]) => header) };
}

function headersOf(layout: Layout, scope: ReportScope, job: JobRecord): string[] {
  const all = ['outcome', 'billyId'];
  const undo = job.undo === null ? [] : ['rollback', 'rollbackReason'];
  return [
    ...layout.headers,
    'row',
    'code',
    'reason',
    ...(scope === 'all' ? [...all, ...undo] : []),
  ];
}

function rowOf(item: ItemRecord, layout: Layout, view: { scope: ReportScope; job: JobRecord }) {
  const original = layout.cells.map((index) => item.cells[index] ?? '');
  const reason = [item.field, item.message].filter((part) => part !== null).join(': ');
  const row = [...original, String(item.row), item.code ?? '', reason];
  if (view.scope === 'failed') return row;
  const all = [...row, item.outcome ?? 'not attempted', item.recordId ?? ''];
  return view.job.undo === null ? all : [...all, item.undoState ?? '', item.undoMessage ?? ''];
}

/** The report as CSV, piece by piece; `onRows` hears how many rows each piece holds. */
export async function* reportChunks(
  store: JobStore,
  report: { job: JobRecord; scope: ReportScope },
  onRows: (count: number) => void,
): AsyncGenerator<string> {
  const { job, scope } = report;
  const layout = layoutOf(job);
  const dialect = DIALECTS.standard;
  yield csvStart(dialect) + formatCsvRow(headersOf(layout, scope, job), dialect);
  const wanted = scope === 'failed' ? { isTrouble: true } : {};
  for await (const items of itemBatches({ store, jobId: job.id }, wanted)) {
    onRows(items.length);
    yield items.map((item) => formatCsvRow(rowOf(item, layout, { scope, job }), dialect)).join('');
  }
}
