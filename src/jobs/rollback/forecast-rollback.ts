/**
 * Forecasts a rollback with the same decisions as the rollback itself. It only reads from Billy and only
 * stores the numbers of the forecast. Like the rollback, it first looks up the items with an unknown outcome.
 */
import type { RecordUses } from '../snapshot/record-uses.js';
import type { ItemPatch, ItemRecord } from '../../model/item.js';
import type { Rollback } from '../../model/job.js';
import type { RecordImage } from '../../model/record.js';
import { LIMITS } from '../../core/limits.js';
import { entryOf } from '../snapshot/snapshot.js';
import { isSettleable, lookAt } from '../settle/settle.js';
import type { Judged } from '../settle/judge-lost-writes.js';
import { mayBeOutdated, type RollbackVerdict } from './decide-rollback.js';
import {
  isUsedSince,
  RollbackListing,
  withListed,
  writtenId,
  type ListedRecords,
} from './rollback-listing.js';
import { itemBatches, lookUp, type JobContext } from '../job/job-context.js';
import { stepsOf } from '../job/item-steps.js';

/** The item as settling would leave it, if its lost write was found to be saved; null: it was not. */
function settledItem({ item, verdict }: Judged): ItemRecord | null {
  if (verdict.kind !== 'happened') return null;
  const { image } = verdict;
  const isLast = item.step + 1 >= stepsOf(item).length;
  const outcome = isLast ? (item.plan?.outcome ?? 'updated') : null;
  const patch: ItemPatch = { outcome, code: null, hasWritten: true, after: image };
  return { ...item, ...patch, recordId: image?.id ?? item.recordId };
}

/** Looks up the items with an unknown outcome. Returns those found to be saved, by seq; stores nothing. */
async function lookForUnknown(context: JobContext): Promise<Map<number, ItemRecord>> {
  const unknown: ItemRecord[] = [];
  for await (const items of itemBatches(context, { isTrouble: true })) {
    unknown.push(...items.filter(isSettleable));
  }
  if (unknown.length === 0) return new Map();
  const judged = await lookAt(context, { items: unknown, altered: new Set() });
  const settled = judged.map(settledItem).filter((item) => item !== null);
  return new Map(settled.map((item) => [item.seq, item]));
}

class Forecast {
  readonly #context: JobContext;
  readonly #listing: RollbackListing;
  readonly #uses: Pick<RecordUses, 'has'>;
  readonly counts = { total: 0, reversed: 0, kept: 0, errored: 0 };
  #reads = 0;

  /** The forecast uses one listing throughout, and updates it as the rollback of later rows would. */
  constructor(context: JobContext, listing: RollbackListing, { uses }: ListedRecords) {
    this.#context = context;
    this.#listing = listing;
    this.#uses = uses;
  }

  async add(items: readonly ItemRecord[]): Promise<void> {
    const { store, jobId, lease, resource } = this.#context;
    const recordIds = items.map(writtenId);
    const snapshot = await store.getFromSnapshot({ jobId, layer: 'undo', recordIds });
    const left = new Map([...snapshot].map(([id, { image }]) => [id, image] as const));
    for (const item of items) {
      const id = writtenId(item);
      const verdict = await this.#judge(item, left.get(id) ?? null);
      this.counts.total += 1;
      this.counts[verdict.kind === 'keep' ? 'kept' : 'reversed'] += 1;
      // Earlier rows of the same record are judged by the state after this row's rollback.
      if (verdict.kind === 'restore') left.set(id, verdict.image);
    }
    const entries = [...left.values()].map((image) => entryOf(resource, image));
    await store.putSnapshot({ jobId, lease, layer: 'undo', entries });
  }

  async #judge(item: ItemRecord, listed: RecordImage | null): Promise<RollbackVerdict> {
    const isUsed = await this.#isUsed(item);
    const verdict = this.#listing.judge(item, { now: listed, isUsed });
    // A lagging list may show an old state of the record, or lack a new record that may have to be kept.
    const isUnsure = mayBeOutdated(verdict) && (verdict.kind === 'keep' || listed === null);
    if (!isUnsure || this.#reads >= LIMITS.undoReadsMax) return verdict;
    this.#reads += 1;
    const now = withListed(await lookUp(this.#context, writtenId(item)), listed);
    return this.#listing.judgeSurely(item, { now, isUsed });
  }

  /** An item that was just found to be saved has no record id in the store yet, so the store is not asked. */
  async #isUsed(item: ItemRecord): Promise<boolean> {
    if (item.before === null) return this.#uses.has(writtenId(item));
    return isUsedSince(this.#context, item, this.#uses);
  }
}

/** Returns the forecast of a rollback, with its counts. Rejects if a read from Billy fails. */
export async function forecastRollback(
  context: JobContext,
  reason: string | null,
): Promise<Rollback> {
  const { clock } = context;
  const startedAtMs = clock.nowMs();
  const listing = new RollbackListing(context);
  const listed = await listing.current();
  const found = await lookForUnknown(context);
  const forecast = new Forecast(context, listing, listed);
  for await (const items of itemBatches(context, { hasWritten: true, isNewestFirst: true })) {
    const lastSeq = items.at(-1)?.seq ?? 0;
    const known = items.map((item) => found.get(item.seq) ?? item);
    for (const { seq } of items) found.delete(seq);
    const between = [...found.values()].filter(({ seq }) => seq > lastSeq);
    for (const { seq } of between) found.delete(seq);
    await forecast.add([...known, ...between].sort((one, other) => other.seq - one.seq));
  }
  await forecast.add([...found.values()].sort((one, other) => other.seq - one.seq));
  const completedAtMs = clock.nowMs();
  return { status: 'foretold', reason, ...forecast.counts, startedAtMs, completedAtMs };
}
