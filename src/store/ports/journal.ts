/** The port of the journal: chains of entries that only grow, one for each organization. */
import type {
  JournalChain,
  JournalEntry,
  JournalHead,
  JournalNote,
  LooseEntry,
} from '../../model/journal.js';

/** Entries about the job that are stored together with the change they record, or not at all. */
export interface Journalled {
  readonly journal?: readonly JournalNote[];
}

export interface JournalPort {
  /** Appends to the chain of the entry's organization, even when several processes append at once. */
  appendJournal(append: { entry: LooseEntry; nowMs: number }): Promise<void>;
  /** Lists the chains that have begun, by organization, the sealed one first. */
  listJournalChains(): Promise<JournalChain[]>;
  /** True if the organization has an entry in any chain, or a chain of its own. */
  isInJournal(of: { organizationId: string }): Promise<boolean>;
  /**
   * Reads entries of one chain. Entries of other organizations are only in the sealed chain. With `jobId`, only
   * those about the job among the `limit` entries that follow.
   */
  readJournal(page: {
    chain: JournalChain;
    afterSeq: number;
    limit: number;
    jobId?: string;
  }): Promise<JournalEntry[]>;
  /** The end of the chain as noted by the last append; null: the note is missing. */
  readJournalHead(of: { chain: JournalChain }): Promise<JournalHead | null>;
}
