/** Waits for a job on the clock of a test. */
import type { Clock } from '../../src/core/clock.js';
import type { JobView } from '../../src/jobs/service/job-view.js';
import type { JobService } from '../../src/jobs/service/service.js';

const POLL_MS_MIN = 2;
const POLL_MS_MAX = 250;
const POLL_GROWTH = 1.1;

/** One look at a job, without waiting. */
function look(service: JobService, jobId: string): Promise<JobView> {
  const signal = new AbortController().signal;
  return service.status(jobId, { seconds: 0, signal, onProgress: () => undefined });
}

/** The first view of the job that is as wanted; throws once `deadlineMs` have passed. */
export async function lookUntil(
  { service, clock }: { readonly service: JobService; readonly clock: Clock },
  jobId: string,
  until: { isAsWanted: (view: JobView) => boolean; deadlineMs: number },
): Promise<JobView> {
  const endMs = clock.monotonicMs() + until.deadlineMs;
  for (let pollMs = POLL_MS_MIN; ; pollMs = Math.min(pollMs * POLL_GROWTH, POLL_MS_MAX)) {
    const view = await look(service, jobId);
    if (until.isAsWanted(view)) return view;
    if (clock.monotonicMs() > endMs) {
      const { status, processedItems, error } = view;
      throw new Error(
        `not as wanted in time: ${JSON.stringify({ status, processedItems, error })}`,
      );
    }
    await clock.sleep(pollMs);
  }
}
