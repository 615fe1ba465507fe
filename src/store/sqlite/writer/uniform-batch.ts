/**
 * A batch of items that say the same but for their row, cells and key: what a large dry run of new
 * records stores. Said once instead of for each, it goes to another thread for half a microsecond a row.
 */
import type { PlannedItemsPort } from '../../ports/planned-items.js';
import { isPlainItem } from '../../sql/rows.js';
import type { ItemPatch, NewItem } from '../../../model/item.js';
import type { Lease } from '../../../model/job.js';

/** What `addPlannedItems` stores. */
export type DecidedBatch = Parameters<PlannedItemsPort['addPlannedItems']>[0];

/** Plain values, for the way to another thread. */
export interface PlainBatch {
  readonly jobId: string;
  readonly lease: Lease;
  readonly nowMs: number;
  /** What was decided about each of them; every one has a key of its own. */
  readonly patch: ItemPatch;
  /** They follow one another. */
  readonly firstSeq: number;
  readonly rows: readonly number[];
  readonly cells: readonly NewItem['cells'][];
  readonly keys: readonly string[];
}

function isAlike({ plan, outcome, state }: ItemPatch, first: ItemPatch): boolean {
  return plan === first.plan && outcome === first.outcome && state === first.state;
}

/** null: something is to be said beyond that. */
export function plainBatchOf(batch: DecidedBatch): PlainBatch | null {
  const { jobId, lease, nowMs, items, planned, leaders, duplicates } = batch;
  const [first] = items;
  const isMore = planned.length + leaders.length + duplicates.inFile + duplicates.inBilly > 0;
  // What has ended meets nobody that could have ended meanwhile.
  if (first === undefined || isMore || first.patch.state !== 'ended') return null;
  const firstSeq = first.item.seq;
  const [rows, cells, keys]: [number[], NewItem['cells'][], string[]] = [[], [], []];
  for (const planned of items) {
    const { item, patch } = planned;
    if (!isAlike(patch, first.patch) || !isPlainItem(planned)) return null;
    if (item.seq !== firstSeq + rows.length) return null;
    rows.push(item.row);
    cells.push(item.cells);
    keys.push(patch.key ?? '');
  }
  const { state, plan = null, outcome = null } = first.patch;
  return { jobId, lease, nowMs, patch: { state, plan, outcome }, firstSeq, rows, cells, keys };
}
