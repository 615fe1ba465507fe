/** Runs an export for a caller who waits, and reads exported files. */
import { AppError, InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { isStoredPart, type StoredName } from '../../files/store/stored-name.js';
import { formatOfName } from '../../files/table.js';
import type { JobRecord } from '../../model/job.js';
import { isEnded } from '../../model/job-status.js';
import { exportFileOf, exportResultOf, type ExportResult } from '../job/export-result.js';
import { REPORT_PREFIX, tooLong } from './report.js';
import { findJob, type ServiceDeps } from './service-deps.js';
import { startExport, type ExportRequest } from './start-job.js';

/** The names of exports and reports. */
export const FILE_NAME = /^[\w.-]{1,100}\.(?:csv|xlsx)$/;
/** Of one UTF-16 unit. */
const UTF8_BYTES_MAX = 3;

export interface ExportEnd {
  readonly job: JobRecord;
  readonly result: ExportResult | null;
}

/** Null result: not done within `LIMITS.exportWaitMs`, the job goes on. */
export async function exportFile(
  deps: ServiceDeps,
  request: ExportRequest,
  signal: AbortSignal,
): Promise<ExportEnd> {
  const { clock } = deps;
  const {
    job: { id },
  } = await startExport(deps, request);
  const endMs = clock.monotonicMs() + LIMITS.exportWaitMs;
  for (;;) {
    const job = await findJob(deps, id);
    if (job.error !== null) throw failureOf(job.error);
    if (isEnded(job.status)) return { job, result: exportResultOf(job.result) };
    if (clock.monotonicMs() >= endMs || signal.aborted) return { job, result: null };
    await clock.sleep(LIMITS.statusPollMs / 4, signal);
  }
}

/** The text of a finished export; null when it is not finished, too long for an answer, or a workbook. */
export async function shortExportText(
  { files }: Pick<ServiceDeps, 'files'>,
  job: JobRecord,
): Promise<string | null> {
  const result = exportResultOf(job.result);
  if (result === null || formatOfName(result.filename) !== 'csv') return null;
  if ((result.rowCount ?? result.total) > LIMITS.exportInlineRowsMax) return null;
  const bytesMax = LIMITS.exportInlineCharsMax * UTF8_BYTES_MAX + 1;
  const bytes = await firstBytes(files, exportFileOf(job), bytesMax);
  // A mark of the encoding belongs to files.
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  return text.length <= LIMITS.exportInlineCharsMax ? text : null;
}

/** An export's bytes, for readers of the resource; only of the caller's organizations. Reports are found too. */
export async function exportBytes(
  { organizations, caller, files }: Pick<ServiceDeps, 'organizations' | 'caller' | 'files'>,
  filename: string,
): Promise<Buffer> {
  const ids = await organizations.idsFor(caller, undefined);
  if (!FILE_NAME.test(filename) || !isStoredPart(filename)) throw noFile();
  const kind = filename.startsWith(REPORT_PREFIX) ? 'report' : 'export';
  for (const organizationId of ids) {
    const name = { organizationId, kind, name: filename } as const;
    // Reads only as much as may be sent: a character has at least one byte.
    const bytes = await firstBytes(files, name, LIMITS.resourceCharsMax + 1).catch(nullIfMissing);
    if (bytes === null) continue;
    if (bytes.length > LIMITS.resourceCharsMax) throw tooLong();
    return bytes;
  }
  throw noFile();
}

/** A file that is there and cannot be read is a failure: told as missing, it would be exported again. */
function nullIfMissing(error: unknown): null {
  if (error instanceof InputError && error.code === 'FILE_NOT_FOUND') return null;
  throw error;
}

async function firstBytes(
  files: ServiceDeps['files'],
  name: StoredName,
  bytesMax: number,
): Promise<Buffer> {
  const file = await files.open(name);
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of file.bytes({ end: bytesMax })) chunks.push(chunk);
    return Buffer.concat(chunks);
  } finally {
    await file.close();
  }
}

function failureOf(failure: NonNullable<JobRecord['error']>): AppError {
  return new AppError({
    code: failure.code as AppError['code'],
    message: failure.message,
    hint: failure.hint,
  });
}

export function noFile(): InputError {
  return new InputError({
    code: 'FILE_NOT_FOUND',
    message: 'There is no such export.',
    hint: 'Export again; the result names the file.',
  });
}
