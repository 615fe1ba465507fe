/**
 * Stores items together with their decisions: one insert per row, so that a million rows need not be read
 * and written again.
 */
import type { Kysely, Transaction } from 'kysely';
import { fenced } from './fence.js';
import type { PlannedItemsPort } from '../ports/planned-items.js';
import type { Tables } from './schema.js';
import { countPlanned, Counters, updateCounters } from './counters.js';
import { failedRowOf } from './items.js';
import { updateCauses } from './failure-causes.js';
import { putEntries } from './snapshot.js';
import type { PlannedItem } from '../../model/item.js';

/**
 * Inserts new items into the open transaction. This dominates the time of planning a row, so each database
 * has its own fast implementation.
 */
export type InsertItems = (
  transaction: Transaction<Tables>,
  batch: { jobId: string; items: readonly PlannedItem[] },
) => Promise<void>;

/**
 * Runs a transaction that may be lost in a power cut, but only together with all later commits. A lost plan
 * is made again. The commit of an intent writes all earlier commits to the disk.
 */
export type Relaxed = (run: (db: Kysely<Tables>) => Promise<void>) => Promise<void>;

/**
 * Returns the first row of each item's chain, for chains with all rows ended. A chain is a row together with
 * the rows that wait for it, directly or indirectly; its rows run one after another.
 */
async function chainsAtRest(
  transaction: Transaction<Tables>,
  jobId: string,
  seqs: readonly number[],
): Promise<Map<number, number>> {
  if (seqs.length === 0) return new Map();
  // SQLite executes cross joins in the written order: from one row of the chain to the next by index.
  const rows = await transaction
    .withRecursive('above', (db) =>
      db
        .selectFrom('items')
        .select(['seq as of', 'seq', 'waits_for'])
        .where('job_id', '=', jobId)
        .where('seq', 'in', [...seqs])
        .where('state', '=', 'ended')
        .union(
          db
            .selectFrom('above')
            .crossJoin('items')
            .select(['above.of', 'items.seq', 'items.waits_for'])
            .where('items.job_id', '=', jobId)
            .whereRef('items.seq', '=', 'above.waits_for'),
        ),
    )
    .withRecursive('chain', (db) =>
      db
        .selectFrom('above')
        .select(['of', 'seq'])
        .union(
          db
            .selectFrom('chain')
            .crossJoin('items')
            .select(['chain.of', 'items.seq'])
            .where('items.job_id', '=', jobId)
            .whereRef('items.waits_for', '=', 'chain.seq'),
        ),
    )
    .selectFrom('chain')
    .crossJoin('items')
    .select(({ fn }) => ['chain.of', fn.min<number>('items.seq').as('first')])
    .where('items.job_id', '=', jobId)
    .whereRef('items.seq', '=', 'chain.seq')
    .groupBy('chain.of')
    .having(({ fn }) => fn.countAll().filterWhere('state', '!=', 'ended'), '=', 0)
    .execute();
  return new Map(rows.map(({ of, first }) => [of, first]));
}

/**
 * Releases items that wait for a leader which ended before they were stored: they would wait for ever. Both
 * are read in one transaction, so the leader cannot end in between. One item of each chain is released; the
 * next follows when it has ended.
 */
async function released(
  transaction: Transaction<Tables>,
  jobId: string,
  items: readonly PlannedItem[],
): Promise<readonly PlannedItem[]> {
  const leaderOf = ({ patch: { state, waitsFor } }: PlannedItem): number =>
    state === 'waiting' ? (waitsFor ?? 0) : 0;
  const leaders = new Set(items.map(leaderOf).filter((seq) => seq > 0));
  const chains = await chainsAtRest(transaction, jobId, [...leaders]);
  const going = new Set<number>();
  return items.map((planned) => {
    const chain = chains.get(leaderOf(planned));
    if (chain === undefined || going.has(chain)) return planned;
    going.add(chain);
    return { item: planned.item, patch: { ...planned.patch, state: 'ready' } };
  });
}

export function sqlPlannedItems(relaxed: Relaxed, insert: InsertItems): PlannedItemsPort {
  return {
    async addPlannedItems({ jobId, lease, items, planned, leaders, duplicates, nowMs }) {
      if (items.length === 0) return;
      const write = async (transaction: Transaction<Tables>): Promise<void> => {
        await putEntries(transaction, { jobId, layer: 'planned', entries: planned });
        await insert(transaction, { jobId, items: await released(transaction, jobId, items) });
        if (leaders.length > 0) {
          await transaction
            .updateTable('items')
            .set({ has_followers: 1 })
            .where('job_id', '=', jobId)
            .where('seq', 'in', [...leaders])
            .execute();
        }
        const counters = new Counters();
        for (const { patch } of items) countPlanned(counters, patch);
        counters.add('duplicates_in_file', duplicates.inFile);
        counters.add('duplicates_in_billy', duplicates.inBilly);
        const come = items.flatMap(({ item, patch }) => failedRowOf(patch, item.row));
        await updateCauses(transaction, jobId, { gone: [], come });
        await updateCounters(transaction, { jobId, nowMs }, counters);
      };
      await relaxed((db) => fenced(db, lease, write));
    },
  };
}
