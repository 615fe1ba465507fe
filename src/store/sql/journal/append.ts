/** Appends entries to the chains of the journal, inside the transaction of the change they record. */
import type {
  Compilable,
  CompiledQuery,
  Insertable,
  Kysely,
  QueryResult,
  Transaction,
} from 'kysely';
import { StoreError } from '../../../core/errors.js';
import {
  beginEntry,
  EMPTY_HEAD,
  sealEntry,
  type SealedEntry,
} from '../../../model/journal-chain.js';
import type { JournalEntriesTable, Tables } from '../schema.js';
import type { JournalHead, LooseEntry } from '../../../model/journal.js';

const SEALED_HEAD_ID = 1;
/** Rows per insert, of ten columns each. A hundred writes are often noted together. */
const ROWS_PER_INSERT = 100;

/** A query that is built once for each database. Building takes longer than running it, and most appends are small. */
class BuiltOnce<Row> {
  readonly #build: (db: Kysely<Tables>) => Compilable<Row>;
  readonly #built = new WeakMap<object, CompiledQuery<Row>>();

  /** The values in the built query are replaced at each run. */
  constructor(build: (db: Kysely<Tables>) => Compilable<Row>) {
    this.#build = build;
  }

  run(transaction: Transaction<Tables>, parameters: readonly unknown[]): Promise<QueryResult<Row>> {
    const { adapter } = transaction.getExecutor();
    const query = this.#built.get(adapter) ?? this.#build(transaction).compile();
    this.#built.set(adapter, query);
    return transaction.executeQuery({ ...query, parameters });
  }
}

/** The key of a chain in the tables, where a key cannot be null. */
export function keyOf(organizationId: string | null): string {
  return organizationId ?? '';
}

/** The organization of a key; null: none. */
export function organizationOf(key: string): string | null {
  return key === '' ? null : key;
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

const TAKE_PLACES = new BuiltOnce((db) =>
  db
    .updateTable('journal_heads')
    .set((row) => ({ entries: row('entries', '+', 1) }))
    .where('organization_id', '=', '')
    .returning(['entries', 'last_hash']),
);

const MOVE_HEAD = new BuiltOnce((db) =>
  db.updateTable('journal_heads').set({ last_hash: '' }).where('organization_id', '=', ''),
);

const INSERT_ENTRY = new BuiltOnce((db) =>
  db
    .insertInto('journal_entries')
    .values(rowOf(beginEntry(EMPTY_HEAD, { organizationId: null, atMs: 0 }))),
);

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
  const { rows } = await TAKE_PLACES.run(transaction, [count, key]);
  const [head] = rows;
  return head === undefined ? null : { entries: head.entries - count, lastHash: head.last_hash };
}

/** The end of the sealed chain; null: the note is missing. */
export async function readSealedHead(db: Kysely<Tables>): Promise<JournalHead | null> {
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

async function insertRows(
  transaction: Transaction<Tables>,
  rows: readonly Insertable<JournalEntriesTable>[],
): Promise<void> {
  const [first] = rows;
  if (first !== undefined && rows.length === 1) {
    await INSERT_ENTRY.run(transaction, Object.values(first));
    return;
  }
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    const part = rows.slice(start, start + ROWS_PER_INSERT);
    await transaction.insertInto('journal_entries').values(part).execute();
  }
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
  await insertRows(transaction, rows);
  await MOVE_HEAD.run(transaction, [head.lastHash, keyOf(organizationId)]);
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
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [timed]);
    else known.push(timed);
  }
  const chains = [...byKey].sort(([left], [right]) => (left < right ? -1 : 1));
  for (const [key, own] of chains) {
    await appendToChain(transaction, { organizationId: organizationOf(key), entries: own });
  }
}
