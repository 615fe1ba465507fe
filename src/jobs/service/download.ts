/** Files of a caller's organizations as streams: exports, reports, and the archive of a job. */
import { canonicalJson } from '../../core/hash.js';
import { LIMITS } from '../../core/limits.js';
import type { ArchiveEntry } from '../../files/archive.js';
import { DIALECTS, type DialectName, type TableRow } from '../../files/cells/dialects.js';
import { sentName } from '../../files/disk/sent-name.js';
import { isStoredPart, type StoredName } from '../../files/store/stored-name.js';
import { csvChunks, tableChunks, type TableFormat } from '../../files/table.js';
import type { JobRecord } from '../../model/job.js';
import type { JournalChain } from '../../model/journal.js';
import { exportFileOf } from '../job/export-result.js';
import { sourceOf } from '../job/source-settings.js';
import { FILE_NAME, noFile } from './export-file.js';
import { REPORT_PREFIX, REPORT_SCOPES, reportTable, type ReportScope } from './report.js';
import { checkKept, findJob, type ServiceDeps } from './service-deps.js';
import { viewOf } from './watch-job.js';

const TYPES = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  zip: 'application/zip',
} as const;

export interface Download {
  readonly filename: string;
  readonly contentType: string;
  /** null: known at the end. */
  readonly sizeBytes: number | null;
  /** A reader that stops early returns them. */
  readonly chunks: AsyncGenerator<Uint8Array | string>;
}

export interface ReportDownload {
  readonly scope: ReportScope;
  readonly dialect: DialectName;
  readonly format: TableFormat;
}

export interface ArchiveDownload {
  /** null: both reports. */
  readonly scope: ReportScope | null;
  readonly dialect: DialectName;
}

/** The bytes of a stored file; it is opened with the first one. */
async function* storedChunks(
  files: ServiceDeps['files'],
  name: StoredName,
): AsyncGenerator<Uint8Array> {
  const file = await files.open(name);
  try {
    yield* file.bytes();
  } finally {
    await file.close();
  }
}

/** An exported file, or a stored report, of the caller's organizations; else `FILE_NOT_FOUND`. */
export async function exportDownload(
  { organizations, caller, files }: Pick<ServiceDeps, 'organizations' | 'caller' | 'files'>,
  filename: string,
): Promise<Download> {
  const ids = await organizations.idsFor(caller, undefined);
  if (!FILE_NAME.test(filename) || !isStoredPart(filename)) throw noFile();
  const kind = filename.startsWith(REPORT_PREFIX) ? 'report' : 'export';
  const contentType = filename.endsWith('.xlsx') ? TYPES.xlsx : TYPES.csv;
  for (const organizationId of ids) {
    const name = { organizationId, kind, name: filename } as const;
    const sizeBytes = await files.sizeOf(name);
    if (sizeBytes === null) continue;
    return { filename, contentType, sizeBytes, chunks: storedChunks(files, name) };
  }
  throw noFile();
}

function reportChunksOf(
  { store }: Pick<ServiceDeps, 'store'>,
  job: JobRecord,
  { scope, dialect, format }: ReportDownload,
): AsyncGenerator<Uint8Array | string> {
  const table = reportTable(store, { job, scope, dialect });
  return tableChunks(table, { format, dialect: DIALECTS[dialect], sheet: 'report' });
}

/** The report of a job, made as it is read. */
export async function reportDownload(
  deps: Pick<ServiceDeps, 'store' | 'organizations' | 'caller'>,
  jobId: string,
  ask: ReportDownload,
): Promise<Download> {
  const job = await findJob(deps, jobId);
  checkKept(job);
  const { scope, format } = ask;
  return {
    filename: `${REPORT_PREFIX}${job.id}-${scope}.${format}`,
    contentType: TYPES[format],
    sizeBytes: null,
    chunks: reportChunksOf(deps, job, ask),
  };
}

async function* once(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}

/** The fields of the job as rows; lists and objects as JSON. */
function summaryRows(summary: object): TableRow[] {
  return Object.entries(summary).map(([field, value]) => {
    const isPlain = typeof value !== 'object' || value === null;
    return [field, isPlain ? String(value ?? '') : canonicalJson(value)];
  });
}

async function* batchOf(rows: readonly TableRow[]): AsyncGenerator<readonly TableRow[]> {
  yield await Promise.resolve(rows);
}

function summaryCsv(summary: object, dialect: DialectName): AsyncGenerator<string> {
  const columns = ['field', 'value'].map((header) => ({ header, kind: 'text' as const }));
  return csvChunks({ columns, batches: batchOf(summaryRows(summary)) }, DIALECTS[dialect]);
}

/** The journal's entries about the job as JSON lines, older ones first, as `journal export` writes them. */
async function* journalLines(
  { store }: Pick<ServiceDeps, 'store'>,
  { id, organizationId }: JobRecord,
): AsyncGenerator<string> {
  for (const chain of ['sealed', { organizationId }] satisfies JournalChain[]) {
    const head = await store.readJournalHead({ chain });
    const page = { chain, jobId: id, limit: LIMITS.journalPageEntries };
    for (let afterSeq = 0; afterSeq < (head?.entries ?? 0); afterSeq += page.limit) {
      const entries = await store.readJournal({ ...page, afterSeq });
      const text = entries.map((entry) => `${canonicalJson(entry)}\n`).join('');
      if (text !== '') yield text;
    }
  }
}

/** The file that the job read, or the one that it wrote. */
async function fileEntries({ files }: ServiceDeps, job: JobRecord): Promise<ArchiveEntry[]> {
  const isExport = job.operation === 'export';
  if (!isExport && job.source === null) return [];
  const file = isExport ? exportFileOf(job) : sourceOf(job).file;
  if (!isStoredPart(file.name) || (await files.sizeOf(file)) === null) return [];
  const name = isExport ? `export/${file.name}` : `source/${sentName(job.source?.name ?? '')}`;
  return [{ name, chunks: () => storedChunks(files, file) }];
}

/** The source of the job, its reports, a summary, and its journal, as one archive. */
export async function archiveDownload(
  deps: ServiceDeps,
  jobId: string,
  { scope, dialect }: ArchiveDownload,
): Promise<Download> {
  const job = await findJob(deps, jobId);
  checkKept(job);
  const summary = await viewOf(deps, job);
  const scopes = job.operation === 'export' ? [] : REPORT_SCOPES;
  const reports = scopes.filter((each) => scope === null || each === scope);
  const entries: ArchiveEntry[] = [
    ...(await fileEntries(deps, job)),
    ...reports.map((each) => ({
      name: `report-${each}.csv`,
      chunks: () => reportChunksOf(deps, job, { scope: each, dialect, format: 'csv' }),
    })),
    { name: 'summary.csv', chunks: () => summaryCsv(summary, dialect) },
    { name: 'summary.json', chunks: () => once(`${JSON.stringify(summary, null, 2)}\n`) },
    { name: 'journal.jsonl', chunks: () => journalLines(deps, job) },
  ];
  // Loaded with the first archive: a server over stdio never makes one.
  const { archiveChunks } = await import('../../files/archive.js');
  return {
    filename: `job-${job.id}.zip`,
    contentType: TYPES.zip,
    sizeBytes: null,
    chunks: archiveChunks(entries, new Date(deps.clock.nowMs())),
  };
}
