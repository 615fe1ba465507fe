/** The job's states: which may follow which, and what each allows. Pure. */
import type { JobPhase, JobStatus, JobRecord } from '../../model/job.js';

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

/** Statuses in which nothing more happens by itself. */
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

/** Statuses whose failed, unknown and not attempted items may be tried again. */
export const RETRYABLE: readonly JobStatus[] = ['completed', 'failed', 'cancelled'];

export function canFollow(from: JobStatus, to: JobStatus): boolean {
  return from === to || NEXT[from].includes(to);
}

export function isEnded(status: JobStatus): boolean {
  return ENDED.includes(status);
}

/** What people see while the work stands at a phase. */
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

/** Paused by somebody: only a resume or a cancel gives it work again. */
export function isAtRest({ pauseRequested, status }: JobRecord): boolean {
  return pauseRequested && status === 'paused';
}
