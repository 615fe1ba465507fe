/** Answers that are Billy's, and that nobody can read: to wait for better ones may be to wait for ever. */
import { BillyFailure } from '../../billy/failure.js';
import { isOutage, type JobContext } from '../job/job-context.js';

/**
 * Whether the job waits until Billy answers again. Where Billy itself does, and a single list or record stays
 * unreadable, the job ends with that failure instead.
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
