/** The SQL that reads the journal: the sealed chain, and the chains of the organizations. */
import type { Kysely, Selectable } from 'kysely';
import { journalled } from '../fence.js';
import { keyOf, organizationOf, readSealedHead } from './append.js';
import type { JournalPort } from '../../ports/journal.js';
import { bodyOf, chainName } from '../../../model/journal-chain.js';
import type { SealedJournalTable, Tables } from '../schema.js';
import type { JournalChain, JournalEntry, JournalHead } from '../../../model/journal.js';

interface Page {
  readonly afterSeq: number;
  readonly limit: number;
  readonly jobId?: string;
}

function entryOf(row: Selectable<SealedJournalTable>): JournalEntry {
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

async function readSealedPage(
  db: Kysely<Tables>,
  { afterSeq, limit, jobId }: Page,
): Promise<JournalEntry[]> {
  const rows = await db
    .selectFrom('journal')
    .selectAll()
    .where('seq', '>', afterSeq)
    .$if(jobId !== undefined, (query) =>
      // A window of numbers, so that a long chain without such entries does not hold others up.
      query.where('job_id', '=', jobId ?? '').where('seq', '<=', afterSeq + limit),
    )
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map(entryOf);
}

async function readPage(
  db: Kysely<Tables>,
  organizationId: string | null,
  { afterSeq, limit, jobId }: Page,
): Promise<JournalEntry[]> {
  const rows = await db
    .selectFrom('journal_entries')
    .selectAll()
    .where('organization_id', '=', keyOf(organizationId))
    .where('seq', '>', afterSeq)
    .$if(jobId !== undefined, (query) =>
      // A window of numbers, so that a long chain without such entries does not hold others up.
      query.where('job_id', '=', jobId ?? '').where('seq', '<=', afterSeq + limit),
    )
    .orderBy('seq')
    .limit(limit)
    .execute();
  const chain = chainName({ organizationId });
  return rows.map((row) => ({ ...entryOf({ ...row, organization_id: organizationId }), chain }));
}

/** Reads the chains from entries too, so that a chain without a note of its end is not left out. */
async function readChains(db: Kysely<Tables>): Promise<JournalChain[]> {
  const rows = await db
    .selectFrom('journal_heads')
    .select('organization_id')
    .union(db.selectFrom('journal_entries').select('organization_id'))
    .orderBy('organization_id')
    .execute();
  const chains = rows.map((row) => ({ organizationId: organizationOf(row.organization_id) }));
  return ['sealed', ...chains];
}

async function readHead(
  db: Kysely<Tables>,
  organizationId: string | null,
): Promise<JournalHead | null> {
  const head = await db
    .selectFrom('journal_heads')
    .select(['entries', 'last_hash'])
    .where('organization_id', '=', keyOf(organizationId))
    .executeTakeFirst();
  return head === undefined ? null : { entries: head.entries, lastHash: head.last_hash };
}

async function isInJournal(db: Kysely<Tables>, organizationId: string): Promise<boolean> {
  const tables = ['journal_heads', 'journal_entries', 'journal'] as const;
  for (const table of tables) {
    const row = await db
      .selectFrom(table)
      .select('organization_id')
      .where('organization_id', '=', organizationId)
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) return true;
  }
  return false;
}

export function sqlJournal(db: Kysely<Tables>): JournalPort {
  return {
    appendJournal: ({ entry, nowMs }) =>
      journalled(db, (_transaction, journal) => {
        journal.addEntry(entry, nowMs);
        return Promise.resolve();
      }),

    listJournalChains: () => readChains(db),

    isInJournal: ({ organizationId }) => isInJournal(db, organizationId),

    readJournal: ({ chain, ...page }) =>
      chain === 'sealed' ? readSealedPage(db, page) : readPage(db, chain.organizationId, page),

    readJournalHead: ({ chain }) =>
      chain === 'sealed' ? readSealedHead(db) : readHead(db, chain.organizationId),
  };
}
