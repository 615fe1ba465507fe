/**
 * Deletes the personal data of ended jobs after BULK_RETENTION_DAYS: rows, images, copies of sources and
 * files. The job with its counts, the ids of the records it created and the journal stay.
 */
import type { Clock } from '../../core/clock.js';
import { JobError, messageOf } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import type { Log } from '../../core/log.js';
import type { FileStore } from '../../files/store/file-store.js';
import { isStoredPart, type StoredName } from '../../files/store/stored-name.js';
import type { JobsPort } from '../../store/ports/jobs.js';
import type { KeptAnswersPort } from '../../store/ports/kept-answers.js';
import type { PurgePort } from '../../store/ports/purge.js';
import type { UploadsPort } from '../../store/ports/uploads.js';
import type { JobRecord } from '../../model/job.js';
import { isEnded } from '../../model/job-status.js';
import { purgeUploads, removeLostUploads } from '../upload/purge-uploads.js';
import { purgeNote } from '../job/journal-notes.js';
import { sourceOf } from '../job/source-settings.js';
import { REPORT_SCOPES, reportFileOf } from './report.js';
import { exportFileOf } from '../job/export-result.js';

export interface PurgeParts {
  readonly store: PurgePort &
    UploadsPort &
    Pick<JobsPort, 'getJob'> &
    Pick<KeptAnswersPort, 'removeOldAnswers'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly files: FileStore;
  readonly retentionDays: number;
}

const DAY_MS = 24 * 3_600_000;

/** The stored reports and exports. Files in folders that the user chose are never deleted. */
function filesOf(job: JobRecord): StoredName[] {
  const reports = REPORT_SCOPES.map((scope) => reportFileOf(job, scope));
  return job.operation === 'export' ? [...reports, exportFileOf(job)] : reports;
}

/** The stored source, unless another job still reads it. */
async function sourcesOf(
  { store }: Pick<PurgeParts, 'store'>,
  job: JobRecord,
): Promise<StoredName[]> {
  if (job.source === null) return [];
  const isShared = await store.isSourceShared({ jobId: job.id, planOfJobId: job.planOfJobId });
  const { file, settings } = sourceOf(job);
  // A job of an earlier version may name a copy elsewhere, which is not ours to remove.
  if (isShared || !isStoredPart(file.name)) return [];
  // The filter of a job stays beside its rows if the process was killed between the two.
  return settings.filter === undefined ? [file] : [file, { ...file, name: job.id }];
}

/** Each step may be repeated, so the next purge completes an interrupted one. */
async function purgeJob(deps: Pick<PurgeParts, 'store' | 'files'>, job: JobRecord): Promise<void> {
  const { store, files } = deps;
  await store.purgeContents({ jobId: job.id });
  for (const name of [...filesOf(job), ...(await sourcesOf(deps, job))]) await files.remove(name);
  await store.endPurge({ jobId: job.id });
}

function stillNeeded({ status }: JobRecord): JobError {
  return new JobError({
    code: 'JOB_STATE',
    message: isEnded(status)
      ? 'Another job that has not ended needs the plan of this job.'
      : `A job that is ${status} cannot be deleted.`,
    hint: 'Wait for the end of the job, or cancel it first.',
  });
}

/**
 * Purges an ended job now: its rows and files go, its record and the journal stay. Rejects with `JOB_STATE` if the job,
 * or one that runs its plan, has not ended. A job that was purged before does not change.
 */
export async function purgeNow(
  deps: Omit<PurgeParts, 'log' | 'retentionDays'>,
  job: JobRecord,
  by: string,
): Promise<void> {
  const { store, clock } = deps;
  const nowMs = clock.nowMs();
  // A job may have ended by a clock that is ahead.
  const endedBeforeMs = Math.max(nowMs, job.completedAtMs ?? 0);
  const journal = [purgeNote(job, by)];
  const isBegun = await store.beginPurge({ jobId: job.id, endedBeforeMs, nowMs, journal });
  if (!isBegun && job.purgedAtMs === null) throw stillNeeded(job);
  await purgeJob(deps, job);
}

/** True if a job has the stored source, which has the name of the job, or begins with it. */
async function isOfJob({ store }: PurgeParts, name: string): Promise<boolean> {
  const [jobId = name] = name.split('-');
  const job = (await store.getJob({ jobId: name })) ?? (await store.getJob({ jobId }));
  if (job === null || job.id === name) return job !== null;
  return job.source !== null && sourceOf(job).file.name === name;
}

/**
 * Removes stored sources without a job: the process was killed between the copy and the job. A young one may
 * still get its job.
 */
async function removeLostSources(deps: PurgeParts, stop: AbortSignal): Promise<void> {
  const { clock, files } = deps;
  const kind = 'source';
  for await (const organizationId of files.listOrganizations(kind)) {
    for await (const { name, modifiedAtMs } of files.list({ organizationId, kind })) {
      if (stop.aborted) return;
      const isYoung = clock.nowMs() - modifiedAtMs <= LIMITS.staleFileMs;
      if (isYoung || (await isOfJob(deps, name))) continue;
      await files.remove({ organizationId, kind, name });
    }
  }
}

/** Removes the files that no job will ever read: unfinished ones, and sources whose start was cut off. */
export async function removeLostFiles(deps: PurgeParts, stop: AbortSignal): Promise<void> {
  await deps.files.removeStale();
  await removeLostSources(deps, stop);
  await removeLostUploads(deps, stop);
}

/** Purges the jobs that are due and returns their number. `stop` ends it between two jobs. */
export async function purgeDue(deps: PurgeParts, stop: AbortSignal): Promise<number> {
  const { store, clock, retentionDays } = deps;
  const nowMs = clock.nowMs();
  const endedBeforeMs = nowMs - retentionDays * DAY_MS;
  let count = 0;
  for (const job of await store.listPurgeable({ endedBeforeMs })) {
    if (stop.aborted) break;
    const jobId = job.id;
    const journal = [purgeNote(job, 'retention')];
    const isBegun = job.purgedAtMs !== null;
    if (!isBegun && !(await store.beginPurge({ jobId, endedBeforeMs, nowMs, journal }))) continue;
    await purgeJob(deps, job);
    count += 1;
  }
  return count;
}

export interface Purging {
  /** Starts no further purge and waits for the one under way, at most `LIMITS.shutdownMs`. */
  stop(): Promise<void>;
}

/** Removes kept answers after their time, whether or not further requests come. */
function removeAnswersEvery({ store, clock, log }: PurgeParts): () => void {
  return clock.every(LIMITS.answersPurgeEveryMs, () => {
    store.removeOldAnswers({ nowMs: clock.nowMs() }).catch((error: unknown) => {
      log.error({ event: 'answers.purge-failed', error: messageOf(error) });
    });
  });
}

/** Purges jobs now and once a day, and uploads and kept answers more often. */
export function startPurging(deps: PurgeParts): Purging {
  const { clock, log } = deps;
  const stopAnswers = removeAnswersEvery(deps);
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const uploads = async (): Promise<void> => {
    try {
      const count = await purgeUploads(deps, stopping.signal);
      if (count > 0) log.info({ event: 'uploads.purged', count });
    } catch (error) {
      log.error({ event: 'uploads.purge-failed', error: messageOf(error) });
    }
  };
  const purge = async (): Promise<void> => {
    try {
      const count = await purgeDue(deps, stopping.signal);
      if (count > 0) log.info({ event: 'jobs.purged', count });
      await uploads();
      await removeLostFiles(deps, stopping.signal);
    } catch (error) {
      log.error({ event: 'jobs.purge-failed', error: messageOf(error) });
    }
  };
  const next = (): void => {
    running = running.then(purge);
  };
  next();
  const stopJobs = clock.every(LIMITS.purgeEveryMs, next);
  const stopUploads = clock.every(LIMITS.uploadPurgeEveryMs, () => {
    running = running.then(uploads);
  });
  return {
    async stop() {
      stopJobs();
      stopUploads();
      stopAnswers();
      stopping.abort();
      await Promise.race([running, clock.sleep(LIMITS.shutdownMs)]);
    },
  };
}
