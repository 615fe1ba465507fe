/** Changes the course of a job for a caller: cancel, pause, resume, retry, roll back. */
import { JobError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import type { JobRecord } from '../../model/job.js';
import { isEnded, RETRYABLE, REVERSIBLE } from '../../model/job-status.js';
import { cancelNote, endNote, retryNote, rollbackNote } from '../job/journal-notes.js';
import {
  checkKept,
  checkWritable,
  currentOrganizationOf,
  findJob,
  type ServiceDeps,
} from './service-deps.js';
import type { JobView } from './job-view.js';
import { viewOf } from './watch-job.js';

/** Asks for a cancel and answers at once. The reason is stored in the job, not in the journal. */
export async function cancelJob(
  deps: ServiceDeps,
  jobId: string,
  reason?: string,
): Promise<JobView> {
  const { store, clock } = deps;
  const { actor } = deps.caller;
  const job = await findJob(deps, jobId);
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
  // A paused job has no worker, so enqueue it: the worker will act on the cancel flag.
  deps.engine.enqueue(job);
  return viewOf(deps, await findJob(deps, jobId));
}

/** Asks for a pause and answers at once. The job is `paused` once the requests in flight are settled. */
export async function pauseJob(deps: ServiceDeps, jobId: string): Promise<JobView> {
  const { store, clock } = deps;
  const job = await findJob(deps, jobId);
  const isPausable = job.operation !== 'export' && !job.cancelRequested;
  const isAsked = isPausable && (await store.requestPause({ jobId, nowMs: clock.nowMs() }));
  if (!isAsked) {
    throw new JobError({
      code: 'JOB_STATE',
      message: `This ${job.operation} is ${job.status} and cannot be paused.`,
      hint: 'Only imports, updates and deletions that still send can be paused. rollback_job takes back what a finished job did.',
    });
  }
  return viewOf(deps, await findJob(deps, jobId));
}

/** Lets a paused job continue. A job that waits for Billy continues by itself. */
export async function resumeJob(deps: ServiceDeps, jobId: string): Promise<JobView> {
  const { store, clock, engine } = deps;
  const job = await findJob(deps, jobId);
  if (isEnded(job.status) || job.status === 'rolling_back') {
    throw new JobError({
      code: 'JOB_STATE',
      message: `A job that is ${job.status} cannot be resumed.`,
      hint: 'retry_failed_items tries again what failed or was not attempted.',
    });
  }
  await store.requestResume({ jobId, nowMs: clock.nowMs() });
  // Takes up the jobs behind it in the lane as well.
  await engine.takeUp();
  return viewOf(deps, await findJob(deps, jobId));
}

function wroteNothing({ dryRun, operation }: JobRecord): boolean {
  return dryRun || operation === 'export';
}

function retryHint(job: JobRecord): string {
  if (job.dryRun)
    return 'Correct the rows and make a new dry run, or run this plan with dryRunJobId.';
  if (job.operation === 'export') return 'Start the export again.';
  return isEnded(job.status)
    ? 'After a rollback, start again with the file.'
    : 'Wait for its end (get_bulk_job_status with waitSeconds).';
}

function rollbackHint(job: JobRecord): string {
  if (wroteNothing(job)) {
    return 'Give the jobId of the job that wrote: list_bulk_jobs with dryRun false lists these.';
  }
  return job.status === 'rolling_back'
    ? 'Its rollback is under way: wait for its end (get_bulk_job_status with waitSeconds).'
    : 'Wait for its end (get_bulk_job_status with waitSeconds), or cancel it first (cancel_bulk_job).';
}

/** Plans the failed, unknown and not attempted items again, and no others. A job without any stays as it is. */
export async function retryJob(deps: ServiceDeps, jobId: string): Promise<JobView> {
  const { store, clock, engine, caller } = deps;
  const job = await findJob(deps, jobId);
  checkWritable(deps);
  if (!RETRYABLE.includes(job.status) || job.dryRun || job.operation === 'export') {
    throw new JobError({
      code: 'JOB_STATE',
      message: job.dryRun
        ? 'A dry run sends nothing, so there is nothing to retry.'
        : `This ${job.operation} is ${job.status} and cannot be retried.`,
      hint: retryHint(job),
    });
  }
  if (job.status === 'completed' && job.outcomes.failed + job.outcomes.unknown === 0) {
    return viewOf(deps, job);
  }
  checkKept(job);
  await currentOrganizationOf(deps, job);
  const journal = [retryNote(caller.actor)];
  await store.requestRetry({ jobId, from: RETRYABLE, nowMs: clock.nowMs(), journal });
  const retried = await findJob(deps, jobId);
  engine.enqueue(retried);
  return viewOf(deps, retried);
}

export interface RollbackRequest {
  readonly dryRun: boolean;
  readonly reason: string | null;
  readonly signal: AbortSignal;
}

/** Takes back what an ended job wrote; with `dryRun`, only stores a forecast. */
export async function rollbackJob(
  deps: ServiceDeps,
  jobId: string,
  ask: RollbackRequest,
): Promise<JobView> {
  const { store, clock, engine, caller } = deps;
  const job = await findJob(deps, jobId);
  if (job.status === 'rolled_back') return viewOf(deps, job);
  if (!ask.dryRun) checkWritable(deps);
  if (!REVERSIBLE.includes(job.status) || job.dryRun || job.operation === 'export') {
    throw new JobError({
      code: 'JOB_STATE',
      message: wroteNothing(job)
        ? `${job.dryRun ? 'A dry run' : 'An export'} wrote nothing to Billy, so there is nothing to roll back.`
        : `A job that is ${job.status} cannot be rolled back.`,
      hint: rollbackHint(job),
    });
  }
  checkKept(job);
  await currentOrganizationOf(deps, job);
  if (ask.dryRun) {
    await forecastNow(deps, job, ask);
    return viewOf(deps, await findJob(deps, jobId));
  }
  const { reason } = ask;
  const journal = [rollbackNote(false)];
  const nowMs = clock.nowMs();
  await store.requestRollback({
    jobId,
    from: REVERSIBLE,
    reason,
    by: caller.actor,
    nowMs,
    journal,
  });
  const rolling = await findJob(deps, jobId);
  engine.enqueue(rolling);
  return viewOf(deps, rolling);
}

/** Waits for the forecast a while. A long forecast continues and shows in the status later. */
async function forecastNow(
  deps: ServiceDeps,
  job: JobRecord,
  ask: { reason: string | null; signal: AbortSignal },
): Promise<void> {
  const { clock, engine } = deps;
  const forecast = engine.forecastRollback(job, ask.reason);
  await Promise.race([forecast, clock.sleep(LIMITS.exportWaitMs, ask.signal)]);
}
