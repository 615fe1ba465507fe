/**
 * What a newer listing of Billy means for the rows that are still to be sent: the pool shows the records as
 * they are now, and rows that meet them are decided again before they are sent (contract, section 5.6).
 */
import { sameImage } from '../../resources/definition/record-image.js';
import type { ItemRecord } from '../../model/item.js';
import { keyText } from '../snapshot/candidates.js';
import { listNews, type News } from '../snapshot/refreshed-listing.js';
import type { Picture } from '../snapshot/listing-age.js';
import { planRowOf } from './plan-batch.js';
import type { PlanContext } from './plan-context.js';
import type { Planner } from './planner.js';
import { referenceKeysOf } from '../snapshot/snapshot.js';
import { changeItems, itemBatches, lookUp, readJob, type Work } from '../job/job-context.js';

export interface NewsTaker {
  readonly context: PlanContext;
  readonly planner: Planner;
  /** No write of the job is under way or in doubt. */
  readonly isIdle: boolean;
}

/** The pool as it is now. Records that rows of this job are to change keep what the plan makes of them. */
async function renewPool(work: Work, news: News, isIdle: boolean): Promise<void> {
  const { store, jobId, lease } = work;
  const { changed, goneIds, madeIds } = news;
  const recordIds = changed.map((entry) => entry.recordId);
  const planned = await store.getPool({ jobId, layer: 'planned', recordIds });
  const free = changed.filter(
    ({ recordId }) => (planned.get(recordId)?.touchedBy ?? null) === null,
  );
  await store.putPool({ jobId, lease, layer: 'done', entries: changed });
  await store.putPool({ jobId, lease, layer: 'planned', entries: free });
  for (const layer of ['done', 'planned'] as const) {
    await store.hidePool({ jobId, lease, layer, recordIds: [...goneIds] });
  }
  // While nothing is under way, a record that nobody owns was made by others: no later write of ours made it.
  const { outcomes } = await readJob(work);
  if (!isIdle || outcomes.unknown > 0) return;
  const made = changed.filter(({ recordId }) => madeIds.has(recordId));
  await store.putPool({ jobId, lease, layer: 'before', entries: made });
}

/** Records that something uses since the last listing, or no longer. */
function renewUses({ usedIds }: PlanContext, now: News['usedIds']): Set<string> {
  if (now === null) return new Set();
  const moved = [...now].filter((id) => !usedIds.has(id));
  const ended = [...usedIds].filter((id) => !now.has(id));
  for (const id of moved) usedIds.add(id);
  for (const id of ended) usedIds.delete(id);
  return new Set([...moved, ...ended]);
}

class Affected {
  readonly #work: Work;
  readonly #news: News;
  readonly #taker: NewsTaker;
  readonly #ids: ReadonlySet<string>;

  constructor(work: Work, news: News, at: { taker: NewsTaker; usesMoved: ReadonlySet<string> }) {
    this.#work = work;
    this.#news = news;
    this.#taker = at.taker;
    const changedIds = news.changed.map(({ recordId }) => recordId);
    this.#ids = new Set([...changedIds, ...news.goneIds, ...at.usesMoved]);
  }

  get isNobody(): boolean {
    return this.#ids.size === 0 && this.#news.referenceKeys.size === 0;
  }

  /** Not begun, and decided on something that is otherwise now. */
  has(item: ItemRecord): boolean {
    const { hasWritten, needsPlan, recordId } = item;
    if (hasWritten || needsPlan) return false;
    if (recordId !== null && this.#ids.has(recordId)) return true;
    const { resource } = this.#work;
    const { keys, referenceKeys } = this.#news;
    const { rows } = planRowOf(item, this.#taker.context);
    return rows.some(
      ({ cells }) =>
        resource.keysOfRow(cells).some((key) => keys.has(keyText(key))) ||
        referenceKeysOf(resource, cells).some((key) => referenceKeys.has(keyText(key))),
    );
  }
}

/** Without what this job has written itself while the list was read. */
async function ofOthers(work: Work, listed: News): Promise<News> {
  const { store, jobId } = work;
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
async function markAffected(work: Work, affected: Affected): Promise<void> {
  if (affected.isNobody) return;
  for await (const items of itemBatches(work, { states: ['ready', 'sending', 'doubt'] })) {
    work.stop.throwIfAborted();
    await changeItems(
      work,
      items
        .filter((item) => affected.has(item))
        .map(({ seq }) => ({ seq, from: MARKED_IN, patch: { needsPlan: true } })),
    );
  }
}

/** Makes the run go by the newer listing. Nothing may be launched meanwhile. */
export async function takeNews(work: Work, listed: News, taker: NewsTaker): Promise<void> {
  const { context, planner, isIdle } = taker;
  await planner.betweenBatches(async () => {
    const news = await ofOthers(work, listed);
    const usesMoved = renewUses(context, news.usedIds);
    // The rows first: a process that ends in between leaves a pool that its successor finds outdated.
    await markAffected(work, new Affected(work, news, { taker, usesMoved }));
    await renewPool(work, news, isIdle);
  });
}

/**
 * Rows of which one step is in Billy and one is not: the rest of them is decided again where somebody was at
 * the record meanwhile. They are as few as there are senders, so each record is asked for.
 */
async function renewBegun(work: Work): Promise<void> {
  const { resource } = work;
  for await (const items of itemBatches(work, { states: ['ready'], hasWritten: true })) {
    for (const { seq, recordId, after, step } of items) {
      if (recordId === null || after === null || step === 0) continue;
      const now = await lookUp(work, recordId);
      if (now === null || sameImage(now, after, resource)) continue;
      await changeItems(work, [{ seq, from: ['ready'], patch: { needsPlan: true } }]);
    }
  }
}

/**
 * Lists Billy again before a run goes on after a pause, an outage or a restart, and makes it go by that.
 * Answers with the new listing's age and cost.
 */
export async function renewPicture(
  work: Work,
  {
    context,
    planner,
    recordCount,
  }: Pick<NewsTaker, 'context' | 'planner'> & { recordCount: number },
): Promise<Picture> {
  const { store, jobId } = work;
  const isIdle = (await store.countItems({ jobId, states: ['sending', 'doubt'] })) === 0;
  const news = await listNews(work, recordCount);
  await takeNews(work, news, { context, planner, isIdle });
  await renewBegun(work);
  return news.picture;
}
