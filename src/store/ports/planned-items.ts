/** The port through which a planner stores items that it has decided. */
import type { PlannedItem } from '../../model/item.js';
import type { Lease } from '../../model/job.js';
import type { SnapshotEntry } from '../../model/snapshot.js';

export interface PlannedItemsPort {
  /**
   * Stores decided items, with their counters, causes and the records as the plan will leave them
   * (layer `planned`), or nothing. Marks the items of `leaders` as followed by others. An item that
   * waits for one that has ended meanwhile is stored as ready.
   */
  addPlannedItems(batch: {
    jobId: string;
    lease: Lease;
    items: readonly PlannedItem[];
    planned: readonly SnapshotEntry[];
    leaders: readonly number[];
    duplicates: { inFile: number; inBilly: number };
    nowMs: number;
  }): Promise<void>;
}
