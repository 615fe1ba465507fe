/** Releases rows that wait for earlier rows of the same file, one after another. */
import type { ItemRecord } from '../../model/item.js';
import { changeItems, type JobContext } from '../job/job-context.js';

/** The next row that waits for `item`, or for the row that `item` itself waited for, and so on. */
async function nextWaiting(context: JobContext, item: ItemRecord): Promise<ItemRecord | null> {
  const { store, jobId } = context;
  for (let leader: ItemRecord | null = item; leader !== null;) {
    const waitsFor = leader.seq;
    const [next] = await store.listItems({ jobId, states: ['waiting'], waitsFor, limit: 1 });
    if (next !== undefined) return next;
    leader = leader.waitsFor === null ? null : await store.getItem({ jobId, seq: leader.waitsFor });
  }
  return null;
}

/**
 * Releases one row that waits for `item`, or for the same row as `item`. Rows are released one at a time:
 * if `item` has failed, two rows with its key must not both create the record.
 */
export async function releaseFollowers(context: JobContext, item: ItemRecord): Promise<void> {
  if (!item.hasFollowers && item.waitsFor === null) return;
  const next = await nextWaiting(context, item);
  if (next === null) return;
  await changeItems(context, [{ seq: next.seq, from: ['waiting'], patch: { state: 'ready' } }]);
}

/** Releases the first waiting row when nothing else is left to send. Returns false if no row waits. */
export async function releaseFirstWaiting(context: JobContext): Promise<boolean> {
  const { store, jobId } = context;
  const [first] = await store.listItems({ jobId, states: ['waiting'], limit: 1 });
  if (first === undefined) return false;
  await changeItems(context, [{ seq: first.seq, from: ['waiting'], patch: { state: 'ready' } }]);
  return true;
}
