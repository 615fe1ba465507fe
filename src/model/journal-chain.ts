/**
 * Builds and verifies the hash chains of the journal: each entry carries the hash of the entry before. Pure,
 * so an export can be verified without the database, and by another program.
 */
import { canonicalJson, sha256 } from '../core/hash.js';
import type { EntryLink, JournalChain, JournalEntry, JournalHead, LooseEntry } from './journal.js';
import type { Json } from './record.js';

/** The hash before the first entry of the sealed chain. */
export const CHAIN_START = '0'.repeat(64);

/** The end of a sealed chain that has no entries: a new database has one. */
export const EMPTY_HEAD: JournalHead = { entries: 0, lastHash: CHAIN_START };

/** The name of a chain in entries and verdicts: `sealed`, `none` or `organization:<id>`. */
export function chainName(chain: JournalChain): string {
  if (chain === 'sealed') return 'sealed';
  return chain.organizationId === null ? 'none' : `organization:${chain.organizationId}`;
}

/**
 * The text that is hashed, for an entry with this body in canonical JSON: the JSON of the entry without
 * `hash`, with keys in order and no spaces. A sealed entry has no `chain`.
 */
function hashedText(entry: Omit<JournalEntry, 'hash' | 'body'>, body: string): string {
  const { actor, atMs, chain, durationMs, jobId, kind, organizationId, prevHash, seq } = entry;
  const before = JSON.stringify({ actor, atMs });
  const after = JSON.stringify({ chain, durationMs, jobId, kind, organizationId, prevHash, seq });
  return `${before.slice(0, -1)},"body":${body},${after.slice(1)}`;
}

/** SHA-256 over the entry without `hash`, as JSON with keys in order and no spaces. */
export function hashOf(entry: Omit<JournalEntry, 'hash'>): string {
  return sha256(hashedText(entry, canonicalJson(entry.body)));
}

/** A new entry of a chain, and its body in canonical JSON, as it is stored. */
export interface SealedEntry {
  readonly entry: JournalEntry;
  readonly bodyText: string;
}

/** Returns the entry that follows `head` in the chain of its organization. */
export function sealEntry(head: JournalHead, loose: LooseEntry, atMs: number): SealedEntry {
  const { kind, organizationId, jobId, durationMs, body } = loose;
  // A client's name may be broken Unicode. A database would correct it, which would break the hash.
  const actor = Buffer.from(loose.actor).toString();
  const chain = chainName({ organizationId });
  const seq = head.entries + 1;
  const prevHash = head.lastHash;
  const entry = {
    chain,
    seq,
    atMs,
    kind,
    organizationId,
    jobId,
    actor,
    durationMs,
    body,
    prevHash,
  };
  const bodyText = canonicalJson(body);
  return { entry: { ...entry, hash: sha256(hashedText(entry, bodyText)) }, bodyText };
}

/** The place before the first entry of an organization's chain: its hash is the last of the sealed chain. */
export function startAfter(sealed: JournalHead): JournalHead {
  return { entries: 0, lastHash: sealed.lastHash };
}

/** The first entry of an organization's chain. It carries the last hash of the sealed chain, and so proves it. */
export function beginEntry(
  sealed: JournalHead,
  { organizationId, atMs }: { organizationId: string | null; atMs: number },
): SealedEntry {
  const body = { sealedEntries: sealed.entries, sealedLastHash: sealed.lastHash };
  const whose = { organizationId, jobId: null, actor: 'journal' };
  const begin = { kind: 'journal.begin', durationMs: null, body, ...whose } as const;
  return sealEntry(startAfter(sealed), begin, atMs);
}

/** Removes the content of an entry, for readers who may not see it. */
export function linkOf({ seq, prevHash, hash }: JournalEntry): EntryLink {
  return { seq, prevHash, hash };
}

/** Parses a stored body. Damaged JSON is returned as text, so that its hash does not match. */
export function bodyOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

export type ChainVerdict =
  | { readonly ok: true; readonly entries: number; readonly lastHash: string }
  | { readonly ok: false; readonly seq: number; readonly why: string };

/** Returns the fault of the entry at the position after `expected`; null: it has none. */
function flawOf(entry: JournalEntry, expected: JournalHead): string | null {
  if (entry.seq !== expected.entries + 1) return 'the entry is missing';
  if (entry.prevHash !== expected.lastHash) {
    return expected.entries === 0
      ? 'it does not carry the hash that its chain begins with'
      : 'it does not carry the hash of the entry before';
  }
  return hashOf(entry) === entry.hash ? null : 'its content does not have its hash';
}

type Broken = Extract<ChainVerdict, { ok: false }>;

/** Returns the fault of the end of a chain whose entries are whole; null: it has none. */
function flawOfEnd(
  reached: JournalHead,
  { head, headAfter }: { head: JournalHead | null; headAfter: JournalHead | null },
): Omit<Broken, 'ok'> | null {
  const seq = reached.entries + 1;
  if (head === null || headAfter === null) {
    return { seq, why: 'the note of the end of the chain is missing' };
  }
  if (reached.entries < head.entries) return { seq, why: 'the chain ends before this entry' };
  if (reached.entries > headAfter.entries) {
    return { seq: headAfter.entries + 1, why: 'the note of the end names an entry before it' };
  }
  const isOther = reached.entries === head.entries && reached.lastHash !== head.lastHash;
  return isOther ? { seq, why: 'the note of the end has another hash' } : null;
}

export interface ChainBounds {
  /** The place before the first entry. */
  readonly start: JournalHead;
  /** Reads the end of the chain as it was noted; null: the note is missing. */
  readonly readHead: () => Promise<JournalHead | null>;
}

/**
 * Follows a chain from its first entry. `ok: false` names the first entry that was altered or is missing.
 * The head is read before the entries, which shows if entries were removed from the end, and after them,
 * because entries may be appended in between.
 */
export async function verifyChain(
  entries: AsyncIterable<JournalEntry>,
  { start, readHead }: ChainBounds,
): Promise<ChainVerdict> {
  const head = await readHead();
  let reached = start;
  for await (const entry of entries) {
    const seq = reached.entries + 1;
    const why = flawOf(entry, reached);
    if (why !== null) return { ok: false, seq, why };
    if (seq === head?.entries && entry.hash !== head.lastHash) {
      return { ok: false, seq, why: 'it is not the entry that the note of the end names' };
    }
    reached = { entries: seq, lastHash: entry.hash };
  }
  const flaw = flawOfEnd(reached, { head, headAfter: await readHead() });
  return flaw === null ? { ok: true, ...reached } : { ok: false, ...flaw };
}
