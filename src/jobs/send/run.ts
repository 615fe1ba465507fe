/**
 * The third stage: sends the plan, settles unconfirmed writes, and stops where the job's options or a
 * person ask for it. Everything it knows is in the store; a restart goes on from there.
 */
import { BillyFailure } from '../../billy/failure.js';
import { AppError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import type { ItemRecord } from '../../model/item.js';
import { AlteredFields } from '../job/altered-fields.js';
import { Batches, type Batch } from './save-batches.js';
import { BulkSave } from './bulk-save.js';
import { releaseFirstWaiting, releaseFollowers } from './release-waiting.js';
import { stopsAtFirstFailure, type JobOptions } from '../job/job-options.js';
import type { PlanContext } from '../plan/plan-context.js';
import type { Listing } from '../snapshot/listing-age.js';
import type { Planner } from '../plan/planner.js';
import { ListingRefresh } from './listing-refresh.js';
import { replan } from '../plan/replan.js';
import { DeleteBatches } from './delete-batch.js';
import { removalOf } from './delete-item.js';
import { sendItem, type SendResult } from './send-item.js';
import { markInterrupted, settleRound } from '../settle/settle.js';
import { SettleSchedule } from '../settle/settle-schedule.js';
import { applyRefresh } from '../plan/apply-refresh.js';
import { changeItems, readJob, type JobContext } from '../job/job-context.js';

/** The reason why a run ended before its last item; `drained`: it did not. */
export type RunEnd =
  | { readonly kind: 'drained' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'firstFailure' }
  | { readonly kind: 'error'; readonly error: unknown };

export interface RunPlan {
  readonly planContext: PlanContext;
  /** Goes on deciding while items are sent. */
  readonly planner: Planner;
  readonly options: JobOptions;
  /** The listing that the plan was decided on. */
  readonly listing: Listing;
}

/** Time between two reads of the cancel and pause flags. */
const OBSERVE_MS = 200;

class Run {
  readonly #outer: JobContext;
  readonly #plan: RunPlan;
  readonly #halt = new AbortController();
  readonly #context: JobContext;
  readonly #removals: DeleteBatches;
  readonly #batches: Batches;
  readonly #bulk: BulkSave;
  readonly #settleSchedule: SettleSchedule;
  readonly #listingRefresh: ListingRefresh;
  /** Requests under way, each with its items; and those items by `seq`. */
  readonly #tasks = new Set<Promise<void>>();
  readonly #inFlight = new Set<number>();
  readonly #altered: AlteredFields;
  #end: RunEnd | null = null;
  #buffer: ItemRecord[] = [];
  #cursor = 0;
  #observedMs = -Infinity;
  #lostInARow = 0;
  #refusedInARow = 0;
  #planning: Promise<void> = Promise.resolve();
  /** Resolves when more is decided. */
  #decided: Promise<void> = Promise.resolve();
  #noteDecided: () => void = () => undefined;
  /** The timer until the job's flags are read again; null: none is set. */
  #tick: Promise<void> | null = null;

  constructor(context: JobContext, plan: RunPlan) {
    this.#outer = context;
    this.#plan = plan;
    const stop = AbortSignal.any([context.stop, this.#halt.signal]);
    this.#context = { ...context, stop };
    this.#removals = new DeleteBatches(this.#context, { archives: plan.options.archiveIfInUse });
    this.#altered = new AlteredFields(context);
    this.#batches = new Batches(context, plan.options);
    this.#bulk = new BulkSave({ context: this.#context, finishing: context }, this.#batches, {
      altered: this.#altered,
      onRow: (item, sent) => this.#noteRow(item, sent),
      onRequest: (sent) => this.#noteRequest(sent),
    });
    this.#settleSchedule = new SettleSchedule(context, () => this.#settle());
    this.#listingRefresh = new ListingRefresh(this.#context, plan.listing, (error) => {
      this.#stop({ kind: 'error', error });
    });
  }

  async toEnd(): Promise<RunEnd> {
    await markInterrupted(this.#outer);
    this.#planning = this.#planRest();
    try {
      while (this.#end === null) await this.#advance();
      return this.#end;
    } finally {
      // Also when the store failed: nothing of this run may still send once its lease is given back.
      this.#stop({ kind: 'stopped' });
      await Promise.all(this.#tasks);
      await this.#settleSchedule.underWay;
      await this.#listingRefresh.underWay;
      await this.#planning;
    }
  }

  /** Decides the remaining rows while the run goes on. */
  async #planRest(): Promise<void> {
    const { planner } = this.#plan;
    this.#awaitDecisions();
    try {
      const isWhole = await planner.toEnd(() => {
        this.#noteDecided();
        this.#awaitDecisions();
      });
      // A pause that has ended already: the next worker decides the rest.
      if (!isWhole) this.#stop({ kind: 'paused' });
    } catch (error) {
      this.#stop({ kind: 'error', error });
    }
    this.#noteDecided();
  }

  #awaitDecisions(): void {
    this.#decided = new Promise((resolve) => {
      this.#noteDecided = resolve;
    });
  }

  /** Makes one step: sends an item, or waits for another to end first. */
  async #advance(): Promise<void> {
    await this.#observe();
    if (this.#end !== null) return;
    await this.#settleSchedule.start();
    await this.#applyNewListing();
    if (this.#tasks.size >= this.#outer.settings.maxConcurrent + 1) {
      await this.#waitForMore(this.#plan.planner.isDone);
      return;
    }
    // Read before the look: rows decided in between must still be found.
    const isAllDecided = this.#plan.planner.isDone;
    const item = await this.#nextItem();
    if (item !== null) {
      this.#launch(await this.#takeBatch(item));
      return;
    }
    if (!isAllDecided || this.#tasks.size > 0) await this.#waitForMore(isAllDecided);
    else if (await this.#settleSchedule.wait(OBSERVE_MS)) return;
    else if (!(await releaseFirstWaiting(this.#outer))) this.#stop({ kind: 'drained' });
  }

  /** Applies the newest listing to the requests that follow. */
  async #applyNewListing(): Promise<void> {
    await this.#listingRefresh.start();
    const changes = this.#listingRefresh.take();
    if (changes === null) return;
    const { planContext, planner } = this.#plan;
    await applyRefresh(this.#context, changes, { planContext, planner, isIdle: false });
    [this.#buffer, this.#cursor] = [[], 0];
  }

  /** Waits until more rows are decided, an item has ended, or it is time to read the job's flags again. */
  async #waitForMore(isAllDecided: boolean): Promise<void> {
    // Requests may wait for minutes while Billy asks us to stay away. A cancel must be seen meanwhile.
    this.#tick ??= this.#outer.clock.sleep(OBSERVE_MS, this.#context.stop).finally(() => {
      this.#tick = null;
    });
    const decided = isAllDecided ? [] : [this.#decided];
    await Promise.race([...decided, this.#tick, ...this.#tasks]);
  }

  #stop(end: RunEnd): void {
    this.#end ??= end;
    this.#halt.abort(new DOMException('the job stops here', 'AbortError'));
  }

  async #observe(): Promise<void> {
    if (this.#outer.stop.aborted) this.#stop({ kind: 'stopped' });
    const nowMs = this.#outer.clock.monotonicMs();
    if (nowMs - this.#observedMs < OBSERVE_MS) return;
    this.#observedMs = nowMs;
    const { cancelRequested, pauseRequested } = await readJob(this.#outer);
    if (cancelRequested) this.#stop({ kind: 'cancelled' });
    else if (pauseRequested) this.#stop({ kind: 'paused' });
  }

  async #nextItem(): Promise<ItemRecord | null> {
    if (this.#buffer.length === 0) this.#buffer = await this.#readAhead();
    return this.#buffer.shift() ?? null;
  }

  async #readFrom(afterSeq: number): Promise<ItemRecord[]> {
    const { store, jobId } = this.#outer;
    const limit = LIMITS.runBatchRows;
    const items = await store.listItems({ jobId, states: ['ready'], afterSeq, limit });
    return items.filter(({ seq }) => !this.#inFlight.has(seq));
  }

  async #readAhead(): Promise<ItemRecord[]> {
    let items = await this.#readFrom(this.#cursor);
    // Rows that became ready behind the cursor: given back, settled as absent, or released.
    if (items.length === 0) items = await this.#readFrom(0);
    this.#cursor = items.at(-1)?.seq ?? 0;
    return items;
  }

  /** The item with those read ahead that go in the same request. */
  async #takeBatch(first: ItemRecord): Promise<readonly ItemRecord[]> {
    const saved = this.#batches.open(first);
    if (saved !== null) return this.#fill(saved);
    const batch = this.#removals.gather(first, this.#buffer);
    const taken = new Set(batch);
    this.#buffer = this.#buffer.filter((item) => !taken.has(item));
    return batch;
  }

  /** Items that are not part of the batch keep their place. */
  async #fill(batch: Batch): Promise<readonly ItemRecord[]> {
    const { clock } = this.#outer;
    const untilMs = clock.monotonicMs() + LIMITS.bulkSaveGatherMs;
    for (;;) {
      this.#buffer = this.#buffer.filter((item) => !batch.takes(item));
      if (batch.isFull || this.#buffer.length >= LIMITS.storeBatchRows) return batch.items;
      const isAllDecided = this.#plan.planner.isDone;
      const items = await this.#readFrom(this.#cursor);
      this.#cursor = items.at(-1)?.seq ?? this.#cursor;
      this.#buffer.push(...items);
      if (items.length > 0) continue;
      if (isAllDecided || clock.monotonicMs() >= untilMs) return batch.items;
      await this.#waitForMore(false);
    }
  }

  #launch(batch: readonly ItemRecord[]): void {
    const task = this.#handle(batch)
      .catch((error: unknown) => {
        this.#stop({ kind: 'error', error });
      })
      .finally(() => {
        this.#tasks.delete(task);
        for (const { seq } of batch) this.#inFlight.delete(seq);
      });
    this.#tasks.add(task);
    for (const { seq } of batch) this.#inFlight.add(seq);
  }

  async #handle(batch: readonly ItemRecord[]): Promise<void> {
    const [first] = batch;
    const item = first?.needsPlan === true ? await this.#planAgain(first) : first;
    if (item === null || item === undefined) return;
    if (removalOf(this.#context, item) === null) {
      if (batch.length > 1) await this.#bulk.send(batch);
      else await this.#note([item], await sendItem(this.#context, item));
      return;
    }
    const removed = batch.length > 1 ? batch : [item];
    for await (const { items, sent } of this.#removals.send(removed)) await this.#note(items, sent);
  }

  async #planAgain(item: ItemRecord): Promise<ItemRecord | null> {
    const { store, jobId } = this.#outer;
    const patch = await replan(this.#context, item, this.#plan.planContext);
    await changeItems(this.#outer, [{ seq: item.seq, from: ['ready'], patch }]);
    if (patch.state === 'waiting') return null;
    if (patch.state !== 'ended') return store.getItem({ jobId, seq: item.seq });
    await releaseFollowers(this.#outer, item);
    if (patch.outcome === 'failed') this.#noteFailedRow();
    return null;
  }

  /** Handles the results of one request for its items. */
  async #note(items: readonly ItemRecord[], sent: SendResult): Promise<void> {
    for (const item of items) await this.#noteRow(item, sent);
    await this.#noteRequest(sent);
  }

  async #noteRow(item: ItemRecord, sent: SendResult): Promise<void> {
    const { end } = sent;
    if (end === 'unconfirmed') this.#settleSchedule.noteUnconfirmed();
    if (end === 'written' || end === 'failed') await releaseFollowers(this.#outer, item);
    await this.#altered.add(sent.altered ?? []);
    if (end === 'failed') this.#noteFailedRow();
  }

  async #noteRequest(sent: SendResult): Promise<void> {
    const { end, error } = sent;
    await this.#noteTrouble(sent);
    if (end === 'notSent' && error !== null) this.#stop({ kind: 'error', error });
  }

  /** Rows of losses or refusals mean that something is wrong with more than these rows. */
  async #noteTrouble({ end, error }: SendResult): Promise<void> {
    this.#lostInARow = end === 'unconfirmed' ? this.#lostInARow + 1 : 0;
    this.#refusedInARow = isWholeRefusal(error) ? this.#refusedInARow + 1 : 0;
    if (error !== null && (await this.#isLocked(error))) this.#stop(lockedEnd());
    // As many losses in a row as there are senders: ask whether Billy is there before losing more.
    if (this.#lostInARow >= this.#outer.settings.maxConcurrent) await this.#probe();
  }

  #noteFailedRow(): void {
    if (stopsAtFirstFailure(this.#plan.options)) this.#stop({ kind: 'firstFailure' });
  }

  /** A locked organization may show as 403, or as a row of refusals that name no field. */
  async #isLocked(error: AppError): Promise<boolean> {
    const mayBeLocked =
      (error instanceof BillyFailure && error.status === 403) ||
      this.#refusedInARow >= LIMITS.lockedHintRefusals;
    if (!mayBeLocked) return false;
    this.#refusedInARow = 0;
    const read = { priority: 'job', patienceMs: 0 } as const;
    try {
      return (await this.#outer.billy.organization(read)).isLocked;
    } catch {
      return false;
    }
  }

  async #probe(): Promise<void> {
    const patienceMs = LIMITS.outageMs;
    const { billy, stop } = this.#context;
    await billy.organization({ priority: 'job', patienceMs, signal: stop });
    this.#lostInARow = 0;
  }

  async #settle(): Promise<void> {
    try {
      for (const { item, patch } of await settleRound(this.#context, this.#altered.fields)) {
        if (patch.state !== 'ended') continue;
        await releaseFollowers(this.#outer, item);
        if (patch.outcome === 'failed') this.#noteFailedRow();
      }
    } catch (error) {
      this.#stop({ kind: 'error', error });
    }
  }
}

function isWholeRefusal(error: AppError | null): boolean {
  return error instanceof BillyFailure && error.isWholeRecord;
}

function lockedEnd(): RunEnd {
  const error = new AppError({
    code: 'ORGANIZATION_LOCKED',
    message: 'Billy has locked this organization for changes.',
    hint: 'Unlock it in Billy, then start the rest again.',
  });
  return { kind: 'error', error };
}

/** Sends until nothing is left or something ends it; never rejects for what Billy or a row did. */
export async function run(context: JobContext, plan: RunPlan): Promise<RunEnd> {
  return new Run(context, plan).toEnd();
}
