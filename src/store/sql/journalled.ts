/**
 * The transaction of a change that the journal records. It appends the entries as its last statements, so
 * every transaction locks the end of a chain after all other rows: two of them cannot wait for each other.
 */
import type { Kysely, Transaction } from 'kysely';
import { missingJob } from '../refused-writes.js';
import { appendEntries, journalReads, type TimedEntry } from './journal.js';
import type { JournalPort } from '../ports/journal.js';
import type { Tables } from './schema.js';
import type { Rollback } from '../../model/job.js';
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

export function sqlJournal(db: Kysely<Tables>): JournalPort {
  return {
    ...journalReads(db),
    appendJournal: ({ entry, nowMs }) =>
      journalled(db, (_transaction, journal) => {
        journal.addEntry(entry, nowMs);
        return Promise.resolve();
      }),
  };
}
