/**
 * Builds and verifies the hash chain of the journal: each entry carries the hash of the entry before. Pure,
 * so an export can be verified without the database, and by another program.
 */
import { canonicalJson, sha256 } from '../core/hash.js';
import type { JournalEntry, JournalHead } from './journal.js';
import type { Json } from './record.js';

/** The hash before the first entry. */
export const CHAIN_START = '0'.repeat(64);

/** SHA-256 over the entry without `hash`, as JSON with keys in order and no spaces. */
export function hashOf(entry: Omit<JournalEntry, 'hash'>): string {
  const { seq, atMs, kind, organizationId, jobId, actor, durationMs, body, prevHash } = entry;
  return sha256(
    canonicalJson({ seq, atMs, kind, organizationId, jobId, actor, durationMs, body, prevHash }),
  );
}

/** Returns the entry that follows `head`. */
export function sealEntry(
  head: JournalHead,
  draft: Omit<JournalEntry, 'seq' | 'prevHash' | 'hash'>,
): JournalEntry {
  // A client's name may be broken Unicode. A database would correct it, which would break the hash.
  const actor = Buffer.from(draft.actor).toString();
  const entry = { ...draft, actor, seq: head.entries + 1, prevHash: head.lastHash };
  return { ...entry, hash: hashOf(entry) };
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
    return 'it does not carry the hash of the entry before';
  }
  return hashOf(entry) === entry.hash ? null : 'its content does not have its hash';
}

/**
 * Follows the chain from its first entry. `ok: false` names the first entry that was altered or is missing.
 * `head`, read before the entries, shows if entries were removed from the end.
 */
export async function verifyChain(
  entries: AsyncIterable<JournalEntry>,
  head: JournalHead,
): Promise<ChainVerdict> {
  let reached: JournalHead = { entries: 0, lastHash: CHAIN_START };
  for await (const entry of entries) {
    const seq = reached.entries + 1;
    const why = flawOf(entry, reached);
    if (why !== null) return { ok: false, seq, why };
    if (seq === head.entries && entry.hash !== head.lastHash) {
      return { ok: false, seq, why: 'it is not the entry that was appended there' };
    }
    reached = { entries: seq, lastHash: entry.hash };
  }
  if (reached.entries < head.entries) {
    return { ok: false, seq: reached.entries + 1, why: 'the journal ends before this entry' };
  }
  return { ok: true, ...reached };
}
