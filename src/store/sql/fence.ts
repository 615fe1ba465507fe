/** The fence: a worker's write fails once another process holds its lease. */
import type { Kysely, Transaction } from 'kysely';
import { StoreError } from '../../core/errors.js';
import type { Tables } from './schema.js';
import type { Lease } from '../../model/job.js';

export function leaseLost(lease: Lease): StoreError {
  return new StoreError({
    code: 'LEASE_LOST',
    message: `The claim on ${lease.name} belongs to another process now.`,
    hint: 'Nothing to do: the other process continues the work.',
  });
}

/** The error if no row matched, which is never a silent success. */
export function missingJob(): StoreError {
  return new StoreError({
    code: 'STORE_FAILED',
    message: 'The job no longer exists in the store.',
    hint: 'Nothing was stored.',
  });
}

/**
 * Runs `write` in one transaction that begins by updating the lease row. Beginning with a write takes
 * SQLite's write lock before anything is read (no stale snapshot to upgrade). After another process has
 * taken the lease, no row matches. This closes the race between two processes on one job.
 */
export async function fenced<T>(
  db: Kysely<Tables>,
  lease: Lease,
  write: (transaction: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    const touched = await transaction
      .updateTable('leases')
      .set((row) => ({ fenced: row('fenced', '+', 1) }))
      .where('name', '=', lease.name)
      .where('owner', '=', lease.owner)
      .executeTakeFirst();
    if (touched.numUpdatedRows !== 1n) throw leaseLost(lease);
    return write(transaction);
  });
}
