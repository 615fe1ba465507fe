/** Shows a job to a caller, at once or after waiting for its end. */
import { LIMITS } from '../../core/limits.js';
import type { JobRecord } from '../../model/job.js';
import { isEnded } from '../../model/job-status.js';
import { findJob, type ServiceDeps, type SharedDeps } from './service-deps.js';
import { countsOf, viewJob, type JobView } from './job-view.js';

/** The call of a client that waits for an answer. */
export interface Waiting {
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** Receives the progress of the job; `done` grows from call to call. */
  readonly onProgress: (progress: { done: number; total: number | null; status: string }) => void;
}

const MS_PER_SECOND = 1000;

/** The parts that a view is made with. They know no caller: a job looks the same to all that may see it. */
export type ViewDeps = Pick<
  SharedDeps,
  'store' | 'clock' | 'engine' | 'rateLimit' | 'learnedPerSecond' | 'organizations'
>;

export async function viewOf(deps: ViewDeps, job: JobRecord): Promise<JobView> {
  const { store, clock, engine, rateLimit } = deps;
  const learnedPerSecond = await deps.learnedPerSecond(job.organizationId);
  const standstill = engine.standstillOf(job);
  const organization = await deps.organizations.amongSeveral(job.organizationId);
  const now = { nowMs: clock.nowMs(), rate: rateLimit, learnedPerSecond, standstill, organization };
  return viewJob(store, job, now);
}

/** Returns the job, after waiting for its end as long as asked. The wait ends early with the signal. */
export async function waitForJob(
  deps: ServiceDeps,
  jobId: string,
  waiting: Waiting,
): Promise<JobView> {
  const { clock } = deps;
  const endMs = clock.monotonicMs() + waiting.seconds * MS_PER_SECOND;
  let reportedMs = -Infinity;
  let reported = -1;
  for (;;) {
    const job = await findJob(deps, jobId);
    const nowMs = clock.monotonicMs();
    const done = progressCount(job);
    if (done > reported && nowMs - reportedMs >= LIMITS.progressEveryMs) {
      waiting.onProgress({ done, total: progressTotal(job), status: job.status });
      [reported, reportedMs] = [done, nowMs];
    }
    if (isEnded(job.status) || nowMs >= endMs || waiting.signal.aborted) return viewOf(deps, job);
    await clock.sleep(Math.min(LIMITS.statusPollMs, endMs - nowMs), waiting.signal);
  }
}

/** A text that differs after each change of the job. Throws `JOB_NOT_FOUND` as every use-case does. */
export async function jobVersion(deps: ServiceDeps, jobId: string): Promise<string> {
  const job = await findJob(deps, jobId);
  return `${job.status} ${String(job.updatedAtMs)}`;
}

function progressCount(job: JobRecord): number {
  const undone = job.rollback === null || job.rollback.status === 'foretold' ? null : job.rollback;
  const isUndoing = job.status === 'rolling_back' && undone !== null;
  if (isUndoing) return undone.reversed + undone.kept + undone.errored;
  return countsOf(job).processedItems;
}

function progressTotal(job: JobRecord): number | null {
  return job.status === 'rolling_back' ? (job.rollback?.total ?? null) : job.totalItems;
}
