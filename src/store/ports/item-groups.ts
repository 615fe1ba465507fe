/** The port of items that are made of several rows, found by the hash of what the rows have in common. */
import type { EarlierRecord, ItemLine } from '../../model/item.js';
import type { Lease } from '../../model/job.js';

export interface ItemGroupsPort {
  /** Finds the job's items with these group keys, and counts the further rows of each. */
  findGroups(filter: {
    jobId: string;
    groupKeys: readonly string[];
  }): Promise<Map<string, { seq: number; lineCount: number }>>;
  /** Appends further rows to items. */
  addLines(batch: {
    jobId: string;
    lease: Lease;
    additions: readonly { seq: number; lines: readonly ItemLine[] }[];
  }): Promise<void>;
  /** Finds the records that other jobs of the lane made of these group keys and did not take back. */
  findEarlierRecords(filter: {
    lane: string;
    exceptJobId: string;
    groupKeys: readonly string[];
  }): Promise<EarlierRecord[]>;
}
