/**
 * Rolls a job back: the newest item first, each judged by a fresh listing of Billy's records. The writes
 * follow the rules of a job's writes: after a lost answer the record is looked up, and the write is sent
 * again only when the lost request can no longer arrive. After a restart the rollback continues with the
 * open items; requests that were under way count as lost.
 */
import { LIMITS } from '../../core/limits.js';
import type { ItemRecord, RollbackState } from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import { newRollback, type JobFailure, type JobPatch, type Rollback } from '../../model/job.js';
import { lostRollbackNote, settledNote, PendingJournalEntries } from '../job/journal-notes.js';
import { entryOf, listSnapshot } from '../snapshot/snapshot.js';
import { couldBeConfused } from '../settle/content-match.js';
import { recheckUnknown, settleAll } from '../settle/settle.js';
import { BatchRollback } from './rollback-batch.js';
import { withoutRollbackFailure, withRollbackFailure } from './rollback-failure.js';
import { ItemRollback } from './rollback-item.js';
import { mayBeOutdated } from './decide-rollback.js';
import { LostWrites } from './lost-writes.js';
import { storeRollbackResults } from './store-results.js';
import { isUsedSince, RollbackListing, withListed, writtenId } from './rollback-listing.js';
import type { RollbackResult } from './rollback-requests.js';
import {
  changeItems,
  itemBatches,
  patchJob,
  readJob,
  type JobContext,
} from '../job/job-context.js';

/** The record that the item deleted; null: it did something else. */
function deletedBy({ outcome, before }: ItemRecord): RecordImage | null {
  return outcome === 'deleted' ? before : null;
}

/**
 * True if two items must not be rolled back side by side: they are rows of one record, or deleted records
 * with like content. After a lost answer it could not be seen which of two like records was recreated.
 */
function mustTakeTurns(
  one: ItemRecord,
  other: ItemRecord,
  resource: JobContext['resource'],
): boolean {
  const [deleted, alsoDeleted] = [deletedBy(one), deletedBy(other)] as const;
  if (deleted === null || alsoDeleted === null) return writtenId(one) === writtenId(other);
  return couldBeConfused(deleted, alsoDeleted, resource);
}

/** Groups items into chains. A chain is rolled back one by one, newest first; chains go side by side. */
function chainsOf(items: readonly ItemRecord[], resource: JobContext['resource']): ItemRecord[][] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(writtenId(item), (counts.get(writtenId(item)) ?? 0) + 1);
  const isSingle = (item: ItemRecord): boolean =>
    item.outcome !== 'deleted' && counts.get(writtenId(item)) === 1;
  let chains: ItemRecord[][] = [];
  for (const item of items.filter((each) => !isSingle(each))) {
    const isJoined = (chain: readonly ItemRecord[]): boolean =>
      chain.some((each) => mustTakeTurns(item, each, resource));
    const joined = chains.filter(isJoined).flat();
    const chain = [...joined, item].sort((left, right) => right.seq - left.seq);
    chains = [...chains.filter((each) => !isJoined(each)), chain];
  }
  return [...items.filter(isSingle).map((item) => [item]), ...chains];
}

const LATER_ERRORED: RollbackResult = {
  state: 'errored',
  message: 'a later row of the same record could not be rolled back',
  image: null,
};

class RollbackRun {
  readonly #context: JobContext;
  readonly #listing: RollbackListing;
  readonly #lost: LostWrites;
  readonly #batches: BatchRollback;
  readonly #items: ItemRollback;

  constructor(context: JobContext) {
    this.#context = context;
    this.#listing = new RollbackListing(context);
    this.#lost = new LostWrites(context);
    const deps = { listing: this.#listing, lost: this.#lost };
    this.#batches = new BatchRollback(context, deps);
    this.#items = new ItemRollback(context, deps);
  }

  async toEnd(): Promise<void> {
    const { stop, settings } = this.#context;
    stop.throwIfAborted();
    const { operation } = await readJob(this.#context);
    // Recreations are sent one by one and compared with each other, so larger batches gain nothing.
    const limit =
      operation === 'delete'
        ? LIMITS.runBatchRows
        : LIMITS.bulkDeleteIdsMax * settings.maxConcurrent;
    const wanted = { hasWritten: true, isNewestFirst: true, limit };
    for await (const items of itemBatches(this.#context, wanted)) {
      await this.#rollBackBatch(items.filter(({ rollbackState }) => isOpen(rollbackState)));
      stop.throwIfAborted();
    }
  }

  /** Ends all these items. Afterwards none of their writes can still be saved. */
  async #rollBackBatch(items: readonly ItemRecord[]): Promise<void> {
    let chains = await this.#deleteMany(chainsOf(items, this.#context.resource));
    const sure = await this.#lookAgain(chains);
    while (chains.length > 0) {
      chains = await this.#rollBackChains(chains, sure);
      // All waiting items share one wait, however many answers were lost.
      const waits = chains.flatMap(([item]) => this.#waitMs(item));
      if (waits.length > 0) await this.#context.clock.sleep(Math.max(...waits), this.#context.stop);
    }
  }

  #waitMs(item: ItemRecord | undefined): number[] {
    const lost = item === undefined ? null : this.#lost.of(item);
    return lost === null ? [] : [this.#lost.waitMs(lost)];
  }

  /** Rolls back, in batches, created records that only one item touched. Returns the chains still open. */
  async #deleteMany(chains: readonly ItemRecord[][]): Promise<ItemRecord[][]> {
    const made: ItemRecord[] = [];
    const others: ItemRecord[][] = [];
    for (const chain of chains) {
      const [item, second] = chain;
      if (item?.before === null && second === undefined) made.push(item);
      else others.push(chain);
    }
    const left = await this.#batches.rollBack(made);
    return [...others, ...left.map((item) => [item])];
  }

  /**
   * Reads again the records that the listing would leave unchanged, since a list may lag. Returns the items
   * for which the snapshot is now right. Costs up to `LIMITS.undoReadsMax` requests a batch, or one listing.
   */
  async #lookAgain(chains: readonly ItemRecord[][]): Promise<ReadonlySet<ItemRecord>> {
    const { store, jobId, resource, lease } = this.#context;
    const single = chains.flatMap((chain) => (chain.length === 1 ? chain : []));
    if (single.length === 0) return new Set();
    const { uses } = await this.#listing.current();
    const snapshot = await store.getFromSnapshot({
      jobId,
      layer: 'undo',
      recordIds: single.map(writtenId),
    });
    const unsure: ItemRecord[] = [];
    for (const item of single) {
      const now = snapshot.get(writtenId(item))?.image;
      if (now === undefined || this.#lost.of(item) !== null) continue;
      const isUsed = await isUsedSince(this.#context, item, uses);
      if (mayBeOutdated(this.#listing.judge(item, { now, isUsed }))) unsure.push(item);
    }
    const found = await this.#listing.look(unsure.map(writtenId));
    const entries = [...found].flatMap(([id, read]) => {
      const now = withListed(read, snapshot.get(id)?.image);
      return now === null ? [] : [entryOf(resource, now)];
    });
    if (entries.length > 0) await store.putSnapshot({ jobId, lease, layer: 'undo', entries });
    return new Set(unsure.filter((item) => (found.get(writtenId(item)) ?? null) !== null));
  }

  /** Returns the open rests of chains that wait for an unconfirmed write. */
  async #rollBackChains(
    chains: readonly ItemRecord[][],
    sure: ReadonlySet<ItemRecord>,
  ): Promise<ItemRecord[][]> {
    const queue = [...chains];
    const waiting: ItemRecord[][] = [];
    const senders = Array.from({ length: this.#context.settings.maxConcurrent }, async () => {
      for (let chain = queue.shift(); chain !== undefined; chain = queue.shift()) {
        const left = await this.#rollBackChain(chain, sure);
        if (left.length > 0) waiting.push(left);
      }
    });
    const ends = await Promise.allSettled(senders);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return waiting;
  }

  /** Goes one by one: a lost restore that is saved late would overwrite the older values restored next. */
  async #rollBackChain(
    chain: readonly ItemRecord[],
    sure: ReadonlySet<ItemRecord>,
  ): Promise<ItemRecord[]> {
    for (const [index, item] of chain.entries()) {
      const end = await this.#items.rollBack(item, { isSure: sure.has(item) });
      if (end === 'waits') return chain.slice(index);
      if (end !== 'errored') continue;
      const below = chain.slice(index + 1).filter((each) => writtenId(each) === writtenId(item));
      await this.#failEarlierRows(below);
      return this.#rollBackChain(
        chain.slice(index + 1).filter((each) => !below.includes(each)),
        sure,
      );
    }
    return [];
  }

  /** Fails the earlier rows: the later row's change is still in Billy and would look like a change by others. */
  async #failEarlierRows(items: readonly ItemRecord[]): Promise<void> {
    await storeRollbackResults(
      this.#context,
      items.map((item) => {
        const notes =
          this.#lost.of(item)?.notes ??
          new PendingJournalEntries(this.#context.clock, item, { isRollback: true });
        return { item, notes, result: LATER_ERRORED };
      }),
    );
  }
}

function isOpen(state: RollbackState | null): boolean {
  return state !== 'reversed' && state !== 'kept';
}

/** Waits until no request of the rollback can still be saved. */
async function awaitLost(context: JobContext): Promise<void> {
  const { clock, settings, stop } = context;
  for await (const items of itemBatches(context, { hasWritten: true })) {
    if (!items.some(({ rollbackState }) => rollbackState === 'sending')) continue;
    await clock.sleep(settings.timeoutMs + settings.settleMs, stop);
    stop.throwIfAborted();
    return;
  }
}

/**
 * Ends a rollback that cannot go on: all open items become errored, with the reason. The lane is released
 * after this, so it first waits until requests that were sent can no longer be saved.
 */
export async function failRollback(context: JobContext, failure: JobFailure): Promise<void> {
  await awaitLost(context);
  for await (const items of itemBatches(context, { hasWritten: true })) {
    const open = items.filter(({ rollbackState }) => isOpen(rollbackState));
    await changeItems(
      context,
      open.map(({ seq, state }) => ({
        seq,
        from: [state],
        patch: { rollbackState: 'errored', rollbackMessage: failure.message },
      })),
      {
        journal: open
          .filter(({ rollbackState }) => rollbackState === 'sending')
          .flatMap((item) => [lostRollbackNote(item), settledNote(item, 'unknown', item.recordId)]),
      },
    );
  }
  await endRollback(context, await withRollbackFailure(context, failure));
}

async function rollbackOf(context: JobContext): Promise<Rollback> {
  const { rollback: began } = await readJob(context);
  return began ?? newRollback({ reason: null, nowMs: context.clock.nowMs() });
}

/**
 * Lists the records that exist before any is recreated. The list is made once, even if the rollback is
 * started again: a record created by a lost request must never count as one that existed before.
 */
async function takeSnapshot(context: JobContext): Promise<void> {
  const { operation, result } = await readJob(context);
  const known = (result ?? {}) as { readonly undoSnapshot?: boolean };
  if (operation !== 'delete' || known.undoSnapshot === true) return;
  await listSnapshot(context, 'before');
  await patchJob(context, { result: { ...known, undoSnapshot: true } });
}

/** Rolls the job back. Rejects with an outage; the caller calls it again when Billy is back. */
export async function rollBack(context: JobContext): Promise<void> {
  await recheckUnknown(context);
  await settleAll(context);
  if (context.stop.aborted) return;
  const total = await context.store.countWritten({ jobId: context.jobId });
  await patchJob(context, { rollback: { ...(await rollbackOf(context)), total } });
  await takeSnapshot(context);
  await new RollbackRun(context).toEnd();
  await endRollback(context, await withoutRollbackFailure(context));
}

/** Ends the rollback with the totals of its items. */
async function endRollback(context: JobContext, more: JobPatch): Promise<void> {
  const { store, jobId, clock } = context;
  const counted = await rollbackOf(context);
  const total = await store.countWritten({ jobId });
  // A rollback that gave up before settling must not count as complete.
  const open = await store.countItems({ jobId, states: ['sending', 'doubt'] });
  const isWhole = counted.reversed === total && open === 0;
  await patchJob(context, {
    ...more,
    status: isWhole ? 'rolled_back' : 'partially_rolled_back',
    phase: 'done',
    rollback: { ...counted, total, status: 'done', completedAtMs: clock.nowMs() },
  });
}
