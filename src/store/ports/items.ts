/** The port of a job's items: add, read, count, and change them together with the job's counters. */
import type {
  FailureCause,
  ItemChange,
  ItemRecord,
  ItemState,
  NewItem,
  Outcome,
} from '../../model/item.js';
import type { Lease } from '../../model/job.js';
import type { Journalled } from './journal.js';

export interface ItemFilter {
  readonly jobId: string;
  readonly states?: readonly ItemState[];
  /** Items with an outcome that needs attention: failed or unknown. */
  readonly isTrouble?: boolean;
  readonly outcome?: Outcome;
  readonly hasWritten?: boolean;
  /** Items of this record in Billy. */
  readonly recordId?: string;
  /** Items that run after this row. */
  readonly waitsFor?: number;
  readonly afterSeq?: number;
  /** Counts down from here (exclusive), the newest item first. */
  readonly beforeSeq?: number;
  readonly limit: number;
}

export interface ItemsPort {
  addItems(batch: { jobId: string; lease: Lease; items: readonly NewItem[] }): Promise<void>;
  /** Removes all items, counters, causes and snapshot layers of a job that has sent nothing yet. */
  clearItems(job: { jobId: string; lease: Lease }): Promise<void>;
  listItems(filter: ItemFilter): Promise<ItemRecord[]>;
  getItem(item: { jobId: string; seq: number }): Promise<ItemRecord | null>;
  countItems(filter: { jobId: string; states: readonly ItemState[] }): Promise<number>;
  /** Counts the items with a write by this job in Billy. */
  countWritten(filter: { jobId: string }): Promise<number>;
  /** Stores all changes, their counters, causes and journal entries, or nothing. */
  changeItems(
    batch: {
      jobId: string;
      lease: Lease;
      changes: readonly ItemChange[];
      duplicates?: { inFile: number; inBilly: number };
      /** Records with a new id: what other items did to the old id counts for the new one. */
      moved?: readonly { from: string; to: string }[];
      nowMs: number;
    } & Journalled,
  ): Promise<void>;
  /** Causes of failure by count, the most frequent first. */
  listCauses(filter: {
    jobId: string;
    /** Of rows that failed or are unknown (default), or of those that carry a warning (model/row-warning.ts). */
    kind?: 'failure' | 'warning';
    limit: number;
  }): Promise<FailureCause[]>;
  /** Items of other jobs of the lane that ended unknown, with an intent after the given time. */
  listUnknown(filter: {
    lane: string;
    exceptJobId: string;
    intentAfterMs: number;
    limit: number;
  }): Promise<ItemRecord[]>;
  /** Those of the given record ids that an item has written: of `jobId`, or of any job in this store. */
  findOwned(filter: { recordIds: readonly string[]; jobId?: string }): Promise<Set<string>>;
}
