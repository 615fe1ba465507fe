/**
 * Applies a newer listing of Billy to a job that is still sending. The snapshot takes over the records as
 * they are now, and rows that match one of them are decided again before they are sent (contract,
 * section 5.6).
 */
import { sameImage } from '../../resources/definition/record-image.js';
import type { ItemRecord } from '../../model/item.js';
import { keyText } from '../../model/snapshot.js';
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
  /** No write of the job is in flight or unconfirmed. */
  readonly isIdle: boolean;
}

/** Brings the snapshot up to date. Records that rows of this job will change keep their planned state. */
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
  // While no write is in flight, a new record without an owner was created by other people: none of our
  // writes can have created it.
  const { outcomes } = await readJob(context);
  if (!isIdle || outcomes.unknown > 0) return;
  const made = changed.filter(({ recordId }) => madeIds.has(recordId));
  await store.putSnapshot({ jobId, lease, layer: 'before', entries: made });
}

/** Updates the referenced ids; returns those that came into or went out of use since the last listing. */
function refreshUses({ uses }: PlanContext, now: ListingChanges['uses']): Set<string> {
  if (now === null) return new Set();
  const moved = [...now].filter((id) => !uses.has(id));
  const ended = [...uses].filter((id) => !now.has(id));
  uses.replaceBy(now);
  return new Set([...moved, ...ended]);
}

/** Finds the items that a newer listing makes outdated. */
class Affected {
  readonly #context: JobContext;
  readonly #changes: ListingChanges;
  readonly #planContext: PlanContext;
  readonly #ids: ReadonlySet<string>;

  constructor(
    context: JobContext,
    changes: ListingChanges,
    options: { planContext: PlanContext; usesMoved: ReadonlySet<string> },
  ) {
    this.#context = context;
    this.#changes = changes;
    this.#planContext = options.planContext;
    const changedIds = changes.changed.map(({ recordId }) => recordId);
    this.#ids = new Set([...changedIds, ...changes.goneIds, ...options.usesMoved]);
  }

  get isEmpty(): boolean {
    return this.#ids.size === 0 && this.#changes.referenceKeys.size === 0;
  }

  /** True if the item is not begun, and was decided on records that have changed since. */
  has(item: ItemRecord): boolean {
    const { hasWritten, needsPlan, recordId } = item;
    if (hasWritten || needsPlan) return false;
    if (recordId !== null && this.#ids.has(recordId)) return true;
    const { resource } = this.#context;
    const { keys, referenceKeys } = this.#changes;
    const { rows } = planRowOf(item, this.#planContext);
    return rows.some(
      ({ cells }) =>
        resource.keysOfRow(cells).some((key) => keys.has(keyText(key))) ||
        referenceKeysOf(resource, cells).some((key) => referenceKeys.has(keyText(key))),
    );
  }
}

/** Leaves out the changes that this job has made itself while the list was read. */
async function changesByOthers(
  context: JobContext,
  listed: ListingChanges,
): Promise<ListingChanges> {
  const { store, jobId } = context;
  const recordIds = listed.changed.map(({ recordId }) => recordId);
  const written = await store.findOwned({ jobId, recordIds });
  const changed = listed.changed.filter(
    ({ recordId }) => !written.has(recordId) || listed.ownIds.has(recordId),
  );
  return { ...listed, changed };
}

/** All states in which a row may be marked: a request in flight may change the state of its row meanwhile. */
const MARKED_IN = ['ready', 'sending', 'doubt', 'waiting', 'ended'] as const;

/** Marks affected rows. A row with a request in flight is decided again only if that request has no effect. */
async function markAffected(context: JobContext, affected: Affected): Promise<void> {
  if (affected.isEmpty) return;
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

/** Applies the newer listing to the run. The caller must launch no request meanwhile. */
export async function applyRefresh(
  context: JobContext,
  listed: ListingChanges,
  deps: RefreshDeps,
): Promise<void> {
  const { planContext, planner, isIdle } = deps;
  await planner.betweenBatches(async () => {
    const changes = await changesByOthers(context, listed);
    const usesMoved = refreshUses(planContext, changes.uses);
    // The rows first: if the process ends in between, its successor finds the snapshot outdated and refreshes.
    await markAffected(context, new Affected(context, changes, { planContext, usesMoved }));
    await refreshSnapshot(context, changes, isIdle);
  });
}

/**
 * Marks partly written rows to be decided again if other people have changed the record meanwhile. There
 * are at most as many such rows as senders, so each record is looked up.
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
 * Lists Billy again before a run goes on after a pause, an outage or a restart, and applies the result.
 * Returns the age and cost of the new listing.
 */
export async function refreshListing(
  context: JobContext,
  { planContext, planner }: Pick<RefreshDeps, 'planContext' | 'planner'>,
): Promise<Listing> {
  const { store, jobId } = context;
  const isIdle = (await store.countItems({ jobId, states: ['sending', 'doubt'] })) === 0;
  const changes = await listChanges(context);
  await applyRefresh(context, changes, { planContext, planner, isIdle });
  await refreshBegunRows(context);
  return changes.listing;
}
