/**
 * What a newer listing of Billy means for the rows that are still to be sent: the pool shows the records as
 * they are now, and rows that meet them are decided again before they are sent (contract, section 5.6).
 */
import { sameImage } from '../../resources/definition/record-image.js';
import type { ItemRecord } from '../../model/item.js';
import { keyText } from '../snapshot/candidates.js';
import { listChanges, type ListingChanges } from '../snapshot/refreshed-listing.js';
import type { Listing } from '../snapshot/listing-age.js';
import { planRowOf } from './plan-batch.js';
import type { PlanContext } from './plan-context.js';
import type { Planner } from './planner.js';
import { referenceKeysOf } from '../snapshot/snapshot.js';
import { changeItems, itemBatches, lookUp, readJob, type JobContext } from '../job/job-context.js';

export interface RefreshDeps {
  readonly planContext: PlanContext;
  readonly planner: Planner;
  /** No write of the job is under way or in doubt. */
  readonly isIdle: boolean;
}

/** The pool as it is now. Records that rows of this job are to change keep what the plan makes of them. */
async function refreshSnapshot(
  context: JobContext,
  changes: ListingChanges,
  isIdle: boolean,
): Promise<void> {
  const { store, jobId, lease } = context;
  const { changed, goneIds, madeIds } = changes;
  const recordIds = changed.map((entry) => entry.recordId);
  const planned = await store.getFromSnapshot({ jobId, layer: 'planned', recordIds });
  const free = changed.filter(
    ({ recordId }) => (planned.get(recordId)?.changedByRow ?? null) === null,
  );
  await store.putSnapshot({ jobId, lease, layer: 'done', entries: changed });
  await store.putSnapshot({ jobId, lease, layer: 'planned', entries: free });
  for (const layer of ['done', 'planned'] as const) {
    await store.hideInSnapshot({ jobId, lease, layer, recordIds: [...goneIds] });
  }
  // While nothing is under way, a record that nobody owns was made by others: no later write of ours made it.
  const { outcomes } = await readJob(context);
  if (!isIdle || outcomes.unknown > 0) return;
  const made = changed.filter(({ recordId }) => madeIds.has(recordId));
  await store.putSnapshot({ jobId, lease, layer: 'before', entries: made });
}

/** Records that something uses since the last listing, or no longer. */
function refreshReferencedIds(
  { referencedIds }: PlanContext,
  now: ListingChanges['referencedIds'],
): Set<string> {
  if (now === null) return new Set();
  const moved = [...now].filter((id) => !referencedIds.has(id));
  const ended = [...referencedIds].filter((id) => !now.has(id));
  for (const id of moved) referencedIds.add(id);
  for (const id of ended) referencedIds.delete(id);
  return new Set([...moved, ...ended]);
}

class Affected {
  readonly #context: JobContext;
  readonly #news: ListingChanges;
  readonly #taker: RefreshDeps;
  readonly #ids: ReadonlySet<string>;

  constructor(
    context: JobContext,
    changes: ListingChanges,
    at: { taker: RefreshDeps; usesMoved: ReadonlySet<string> },
  ) {
    this.#context = context;
    this.#news = changes;
    this.#taker = at.taker;
    const changedIds = changes.changed.map(({ recordId }) => recordId);
    this.#ids = new Set([...changedIds, ...changes.goneIds, ...at.usesMoved]);
  }

  get isNobody(): boolean {
    return this.#ids.size === 0 && this.#news.referenceKeys.size === 0;
  }

  /** Not begun, and decided on something that is otherwise now. */
  has(item: ItemRecord): boolean {
    const { hasWritten, needsPlan, recordId } = item;
    if (hasWritten || needsPlan) return false;
    if (recordId !== null && this.#ids.has(recordId)) return true;
    const { resource } = this.#context;
    const { keys, referenceKeys } = this.#news;
    const { rows } = planRowOf(item, this.#taker.planContext);
    return rows.some(
      ({ cells }) =>
        resource.keysOfRow(cells).some((key) => keys.has(keyText(key))) ||
        referenceKeysOf(resource, cells).some((key) => referenceKeys.has(keyText(key))),
    );
  }
}

/** Without what this job has written itself while the list was read. */
async function ofOthers(context: JobContext, listed: ListingChanges): Promise<ListingChanges> {
  const { store, jobId } = context;
  const recordIds = listed.changed.map(({ recordId }) => recordId);
  const written = await store.findOwned({ jobId, recordIds });
  const changed = listed.changed.filter(
    ({ recordId }) => !written.has(recordId) || listed.ownIds.has(recordId),
  );
  return { ...listed, changed };
}

/** A request that is under way may change the state of its row meanwhile. */
const MARKED_IN = ['ready', 'sending', 'doubt', 'waiting', 'ended'] as const;

/** Rows of which a request is under way are decided again too, where nothing comes of that request. */
async function markAffected(context: JobContext, affected: Affected): Promise<void> {
  if (affected.isNobody) return;
  for await (const items of itemBatches(context, { states: ['ready', 'sending', 'doubt'] })) {
    context.stop.throwIfAborted();
    await changeItems(
      context,
      items
        .filter((item) => affected.has(item))
        .map(({ seq }) => ({ seq, from: MARKED_IN, patch: { needsPlan: true } })),
    );
  }
}

/** Makes the run go by the newer listing. Nothing may be launched meanwhile. */
export async function applyRefresh(
  context: JobContext,
  listed: ListingChanges,
  taker: RefreshDeps,
): Promise<void> {
  const { planContext, planner, isIdle } = taker;
  await planner.betweenBatches(async () => {
    const changes = await ofOthers(context, listed);
    const usesMoved = refreshReferencedIds(planContext, changes.referencedIds);
    // The rows first: a process that ends in between leaves a pool that its successor finds outdated.
    await markAffected(context, new Affected(context, changes, { taker, usesMoved }));
    await refreshSnapshot(context, changes, isIdle);
  });
}

/**
 * Rows of which one step is in Billy and one is not: the rest of them is decided again where somebody was at
 * the record meanwhile. They are as few as there are senders, so each record is asked for.
 */
async function refreshBegunRows(context: JobContext): Promise<void> {
  const { resource } = context;
  for await (const items of itemBatches(context, { states: ['ready'], hasWritten: true })) {
    for (const { seq, recordId, after, step } of items) {
      if (recordId === null || after === null || step === 0) continue;
      const now = await lookUp(context, recordId);
      if (now === null || sameImage(now, after, resource)) continue;
      await changeItems(context, [{ seq, from: ['ready'], patch: { needsPlan: true } }]);
    }
  }
}

/**
 * Lists Billy again before a run goes on after a pause, an outage or a restart, and makes it go by that.
 * Answers with the new listing's age and cost.
 */
export async function refreshListing(
  context: JobContext,
  {
    planContext,
    planner,
    recordCount,
  }: Pick<RefreshDeps, 'planContext' | 'planner'> & { recordCount: number },
): Promise<Listing> {
  const { store, jobId } = context;
  const isIdle = (await store.countItems({ jobId, states: ['sending', 'doubt'] })) === 0;
  const changes = await listChanges(context, recordCount);
  await applyRefresh(context, changes, { planContext, planner, isIdle });
  await refreshBegunRows(context);
  return changes.listing;
}
