/** Waits until Billy answers again, while a job is paused by an outage. */
import type { AppError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { isOutage, patchJob, readJob, type JobContext } from '../job/job-context.js';
import { finishJob } from './finish-job.js';

/** Time until the first probe; it doubles with each one that fails. */
const PROBE_MS = 2000;

/** Ends a cancelled job without unconfirmed items. True: the job has ended, so it need not wait for Billy. */
async function isCancelledIdle(context: JobContext): Promise<boolean> {
  const { store, jobId } = context;
  const job = await readJob(context);
  if (!job.cancelRequested || job.phase === 'undo') return false;
  if ((await store.countItems({ jobId, states: ['sending', 'doubt'] })) > 0) return false;
  await finishJob(context, { status: 'cancelled' });
  return true;
}

/**
 * Pauses the job (a rollback keeps its status) and probes Billy until it answers. A refusal is an answer too:
 * the next stage meets it and ends the job. Returns early when the process stops.
 */
export async function waitForBilly(context: JobContext, error: AppError): Promise<void> {
  const { clock, billy, stop, log } = context;
  log.warn({ event: 'job.paused', jobId: context.jobId, code: error.code });
  const { phase } = await readJob(context);
  if (phase !== 'undo') await patchJob(context, { status: 'paused' });
  for (let waitMs = PROBE_MS; ; waitMs = Math.min(waitMs * 2, LIMITS.backoffMsMax)) {
    if (await isCancelledIdle(context)) return;
    await clock.sleep(waitMs, stop);
    try {
      await billy.organization({ priority: 'job', patienceMs: 0, signal: stop });
      return;
    } catch (failure) {
      if (!isOutage(failure)) return;
    }
  }
}
