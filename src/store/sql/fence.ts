/** The fence: a worker's write fails once another process holds its lease. */
import type { Kysely, Transaction } from 'kysely';
import { leaseLost } from '../refused-writes.js';
import { journalled, type JournalOfChange } from './journalled.js';
import type { Tables } from './schema.js';
import type { Lease } from '../../model/job.js';

/**
 * Runs `write` in one transaction that begins by updating the lease row, and ends with the journal entries
 * of the write. Beginning with a write takes SQLite's write lock before anything is read (no stale snapshot
 * to upgrade). After another process has taken the lease, no row matches. This closes the race between two
 * processes on one job.
 */
export async function fenced<T>(
  db: Kysely<Tables>,
  lease: Lease,
  write: (transaction: Transaction<Tables>, journal: JournalOfChange) => Promise<T>,
): Promise<T> {
  return journalled(db, async (transaction, journal) => {
    const touched = await transaction
      .updateTable('leases')
      .set((row) => ({ fenced: row('fenced', '+', 1) }))
      .where('name', '=', lease.name)
      .where('owner', '=', lease.owner)
      .executeTakeFirst();
    if (touched.numUpdatedRows !== 1n) throw leaseLost(lease);
    return write(transaction, journal);
  });
}
