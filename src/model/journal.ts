/** The types of journal entries, and of notes that will become entries. */
import type { Json } from './record.js';

/**
 * `journal.begin` is the first entry of each chain. `job.retry` is the retry of failed items; `doctor.probe`
 * is written before a probe writes to Billy.
 */
export type JournalKind =
  | 'journal.begin'
  | 'tool.call'
  | 'job.start'
  | 'job.end'
  | 'job.cancel'
  | 'job.rollback'
  | 'job.retry'
  | 'job.purge'
  | 'billy.write'
  | 'billy.settled'
  | 'doctor.probe'
  | 'organization.add'
  | 'organization.remove'
  | 'key.create'
  | 'key.revoke'
  | 'session.begin'
  | 'session.end'
  | 'webhook.create'
  | 'webhook.remove';

/** An event of a job, stored together with the change it describes: ids, hashes, codes, counts. */
export interface JournalNote {
  readonly kind: JournalKind;
  /** Absent: the actor that started the job, or its rollback. */
  readonly actor?: string;
  readonly durationMs: number | null;
  readonly body: Readonly<Record<string, Json>>;
}

/** An entry that is not stored together with a change of a job. */
export interface LooseEntry extends JournalNote {
  readonly organizationId: string | null;
  readonly jobId: string | null;
  readonly actor: string;
}

/** One entry of a chain. `hash` covers all other fields; `prevHash` is the hash of the entry before. */
export interface JournalEntry {
  /** The name of the chain (`chainName`). Absent: the entry is of the sealed chain. */
  readonly chain?: string;
  /** Counts from 1 without gaps. */
  readonly seq: number;
  readonly atMs: number;
  readonly kind: string;
  readonly organizationId: string | null;
  readonly jobId: string | null;
  readonly actor: string;
  readonly durationMs: number | null;
  readonly body: Json;
  readonly prevHash: string;
  readonly hash: string;
}

/** An entry without its content. It shows a place of the chain, but its hash cannot be checked. */
export type EntryLink = Pick<JournalEntry, 'seq' | 'prevHash' | 'hash'>;

/** The end of a chain after the last append. */
export interface JournalHead {
  readonly entries: number;
  readonly lastHash: string;
}

/**
 * A chain of the journal: the chain of one organization, the chain of the entries that belong to no
 * organization (null), or the sealed chain. The sealed chain holds the entries of all organizations from
 * before each organization had its own chain; nothing is appended to it.
 */
export type JournalChain = 'sealed' | { readonly organizationId: string | null };
