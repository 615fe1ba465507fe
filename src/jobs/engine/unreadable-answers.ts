/** Decides if a job waits after an answer from Billy that cannot be read: waiting might never end. */
import { BillyFailure } from '../../billy/failure.js';
import { isOutage, type JobContext } from '../job/job-context.js';

/**
 * True if the job should wait until Billy answers again. If Billy answers other requests and only one list
 * or record stays unreadable, the job ends with that failure instead.
 */
export async function isPassing(
  { billy, stop }: Pick<JobContext, 'billy' | 'stop'>,
  error: unknown,
): Promise<boolean> {
  if (!(error instanceof BillyFailure) || !error.isUnreadable) return isOutage(error);
  try {
    await billy.organization({ priority: 'job', patienceMs: 0, signal: stop });
    return false;
  } catch {
    return isOutage(error);
  }
}
