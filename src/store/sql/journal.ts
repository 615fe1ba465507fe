/** The SQL for the journal. Entries are appended in the transaction of the change they describe. */
import type { Insertable, Kysely, Selectable, Transaction } from 'kysely';
import { canonicalJson } from '../../core/hash.js';
import { missingJob } from './fence.js';
import type { JournalPort } from '../ports/journal.js';
import { bodyOf, sealEntry } from '../../model/journal-chain.js';
import type { JournalTable, Tables } from './schema.js';
import type { Rollback } from '../../model/job.js';
import type { JournalEntry, JournalHead, JournalNote, LooseEntry } from '../../model/journal.js';

const HEAD_ID = 1;
/** Rows per insert, of ten columns each. A hundred writes are often noted together. */
const ROWS_PER_INSERT = 100;

function entryOf(row: Selectable<JournalTable>): JournalEntry {
  return {
    seq: row.seq,
    atMs: row.at_ms,
    kind: row.kind,
    organizationId: row.organization_id,
    jobId: row.job_id,
    actor: row.actor,
    durationMs: row.duration_ms,
    body: bodyOf(row.body),
    prevHash: row.prev_hash,
    hash: row.hash,
  };
}

/**
 * Reserves the numbers of the next entries. Beginning with a write takes SQLite's write lock (PostgreSQL's
 * on this row) before the last hash is read, so two processes cannot append after the same entry.
 */
async function takePlaces(transaction: Transaction<Tables>, count: number): Promise<JournalHead> {
  const head = await transaction
    .updateTable('journal_head')
    .set((row) => ({ entries: row('entries', '+', count) }))
    .where('id', '=', HEAD_ID)
    .returning(['entries', 'last_hash'])
    .executeTakeFirstOrThrow();
  return { entries: head.entries - count, lastHash: head.last_hash };
}

async function append(
  transaction: Transaction<Tables>,
  entries: readonly LooseEntry[],
  atMs: number,
): Promise<void> {
  let head = await takePlaces(transaction, entries.length);
  const rows: Insertable<JournalTable>[] = [];
  for (const { kind, organizationId, jobId, actor, durationMs, body } of entries) {
    const draft = { atMs, kind, organizationId, jobId, actor, durationMs, body };
    const { seq, hash, prevHash, ...sealed } = sealEntry(head, draft);
    rows.push({
      seq,
      at_ms: atMs,
      kind,
      organization_id: organizationId,
      job_id: jobId,
      actor: sealed.actor,
      duration_ms: durationMs,
      body: canonicalJson(body),
      prev_hash: prevHash,
      hash,
    });
    head = { entries: seq, lastHash: hash };
  }
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    const part = rows.slice(start, start + ROWS_PER_INSERT);
    await transaction.insertInto('journal').values(part).execute();
  }
  await transaction
    .updateTable('journal_head')
    .set({ last_hash: head.lastHash })
    .where('id', '=', HEAD_ID)
    .execute();
}

/** Appends the notes about a change of a job, inside the transaction of the change. */
export async function noteInJournal(
  transaction: Transaction<Tables>,
  job: { jobId: string; nowMs: number },
  notes: readonly JournalNote[] = [],
): Promise<void> {
  if (notes.length === 0) return;
  const row = await transaction
    .selectFrom('jobs')
    .select(['organization_id', 'created_by', 'phase', 'undo'])
    .where('id', '=', job.jobId)
    .executeTakeFirst();
  if (row === undefined) throw missingJob();
  const rollback =
    row.phase === 'undo' && row.undo !== null ? (JSON.parse(row.undo) as Rollback) : null;
  const [organizationId, behalf] = [row.organization_id, rollback?.by ?? row.created_by];
  const entries = notes.map((note) => ({
    ...note,
    organizationId,
    jobId: job.jobId,
    actor: note.actor ?? behalf,
  }));
  await append(transaction, entries, job.nowMs);
}

export function sqlJournal(db: Kysely<Tables>): JournalPort {
  return {
    async appendJournal({ entry, nowMs }) {
      await db.transaction().execute((transaction) => append(transaction, [entry], nowMs));
    },

    async readJournal({ afterSeq, limit }) {
      const rows = await db
        .selectFrom('journal')
        .selectAll()
        .where('seq', '>', afterSeq)
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map(entryOf);
    },

    async readJournalHead() {
      const head = await db
        .selectFrom('journal_head')
        .select(['entries', 'last_hash'])
        .where('id', '=', HEAD_ID)
        .executeTakeFirstOrThrow();
      return { entries: head.entries, lastHash: head.last_hash };
    },
  };
}
