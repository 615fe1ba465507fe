/**
 * Deletes the personal data of ended jobs after BULK_RETENTION_DAYS: rows, images, copies of sources and
 * files. The job with its counts, the ids of the records it created and the journal stay.
 */
import { dirname, join } from 'node:path';
import type { Clock } from '../../core/clock.js';
import { messageOf } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import type { Log } from '../../core/log.js';
import type { PurgePort } from '../../store/ports/purge.js';
import type { JobRecord } from '../../model/job.js';
import { purgeNote } from '../job/journal-notes.js';
import { sourceSettingsOf } from '../job/source-settings.js';
import { REPORT_SCOPES, reportName } from './report.js';
import { exportFolderOf, sourceFolderOf } from '../job/job-files.js';
import { exportResultOf } from '../job/export-result.js';

export interface PurgeParts {
  readonly store: PurgePort;
  readonly clock: Clock;
  readonly log: Log;
  readonly dataDir: string;
  readonly retentionDays: number;
  readonly removeFile: (path: string) => Promise<void>;
}

const DAY_MS = 24 * 3_600_000;

/** Reports and exports in the data folder. Files in folders that the user chose are never deleted. */
function filesOf({ dataDir }: PurgeParts, job: JobRecord): string[] {
  const folder = exportFolderOf(dataDir, job.organizationId);
  const names = REPORT_SCOPES.map((scope) => reportName(job.id, scope));
  const exported = job.operation === 'export' ? exportResultOf(job.result) : null;
  if (exported !== null) names.push(exported.filename);
  return names.map((name) => join(folder, name));
}

/** Path of the source copy, unless another job still reads it. */
async function copyOf({ store, dataDir }: PurgeParts, job: JobRecord): Promise<string[]> {
  if (job.source === null) return [];
  const { path } = sourceSettingsOf(job.sourceSettings);
  const isOurs = dirname(path) === sourceFolderOf(dataDir);
  const isShared = await store.isSourceShared({ jobId: job.id, planOfJobId: job.planOfJobId });
  return isOurs && !isShared ? [path] : [];
}

/** Each step may be repeated, so the next purge completes an interrupted one. */
async function purgeJob(deps: PurgeParts, job: JobRecord): Promise<void> {
  const { store, removeFile } = deps;
  await store.purgeContents({ jobId: job.id });
  for (const path of [...filesOf(deps, job), ...(await copyOf(deps, job))]) {
    await removeFile(path);
  }
  await store.endPurge({ jobId: job.id });
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
    const journal = [purgeNote(job)];
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

/** Purges now and once a day. */
export function startPurging(deps: PurgeParts): Purging {
  const { clock, log } = deps;
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const purge = async (): Promise<void> => {
    try {
      const count = await purgeDue(deps, stopping.signal);
      if (count > 0) log.info({ event: 'jobs.purged', count });
    } catch (error) {
      log.error({ event: 'jobs.purge-failed', error: messageOf(error) });
    }
  };
  const next = (): void => {
    running = running.then(purge);
  };
  next();
  const stopEvery = clock.every(LIMITS.purgeEveryMs, next);
  return {
    async stop() {
      stopEvery();
      stopping.abort();
      await Promise.race([running, clock.sleep(LIMITS.shutdownMs)]);
    },
  };
}
