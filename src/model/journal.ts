/** The types of journal entries, and of notes that will become entries. */
import type { Json } from './record.js';

/** `job.retry` is the retry of failed items; `doctor.probe` is written before a probe writes to Billy. */
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

/** One entry of the chain. `hash` covers all other fields; `prevHash` is the hash of the entry before. */
export interface JournalEntry {
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

/** The end of the chain after the last append. */
export interface JournalHead {
  readonly entries: number;
  readonly lastHash: string;
}
