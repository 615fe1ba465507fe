/** The state machine of a job: the statuses that may follow each other, and what each status allows. Pure. */
import { AppError } from '../core/errors.js';
import { JOB_STATUSES, type JobPhase, type JobRecord, type JobStatus } from './job.js';

const NEXT: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  pending: ['paused', 'validating', 'processing', 'failed', 'cancelled'],
  validating: ['processing', 'paused', 'completed', 'failed', 'cancelled'],
  processing: ['validating', 'paused', 'completed', 'failed', 'cancelled', 'rolling_back'],
  paused: ['pending', 'validating', 'processing', 'failed', 'cancelled'],
  completed: ['rolling_back', 'pending'],
  failed: ['rolling_back', 'pending'],
  cancelled: ['rolling_back', 'pending'],
  rolling_back: ['rolled_back', 'partially_rolled_back'],
  rolled_back: [],
  partially_rolled_back: ['rolling_back'],
};

/** Statuses in which a job waits for no worker. */
const ENDED: readonly JobStatus[] = [
  'completed',
  'failed',
  'cancelled',
  'rolled_back',
  'partially_rolled_back',
];

/** Statuses from which a rollback may start (contract, section 3). */
export const REVERSIBLE: readonly JobStatus[] = [
  'completed',
  'failed',
  'cancelled',
  'partially_rolled_back',
];

/** Statuses from which a retry may start: failed, unknown and not attempted items are tried again. */
export const RETRYABLE: readonly JobStatus[] = ['completed', 'failed', 'cancelled'];

/** True when a job may move from one status to the other; keeping its status is always allowed. */
export function canFollow(from: JobStatus, to: JobStatus): boolean {
  return from === to || NEXT[from].includes(to);
}

/** The statuses from which a job may be given this one, for the WHERE of a statement that writes it. */
export function statusesBefore(to: JobStatus): JobStatus[] {
  return JOB_STATUSES.filter((from) => canFollow(from, to));
}

/** Throws the error of a transition that the table does not allow: a bug of the caller. */
export function checkCanFollow(from: JobStatus, to: JobStatus): void {
  if (canFollow(from, to)) return;
  throw new AppError({
    code: 'INTERNAL',
    message: `A job that is ${from} cannot become ${to}.`,
    hint: 'Nothing was stored. This is a bug of the server: please report it.',
  });
}

export function isEnded(status: JobStatus): boolean {
  return ENDED.includes(status);
}

/** The status that people see while a worker is in the phase. */
export function statusOfPhase(phase: Exclude<JobPhase, 'done'>): JobStatus {
  switch (phase) {
    case 'scan':
      return 'validating';
    case 'plan':
    case 'run':
    case 'retry':
      return 'processing';
    case 'undo':
      return 'rolling_back';
  }
}

/** True for a job that a caller paused: only a resume or a cancel sends it back to work. */
export function isAtRest({ pauseRequested, status }: JobRecord): boolean {
  return pauseRequested && status === 'paused';
}
