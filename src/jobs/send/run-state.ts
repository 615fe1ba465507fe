/** The state of a run for a process that takes it over, read from the store: the only memory of a run. */
import { ITEM_STATES } from '../../model/item.js';
import type { JobRecord } from '../../model/job.js';
import { jobOptionsOf, stopsAtFirstFailure } from '../job/job-options.js';
import type { JobContext } from '../job/job-context.js';

/**
 * True if a row has failed in a job that stops at its first failure. The count of failed rows is stored in
 * the transaction that stores the failure, so a restart keeps the stop. Such a job decides all rows before
 * it sends the first, and sends nothing if a decision fails.
 */
export function mustStop(job: JobRecord): boolean {
  return stopsAtFirstFailure(jobOptionsOf(job)) && job.outcomes.failed > 0;
}

/** True if a write may be in Billy, or if every row is decided: the run then resumes with its stored plan. */
export async function isUnderWay(
  { store, jobId }: Pick<JobContext, 'store' | 'jobId'>,
  job: JobRecord,
): Promise<boolean> {
  if (job.outcomes.unknown > 0 || (await store.countWritten({ jobId })) > 0) return true;
  if ((await store.countItems({ jobId, states: ['sending', 'doubt'] })) > 0) return true;
  return job.totalItems === (await store.countItems({ jobId, states: ITEM_STATES }));
}
