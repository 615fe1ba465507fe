/**
 * The transactions that change jobs. Each appends its journal entries as its last statements, so it locks the
 * end of a chain after all other rows: two transactions cannot wait for each other. The fence makes a worker's
 * write fail once another process holds its lease.
 */
import type { Kysely, Transaction } from 'kysely';
import { leaseLost, missingJob } from '../refused-writes.js';
import { appendEntries, type TimedEntry } from './journal/append.js';
import type { Tables } from './schema.js';
import type { Lease, Rollback } from '../../model/job.js';
import type { JournalNote, LooseEntry } from '../../model/journal.js';

/** The organization of a job, and the actor that its entries name unless they name another. */
async function readSubject(
  transaction: Transaction<Tables>,
  jobId: string,
): Promise<{ organizationId: string; actor: string }> {
  const row = await transaction
    .selectFrom('jobs')
    .select(['organization_id', 'created_by', 'phase', 'undo'])
    .where('id', '=', jobId)
    .executeTakeFirstOrThrow(missingJob);
  const rollback =
    row.phase === 'undo' && row.undo !== null ? (JSON.parse(row.undo) as Rollback) : null;
  return { organizationId: row.organization_id, actor: rollback?.by ?? row.created_by };
}

/** Collects the entries of one transaction until its last statements. */
export class JournalOfChange {
  readonly #transaction: Transaction<Tables>;
  readonly #entries: TimedEntry[] = [];

  constructor(transaction: Transaction<Tables>) {
    this.#transaction = transaction;
  }

  /**
   * Keeps notes about the job. Its organization and actor are read now: a job names the actor of a rollback
   * only while the rollback runs. Rejects with `STORE_FAILED` if there are notes but no job.
   */
  async add(
    { jobId, nowMs }: { jobId: string; nowMs: number },
    notes: readonly JournalNote[] = [],
  ): Promise<void> {
    if (notes.length === 0) return;
    const subject = await readSubject(this.#transaction, jobId);
    for (const note of notes) this.addEntry({ jobId, ...subject, ...note }, nowMs);
  }

  addEntry(entry: LooseEntry, nowMs: number): void {
    this.#entries.push({ entry, nowMs });
  }

  /** Forgets the collected entries, for a change that did not happen. */
  drop(): void {
    this.#entries.length = 0;
  }

  /** Appends the collected entries. Only `journalled` calls it, after all else. */
  async append(): Promise<void> {
    if (this.#entries.length > 0) await appendEntries(this.#transaction, this.#entries);
  }
}

/** Runs `change` in one transaction, and then appends the entries that it has added to `journal`. */
export function journalled<T>(
  db: Kysely<Tables>,
  change: (transaction: Transaction<Tables>, journal: JournalOfChange) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    const journal = new JournalOfChange(transaction);
    const result = await change(transaction, journal);
    await journal.append();
    return result;
  });
}

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
