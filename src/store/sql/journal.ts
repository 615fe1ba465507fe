/** The SQL for the journal: appending to the chains of organizations, and reading them and the sealed chain. */
import type { Insertable, Kysely, Selectable, Transaction } from 'kysely';
import { StoreError } from '../../core/errors.js';
import type { JournalPort } from '../ports/journal.js';
import {
  beginEntry,
  bodyOf,
  chainName,
  EMPTY_HEAD,
  sealEntry,
  type SealedEntry,
} from '../../model/journal-chain.js';
import type { JournalEntriesTable, SealedJournalTable, Tables } from './schema.js';
import type { JournalChain, JournalEntry, JournalHead, LooseEntry } from '../../model/journal.js';

const SEALED_HEAD_ID = 1;
/** Rows per insert, of ten columns each. A hundred writes are often noted together. */
const ROWS_PER_INSERT = 100;

/** The key of a chain in the tables, where a key cannot be null. */
function keyOf(organizationId: string | null): string {
  return organizationId ?? '';
}

function organizationOf(key: string): string | null {
  return key === '' ? null : key;
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

function rowOf({ entry, bodyText }: SealedEntry): Insertable<JournalEntriesTable> {
  return {
    organization_id: keyOf(entry.organizationId),
    seq: entry.seq,
    at_ms: entry.atMs,
    kind: entry.kind,
    job_id: entry.jobId,
    actor: entry.actor,
    duration_ms: entry.durationMs,
    body: bodyText,
    prev_hash: entry.prevHash,
    hash: entry.hash,
  };
}

/**
 * Reserves the numbers of the next entries; null: the chain has not begun. Beginning with a write takes
 * SQLite's write lock (PostgreSQL's on this row) before the last hash is read, so two processes cannot
 * append after the same entry.
 */
async function takePlaces(
  transaction: Transaction<Tables>,
  key: string,
  count: number,
): Promise<JournalHead | null> {
  const head = await transaction
    .updateTable('journal_heads')
    .set((row) => ({ entries: row('entries', '+', count) }))
    .where('organization_id', '=', key)
    .returning(['entries', 'last_hash'])
    .executeTakeFirst();
  return head === undefined ? null : { entries: head.entries - count, lastHash: head.last_hash };
}

async function readSealedHead(db: Kysely<Tables>): Promise<JournalHead | null> {
  const head = await db
    .selectFrom('journal_head')
    .select(['entries', 'last_hash'])
    .where('id', '=', SEALED_HEAD_ID)
    .executeTakeFirst();
  return head === undefined ? null : { entries: head.entries, lastHash: head.last_hash };
}

function chainWithoutHead(): StoreError {
  return new StoreError({
    code: 'STORE_FAILED',
    message: 'The note of the end of a chain of the journal is missing.',
    hint: 'Nothing was stored. `journal verify` names the chain; restore the database from a copy.',
  });
}

/** A chain with entries but without a note of its end was tampered with: it cannot be continued. */
async function checkIsNew(transaction: Transaction<Tables>, key: string): Promise<void> {
  const entry = await transaction
    .selectFrom('journal_entries')
    .select('seq')
    .where('organization_id', '=', key)
    .limit(1)
    .executeTakeFirst();
  if (entry !== undefined) throw chainWithoutHead();
}

/** Begins the chain with an entry that carries the last hash of the sealed chain. */
async function beginChain(
  transaction: Transaction<Tables>,
  organizationId: string | null,
  atMs: number,
): Promise<void> {
  const key = keyOf(organizationId);
  await checkIsNew(transaction, key);
  const sealed = (await readSealedHead(transaction)) ?? EMPTY_HEAD;
  const first = beginEntry(sealed, { organizationId, atMs });
  // If another process begins the chain at once, this statement waits for it and then inserts nothing.
  const begun = await transaction
    .insertInto('journal_heads')
    .values({ organization_id: key, entries: first.entry.seq, last_hash: first.entry.hash })
    .onConflict((conflict) => conflict.column('organization_id').doNothing())
    .executeTakeFirst();
  if (begun.numInsertedOrUpdatedRows !== 1n) return;
  await transaction.insertInto('journal_entries').values(rowOf(first)).execute();
}

/** An entry that is not in its chain yet, with its time. */
export interface TimedEntry {
  readonly entry: LooseEntry;
  readonly nowMs: number;
}

/** Reserves the numbers of the next entries of the chain, which begins if it has not. */
async function placesIn(
  transaction: Transaction<Tables>,
  { organizationId, entries }: { organizationId: string | null; entries: readonly TimedEntry[] },
): Promise<JournalHead> {
  const key = keyOf(organizationId);
  const taken = await takePlaces(transaction, key, entries.length);
  if (taken !== null) return taken;
  await beginChain(transaction, organizationId, entries[0]?.nowMs ?? 0);
  const begun = await takePlaces(transaction, key, entries.length);
  if (begun === null) throw chainWithoutHead();
  return begun;
}

async function appendToChain(
  transaction: Transaction<Tables>,
  chain: { organizationId: string | null; entries: readonly TimedEntry[] },
): Promise<void> {
  const { organizationId, entries } = chain;
  let head = await placesIn(transaction, chain);
  const rows: Insertable<JournalEntriesTable>[] = [];
  for (const { entry: loose, nowMs } of entries) {
    const sealed = sealEntry(head, { ...loose, organizationId }, nowMs);
    rows.push(rowOf(sealed));
    head = { entries: sealed.entry.seq, lastHash: sealed.entry.hash };
  }
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    const part = rows.slice(start, start + ROWS_PER_INSERT);
    await transaction.insertInto('journal_entries').values(part).execute();
  }
  await transaction
    .updateTable('journal_heads')
    .set({ last_hash: head.lastHash })
    .where('organization_id', '=', keyOf(organizationId))
    .execute();
}

/**
 * Appends each entry to the chain of its organization. Only `journalled` calls it, with the last statements
 * of a transaction. Chains are locked in the order of their keys, so two transactions cannot wait for each
 * other.
 */
export async function appendEntries(
  transaction: Transaction<Tables>,
  entries: readonly TimedEntry[],
): Promise<void> {
  const byKey = new Map<string, TimedEntry[]>();
  for (const timed of entries) {
    const key = keyOf(timed.entry.organizationId);
    byKey.set(key, [...(byKey.get(key) ?? []), timed]);
  }
  for (const key of [...byKey.keys()].sort()) {
    const organizationId = organizationOf(key);
    await appendToChain(transaction, { organizationId, entries: byKey.get(key) ?? [] });
  }
}

async function readSealedPage(
  db: Kysely<Tables>,
  { afterSeq, limit }: { afterSeq: number; limit: number },
): Promise<JournalEntry[]> {
  const rows = await db
    .selectFrom('journal')
    .selectAll()
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map(entryOf);
}

async function readPage(
  db: Kysely<Tables>,
  organizationId: string | null,
  { afterSeq, limit }: { afterSeq: number; limit: number },
): Promise<JournalEntry[]> {
  const rows = await db
    .selectFrom('journal_entries')
    .selectAll()
    .where('organization_id', '=', keyOf(organizationId))
    .where('seq', '>', afterSeq)
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

/** The part of the port that reads. */
export function journalReads(db: Kysely<Tables>): Omit<JournalPort, 'appendJournal'> {
  return {
    listJournalChains: () => readChains(db),

    isInJournal: ({ organizationId }) => isInJournal(db, organizationId),

    readJournal: ({ chain, ...page }) =>
      chain === 'sealed' ? readSealedPage(db, page) : readPage(db, chain.organizationId, page),

    readJournalHead: ({ chain }) =>
      chain === 'sealed' ? readSealedHead(db) : readHead(db, chain.organizationId),
  };
}
