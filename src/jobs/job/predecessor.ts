/** A job that is to start after another one (`options.afterJobId`). */
import { JobError } from '../../core/errors.js';
import type { JobFailure, JobRecord } from '../../model/job.js';

/** `go`: the job may start · `wait`: the other job has not ended · `never`: it ended otherwise than completed. */
export type Turn = 'go' | 'wait' | 'never';

/** `predecessor`: the job named by `afterJobId`; null: there is none. */
export function turnAfter(predecessor: Pick<JobRecord, 'phase' | 'status'> | null): Turn {
  if (predecessor === null) return 'go';
  if (predecessor.phase !== 'done') return 'wait';
  return predecessor.status === 'completed' ? 'go' : 'never';
}

/** The reason that a job carries which was cancelled with the job before it. */
export function cancelledWith({ id, status }: Pick<JobRecord, 'id' | 'status'>): JobFailure {
  return {
    code: 'JOB_STATE',
    message: `This job was to start after job ${id}, which is ${status}. Nothing was sent.`,
    hint: 'Start again without options.afterJobId, or retry_failed_items on this job.',
  };
}

/** Throws `JOB_STATE` if the job that a start is to come after can no longer complete. */
export function checkPredecessor(predecessor: JobRecord): void {
  if (turnAfter(predecessor) !== 'never') return;
  throw new JobError({
    code: 'JOB_STATE',
    message: `options.afterJobId names a job that is ${predecessor.status}.`,
    hint: 'Leave options.afterJobId out, or name a job that runs or is completed.',
  });
}
