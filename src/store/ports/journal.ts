/** The port of the journal: a chain of entries that only grows. */
import type { JournalEntry, JournalHead, JournalNote, LooseEntry } from '../../model/journal.js';

/** Entries about the job that are stored together with the change they record, or not at all. */
export interface Journalled {
  readonly journal?: readonly JournalNote[];
}

export interface JournalPort {
  /** Appends to the one chain, even when several processes append at the same time. */
  appendJournal(append: { entry: LooseEntry; nowMs: number }): Promise<void>;
  readJournal(page: { afterSeq: number; limit: number }): Promise<JournalEntry[]>;
  readJournalHead(): Promise<JournalHead>;
}
