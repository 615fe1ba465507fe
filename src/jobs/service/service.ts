/** The face of the engine: all that tools (and later HTTP) may ask for. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, InputError, JobError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { charsWithin } from '../../core/tokens.js';
import { writeFileWhole } from '../../files/disk/atomic-file.js';
import type { DialectName } from '../../files/csv/writer.js';
import { readFirstBytes } from '../../files/disk/file-bytes.js';
import type { JobFilter } from '../../store/job-store.js';
import type { JobRecord, JobStatus } from '../../model/job.js';
import { callEntry, cancelNote, endNote, retryNote, rollbackNote } from '../job/journal-notes.js';
import { checkKept, findJob, type ServiceDeps } from './service-deps.js';
import { reportChunks, reportName, type ReportScope } from './report.js';
import {
  startExport,
  startJob,
  type ExportRequest,
  type StartedJob,
  type StartRequest,
} from './start-job.js';
import { isEnded, RETRYABLE, REVERSIBLE } from '../job/job-status.js';
import { templateText } from './templates.js';
import { countsOf, viewJob, type JobView } from './job-view.js';
import { exportFolderOf } from '../job/job-files.js';
import { exportResultOf, type ExportResult } from '../job/export-result.js';

/** A call that somebody waits for. */
export interface Waiting {
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** Hears how far the job is; `done` grows from call to call. */
  readonly onProgress: (progress: { done: number; total: number | null; status: string }) => void;
}

export interface ReportFile {
  readonly totalRows: number;
  readonly filename: string;
  readonly filePath: string | null;
  readonly preview: string;
}

const MS_PER_SECOND = 1000;
const EXPORT_NAME = /^[\w.-]{1,100}\.csv$/;

export class JobService {
  readonly #deps: ServiceDeps;

  constructor(deps: ServiceDeps) {
    this.#deps = deps;
  }

  start(request: StartRequest): Promise<StartedJob> {
    return startJob(this.#deps, request);
  }

  /** Null result: not done within `LIMITS.exportWaitMs`, the job goes on. */
  async export(
    request: ExportRequest,
    signal: AbortSignal,
  ): Promise<{ job: JobRecord; result: ExportResult | null }> {
    const { clock } = this.#deps;
    const { id } = await startExport(this.#deps, request);
    const endMs = clock.monotonicMs() + LIMITS.exportWaitMs;
    for (;;) {
      const job = await findJob(this.#deps, id);
      if (job.error !== null) throw failureOf(job.error);
      if (isEnded(job.status)) return { job, result: exportResultOf(job.result) };
      if (clock.monotonicMs() >= endMs || signal.aborted) return { job, result: null };
      await clock.sleep(LIMITS.statusPollMs / 4, signal);
    }
  }

  /** The job, after waiting for its end as long as asked. The wait ends early with the signal. */
  async status(jobId: string, waiting: Waiting): Promise<JobView> {
    const { clock } = this.#deps;
    const endMs = clock.monotonicMs() + waiting.seconds * MS_PER_SECOND;
    let saidMs = -Infinity;
    let said = -1;
    for (;;) {
      const job = await findJob(this.#deps, jobId);
      const nowMs = clock.monotonicMs();
      const done = progressCount(job);
      if (done > said && nowMs - saidMs >= LIMITS.progressEveryMs) {
        waiting.onProgress({ done, total: progressTotal(job), status: job.status });
        [said, saidMs] = [done, nowMs];
      }
      if (isEnded(job.status) || nowMs >= endMs || waiting.signal.aborted) return this.#view(job);
      await clock.sleep(Math.min(LIMITS.statusPollMs, endMs - nowMs), waiting.signal);
    }
  }

  async list(
    filter: Omit<JobFilter, 'organizationId'> & {
      limit: number;
      cursor?: string;
      organizationId?: string;
    },
  ): Promise<{
    jobs: JobRecord[];
    nextCursor: string | null;
    statistics: Partial<Record<JobStatus, number>>;
  }> {
    const { store, account } = this.#deps;
    const { id: organizationId } = await account.remembered(filter.organizationId);
    const { jobs, nextCursor } = await store.listJobs({ ...filter, organizationId });
    return { jobs, nextCursor, statistics: await store.countJobs({ organizationId }) };
  }

  /** Asks for a cancel and answers at once; the reason stands in the job, not in the journal. */
  async cancel(jobId: string, actor: string, reason?: string): Promise<JobView> {
    const { store, clock } = this.#deps;
    const job = await findJob(this.#deps, jobId);
    const by = reason === undefined ? actor : `${actor}: ${reason}`;
    const nowMs = clock.nowMs();
    const journal = [cancelNote(actor)];
    const endJournal = [endNote(job, { status: 'cancelled' }, nowMs)];
    const isAsked = await store.requestCancel({ jobId, by, nowMs, journal, endJournal });
    if (!isAsked && job.status !== 'cancelled') {
      throw new JobError({
        code: 'JOB_STATE',
        message: `A job that is ${job.status} cannot be cancelled.`,
        hint: 'rollback_job takes back what a finished job did.',
      });
    }
    // A paused job has nobody who would hear of it.
    this.#deps.engine.enqueue(job);
    return this.#view(await findJob(this.#deps, jobId));
  }

  /** Asks a job to come to rest and answers at once; it is `paused` when what is in flight is settled. */
  async pause(jobId: string): Promise<JobView> {
    const { store, clock } = this.#deps;
    const job = await findJob(this.#deps, jobId);
    const isPausable = job.operation !== 'export' && !job.cancelRequested;
    const isAsked = isPausable && (await store.requestPause({ jobId, nowMs: clock.nowMs() }));
    if (!isAsked) {
      throw new JobError({
        code: 'JOB_STATE',
        message: `This ${job.operation} is ${job.status} and cannot be paused.`,
        hint: 'Only imports, updates and deletions that still send can be paused.',
      });
    }
    return this.#view(await findJob(this.#deps, jobId));
  }

  /** Lets a paused job go on. One that waits for Billy goes on by itself. */
  async resume(jobId: string): Promise<JobView> {
    const { store, clock, engine } = this.#deps;
    const job = await findJob(this.#deps, jobId);
    if (isEnded(job.status) || job.status === 'rolling_back') {
      throw new JobError({
        code: 'JOB_STATE',
        message: `A job that is ${job.status} cannot be resumed.`,
        hint: 'retry_failed_items tries again what failed or was not attempted.',
      });
    }
    await store.requestResume({ jobId, nowMs: clock.nowMs() });
    // And those behind it, which let it keep its place.
    await engine.takeUp();
    return this.#view(await findJob(this.#deps, jobId));
  }

  /** Plans failed, unknown and not attempted items afresh, and no other. */
  async retry(jobId: string, by: string): Promise<JobView> {
    const { store, clock, engine, account } = this.#deps;
    const job = await findJob(this.#deps, jobId);
    if (!RETRYABLE.includes(job.status) || job.dryRun || job.operation === 'export') {
      throw new JobError({
        code: 'JOB_STATE',
        message: job.dryRun
          ? 'A dry run sends nothing, so there is nothing to retry.'
          : `This ${job.operation} is ${job.status} and cannot be retried.`,
        hint: 'Wait for its end (get_bulk_job_status). After a rollback, start again with the file.',
      });
    }
    checkKept(job);
    await account.current(undefined);
    const journal = [retryNote(by)];
    await store.requestRetry({ jobId, from: RETRYABLE, nowMs: clock.nowMs(), journal });
    const retried = await findJob(this.#deps, jobId);
    engine.enqueue(retried);
    return this.#view(retried);
  }

  async rollback(
    jobId: string,
    ask: { dryRun: boolean; reason: string | null; signal: AbortSignal; by?: string },
  ): Promise<JobView> {
    const { store, clock, engine, account } = this.#deps;
    const job = await findJob(this.#deps, jobId);
    if (job.status === 'rolled_back') return this.#view(job);
    if (!REVERSIBLE.includes(job.status) || job.dryRun || job.operation === 'export') {
      throw new JobError({
        code: 'JOB_STATE',
        message: job.dryRun
          ? 'A dry run wrote nothing, so there is nothing to roll back.'
          : `A job that is ${job.status} cannot be rolled back.`,
        hint: 'Wait for its end (get_bulk_job_status), or cancel it first.',
      });
    }
    checkKept(job);
    await account.current(undefined);
    if (ask.dryRun) {
      await this.#foretell(job, ask);
      return this.#view(await findJob(this.#deps, jobId));
    }
    const { reason } = ask;
    const by = ask.by === undefined ? {} : { by: ask.by };
    const journal = [rollbackNote(false)];
    const nowMs = clock.nowMs();
    await store.requestRollback({ jobId, from: REVERSIBLE, reason, ...by, nowMs, journal });
    const rolling = await findJob(this.#deps, jobId);
    engine.enqueue(rolling);
    return this.#view(rolling);
  }

  /** Writes the report beside the exports, or where the caller wants it. */
  async report(
    jobId: string,
    ask: {
      scope: ReportScope;
      filePath?: string | undefined;
      overwrite?: boolean | undefined;
      dialect?: DialectName;
    },
  ): Promise<ReportFile> {
    const { store, dataDir, targetFor, writeTarget } = this.#deps;
    const job = await findJob(this.#deps, jobId);
    checkKept(job);
    const { overwrite = false } = ask;
    const wanted = ask.filePath === undefined ? null : await targetFor(ask.filePath, { overwrite });
    const filename = reportName(jobId, ask.scope);
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
    if (wanted === null) {
      const folder = exportFolderOf(dataDir, job.organizationId);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const path = join(folder, filename);
      await writeFileWhole({ path, overwrite: true, mode: 0o600 }, watched());
    } else await writeTarget({ path: wanted, overwrite }, watched());
    return { totalRows, filename, filePath: wanted, preview: previewOf(preview) };
  }

  /** The report's text, for readers of the resource. */
  async reportText(jobId: string, scope: ReportScope): Promise<string> {
    const job = await findJob(this.#deps, jobId);
    checkKept(job);
    const { store } = this.#deps;
    let text = '';
    const report = { job, scope, dialect: 'standard' } as const;
    for await (const chunk of reportChunks(store, report, () => undefined)) {
      text += chunk;
      if (text.length > LIMITS.resourceCharsMax) throw tooLong();
    }
    return text;
  }

  /** An export's text, for readers of the resource; only of the token's own organization. */
  async exportText(filename: string): Promise<string> {
    const { account, dataDir } = this.#deps;
    const { id } = await account.remembered(undefined);
    const path = join(exportFolderOf(dataDir, id), filename);
    if (!EXPORT_NAME.test(filename)) throw noFile();
    // No more of it is read than could be sent: characters have a byte each, or more.
    const bytes = await readFirstBytes(path, LIMITS.resourceCharsMax + 1).catch(() => {
      throw noFile();
    });
    if (bytes.length > LIMITS.resourceCharsMax) throw tooLong();
    return bytes.toString('utf8');
  }

  /** A file to start from; its rows name the account's own records where they must name any. */
  template(name: string): Promise<{ csvContent: string; filename: string }> {
    return templateText(this.#deps, name);
  }

  async job(jobId: string): Promise<JobView> {
    return this.#view(await findJob(this.#deps, jobId));
  }

  /** Writes down that a tool was called, and how that ended. */
  async noteCall(call: Omit<Parameters<typeof callEntry>[0], 'organizationId'>): Promise<void> {
    const { store, clock, account } = this.#deps;
    const entry = callEntry({ ...call, organizationId: await account.knownId() });
    await store.appendJournal({ entry, nowMs: clock.nowMs() });
  }

  async #view(job: JobRecord): Promise<JobView> {
    const { store, clock, engine, rateLimit } = this.#deps;
    const learnedPerSecond = await this.#deps.learnedPerSecond();
    const standstill = engine.standstillOf(job);
    const nowMs = clock.nowMs();
    return viewJob(store, job, { nowMs, rate: rateLimit, learnedPerSecond, standstill });
  }

  /** Waits for the forecast a while; a long one goes on and shows in the status later. */
  async #foretell(
    job: JobRecord,
    ask: { reason: string | null; signal: AbortSignal },
  ): Promise<void> {
    const { clock, engine } = this.#deps;
    const forecast = engine.forecastRollback(job, ask.reason);
    await Promise.race([forecast, clock.sleep(LIMITS.exportWaitMs, ask.signal)]);
  }
}

/** What the service offers, whoever offers it. */
export type Service = Pick<JobService, keyof JobService>;

function progressCount(job: JobRecord): number {
  const undone = job.rollback === null || job.rollback.status === 'foretold' ? null : job.rollback;
  const isUndoing = job.status === 'rolling_back' && undone !== null;
  if (isUndoing) return undone.reversed + undone.kept + undone.errored;
  return countsOf(job).processedItems;
}

function progressTotal(job: JobRecord): number | null {
  return job.status === 'rolling_back' ? (job.rollback?.total ?? null) : job.totalItems;
}

/** Only whole lines, so that a preview never shows half a row; a mark of the encoding belongs to files. */
function previewOf(beginning: string): string {
  const text = beginning.replace(/^\ufeff/, '');
  const shown = charsWithin(text, LIMITS.previewTokensMax);
  const charsMax = Math.min(shown, LIMITS.previewCharsMax);
  const cut = text.slice(0, charsMax);
  return text.length <= charsMax ? cut : cut.slice(0, cut.lastIndexOf('\n') + 1);
}

function failureOf(failure: NonNullable<JobRecord['error']>): AppError {
  return new AppError({
    code: failure.code as AppError['code'],
    message: failure.message,
    hint: failure.hint,
  });
}

function noFile(): InputError {
  return new InputError({
    code: 'FILE_NOT_FOUND',
    message: 'There is no such export.',
    hint: 'Export again; the result names the file.',
  });
}

function tooLong(): InputError {
  return new InputError({
    code: 'INPUT_TOO_LARGE',
    message: 'The file is too large to be read through the protocol.',
    hint: 'Pass filePath to have it written to a folder of yours.',
  });
}
