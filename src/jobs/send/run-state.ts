/** Where a run stands when a process takes it up: asked of the store, since nothing else is left. */
import { ITEM_STATES } from '../../model/item.js';
import type { JobRecord } from '../../model/job.js';
import { jobOptionsOf, stopsAtFirstFailure } from '../job/job-options.js';
import type { JobContext } from '../job/job-context.js';

/**
 * A row has failed in a job that stops at its first failure. The count of failed rows is stored in the
 * transaction that stores the failure, so that no restart forgets the stop. Such a job decides all rows
 * before it sends the first, and sends nothing when one of them fails there.
 */
export function mustStop(job: JobRecord): boolean {
  return stopsAtFirstFailure(jobOptionsOf(job)) && job.outcomes.failed > 0;
}

/** Something may be in Billy, or every row is decided: the run goes on with what it began with. */
export async function isUnderWay(
  { store, jobId }: Pick<JobContext, 'store' | 'jobId'>,
  job: JobRecord,
): Promise<boolean> {
  if (job.outcomes.unknown > 0 || (await store.countWritten({ jobId })) > 0) return true;
  if ((await store.countItems({ jobId, states: ['sending', 'doubt'] })) > 0) return true;
  return job.totalItems === (await store.countItems({ jobId, states: ITEM_STATES }));
}
