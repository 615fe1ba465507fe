/** The errors of writes that matched no row. Such a write is never a silent success. */
import { JobError, StoreError } from '../core/errors.js';
import type { Lease } from '../model/job.js';

export function leaseLost(lease: Lease): StoreError {
  return new StoreError({
    code: 'LEASE_LOST',
    message: `The claim on ${lease.name} belongs to another process now.`,
    hint: 'Nothing to do: the other process continues the work.',
  });
}

export function missingJob(): StoreError {
  return new StoreError({
    code: 'STORE_FAILED',
    message: 'The job no longer exists in the store.',
    hint: 'Nothing was stored.',
  });
}

/** The refusal of a new job where an organization has too many that have not ended. */
export function tooManyJobs(openMax: number): JobError {
  return new JobError({
    code: 'JOBS_TOO_MANY',
    message: `This organization has ${String(openMax)} jobs that have not ended, and may not have more.`,
    hint: 'Wait for some of them, or cancel them: list_bulk_jobs shows them. BULK_JOBS_MAX_OPEN sets the number.',
  });
}
