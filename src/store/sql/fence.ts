/** The fence: no write of a worker happens once its lease belongs to somebody else. */
import type { Kysely, Transaction } from 'kysely';
import { StoreError } from '../../core/errors.js';
import type { Tables } from './schema.js';
import type { Lease } from '../../model/job.js';

export function leaseLost(lease: Lease): StoreError {
  return new StoreError({
    code: 'LEASE_LOST',
    message: `The claim on ${lease.name} belongs to another process now.`,
    hint: 'Nothing to do: the process that holds it goes on with the work.',
  });
}

/** No row matched is an error, never a silent success. */
export function missingJob(): StoreError {
  return new StoreError({
    code: 'STORE_FAILED',
    message: 'The job is not in the store any more.',
    hint: 'Nothing was stored.',
  });
}

/**
 * Runs `write` in one transaction that begins by touching the lease row. Beginning with a write takes
 * SQLite's write lock before anything is read (no stale snapshot to upgrade), and a takeover that
 * commits first leaves no row to touch: that closes the race between two processes on one job.
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
