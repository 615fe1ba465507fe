/** The errors of writes that matched no row. Such a write is never a silent success. */
import { StoreError } from '../core/errors.js';
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
