/** Entries of the journal, and notes that are still to become entries. */
import type { Json } from './record.js';

/** `job.retry` is told by the retry of failed items; `doctor.probe` before a probe writes. */
export type JournalKind =
  | 'tool.call'
  | 'job.start'
  | 'job.end'
  | 'job.cancel'
  | 'job.rollback'
  | 'job.retry'
  | 'job.purge'
  | 'billy.write'
  | 'billy.settled'
  | 'doctor.probe';

/** What happened to a job, to be written down with the change it tells of: ids, hashes, codes, counts. */
export interface JournalNote {
  readonly kind: JournalKind;
  /** Absent: on whose behalf the job runs, or rolls back. */
  readonly actor?: string;
  readonly durationMs: number | null;
  readonly body: Readonly<Record<string, Json>>;
}

/** An entry that no change of a job carries. */
export interface LooseEntry extends JournalNote {
  readonly organizationId: string | null;
  readonly jobId: string | null;
  readonly actor: string;
}

/** One entry of the chain; `hash` covers all other fields, and `prevHash` is the hash before. */
export interface JournalEntry {
  /** From 1, without a gap. */
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

/** Where the chain stands: what the last append left. */
export interface JournalHead {
  readonly entries: number;
  readonly lastHash: string;
}
