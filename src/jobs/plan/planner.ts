/** Decides the items of a job in batches, from the store or directly from the source file. */
import { LIMITS } from '../../core/limits.js';
import { Turns } from '../../core/turns.js';
import type { ItemRecord, UndecidedItem } from '../../model/item.js';
import type { JobRecord } from '../../model/job.js';
import { Candidates } from '../snapshot/candidates.js';
import { decideRow } from './decide-row.js';
import type { Decision } from './decision.js';
import { virtualId } from '../job/virtual-id.js';
import { itemsToCome } from '../scan/source-rows.js';
import {
  addPlanned,
  changePlanned,
  decideBatch,
  otherKeysOf,
  planRowOf,
  warnOfAssumptions,
  type BatchPosition,
  type BatchPlan,
  type PlanRow,
} from './plan-batch.js';
import type { PlanContext } from './plan-context.js';
import { KeylessRows, tellPlan } from './tell-plan.js';
import { entryOf } from '../snapshot/snapshot.js';
import { UnknownReferences } from './missing-references.js';
import { DuplicateKeyFilter } from '../snapshot/duplicate-key-filter.js';
import { PendingWrites } from './pending-writes.js';
import { itemBatches, patchJob, readJob, warn, type JobContext } from '../job/job-context.js';
import { findingsOf, type FileRow } from '../scan/row-cells.js';

/** The interval at which a dry run reads the cancel and pause flags; it has too many batches for each. */
const FLAGS_EVERY_MS = 50;

/** Batches of a dry run that may be stored in the background while the next one is decided. */
const STORING_MAX = 4;

/**
 * Code that runs for the first time is slow, so the first rows of a dry run are decided in small batches, and
 * the event loop gets its turns. Rows to be sent keep full batches, since many may go in one request.
 */
const COLD_ROWS = 1000;
const COLD_BATCH_ROWS = 25;

/** Facts about a snapshot that this process has just listed. */
export interface FreshSnapshot {
  readonly isEmpty: boolean;
}

/** The requests that an action needs; a new record needs one, children included. */
function requestsOf(action: Decision['action']): number {
  if (action.kind === 'end') return 0;
  return action.outcome === 'created' ? 1 : action.steps.length;
}

/** A filter for rows that seldom share a key; null: the rows must be compared from the start. */
function seenKeysFor(job: JobRecord, { rules }: PlanContext): DuplicateKeyFilter | null {
  if (rules.resource.grouping !== null || job.phase === 'retry') return null;
  return new DuplicateKeyFilter((job.totalItems ?? 0) * (rules.matchOrder.length / 2));
}

function* partsOf(items: readonly UndecidedItem[]): Generator<readonly UndecidedItem[]> {
  const [first] = items;
  const size = first === undefined || first.seq > COLD_ROWS ? items.length : COLD_BATCH_ROWS;
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

export class Planner {
  readonly #context: JobContext;
  readonly #job: JobRecord;
  readonly #planContext: PlanContext;
  readonly #unknown = new UnknownReferences();
  /** null: a key came twice, so the snapshot must hold the planned results of earlier rows. */
  #seen: DuplicateKeyFilter | null = null;
  /** The snapshot holds every planned record that a later row may look up. */
  #isIndexed = false;
  #isSnapshotEmpty = false;
  #requests = 0;
  readonly #keyless: KeylessRows;
  /** Deletions, which go many to a request. */
  #removals = 0;
  #isDone = false;
  /** Batches that are being stored. */
  readonly #storing = new PendingWrites();
  /** Serializes the deciding of batches with changes that must not happen in the middle of one. */
  readonly #turns = new Turns();
  /** The time of the last read of the cancel and pause flags. */
  #flagsReadMs = -Infinity;

  /** `fresh` is given if nothing is planned yet and the snapshot was just listed. */
  constructor(
    context: JobContext,
    options: { job: JobRecord; planContext: PlanContext; fresh: FreshSnapshot | null },
  ) {
    this.#context = context;
    this.#job = options.job;
    this.#planContext = options.planContext;
    this.#keyless = new KeylessRows(options.planContext, options.fresh !== null);
    if (options.fresh === null) return;
    this.#seen = seenKeysFor(options.job, options.planContext);
    this.#isIndexed = this.#seen === null;
    this.#isSnapshotEmpty = options.fresh.isEmpty;
  }

  /** True once every item is decided. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Runs a change of the snapshot between two batches; later rows are decided on the changed records. */
  betweenBatches(change: () => Promise<void>): Promise<void> {
    return this.#turns.take(async () => {
      await change();
      this.#isSnapshotEmpty = false;
    });
  }

  /**
   * Decides all remaining items; calls `onBatch` after each batch. Returns false if a cancel or a pause
   * interrupted it.
   */
  async toEnd(onBatch: () => void = () => undefined): Promise<boolean> {
    const { resource } = this.#context;
    if (!(await this.#decideAll(onBatch))) return false;
    if (resource.needsAllReferences) await warn(this.#context, this.#unknown.warnings(), 'first');
    if (this.#planContext.isDryRun) {
      const requests = this.#requests + Math.ceil(this.#removals / LIMITS.bulkDeleteIdsMax);
      await patchJob(this.#context, { result: { requests } });
    }
    await tellPlan(this.#context, this.#keyless);
    this.#isDone = true;
    return true;
  }

  async #decideAll(onBatch: () => void): Promise<boolean> {
    let isWhole: boolean;
    try {
      isWhole = await this.#decideBatches(onBatch);
    } finally {
      // Every decision must be stored before the caller goes on, also after a failure.
      await this.#storing.allSettled();
    }
    await this.#storing.settled();
    return isWhole;
  }

  async #decideBatches(onBatch: () => void): Promise<boolean> {
    for await (const batch of this.#batches()) {
      this.#requests += batch;
      // Who waits for this batch would send it, although the job is to stop.
      if (await this.#mustStop()) return false;
      onBatch();
      if (await this.#mustStop()) return false;
      this.#context.stop.throwIfAborted();
    }
    return true;
  }

  /** True if a cancel or a pause of the job is requested. */
  async #mustStop(): Promise<boolean> {
    const nowMs = this.#context.clock.monotonicMs();
    if (this.#planContext.isDryRun && nowMs - this.#flagsReadMs < FLAGS_EVERY_MS) return false;
    this.#flagsReadMs = nowMs;
    const { cancelRequested, pauseRequested } = await readJob(this.#context);
    return cancelRequested || pauseRequested;
  }

  /** Yields the number of requests of each batch, deletions not counted, once the batch is decided. */
  async *#batches(): AsyncGenerator<number> {
    const { stop } = this.#context;
    stop.throwIfAborted();
    for await (const items of itemBatches(this.#context, { states: ['read'] })) {
      yield await this.#turns.take(() => this.#planStored(items));
    }
    // Stored items come before those of the file, so they need no comparison with rows that are not stored.
    for await (const items of itemsToCome(this.#context)) {
      const parts = this.#planContext.isDryRun ? partsOf(items) : [items];
      for (const part of parts) yield await this.#turns.take(() => this.#planNew(part));
    }
  }

  async #planStored(items: readonly ItemRecord[]): Promise<number> {
    const rows = items.map((item) => planRowOf(item, this.#planContext));
    await this.#compare(items[0]?.seq ?? 1);
    const position = this.#at(false);
    const plan = await decideBatch(this.#context, rows, position);
    await changePlanned(this.#context, plan, position);
    return this.#finishBatch(plan);
  }

  async #planNew(items: readonly UndecidedItem[]): Promise<number> {
    const rows = items.map((item) => planRowOf(item, this.#planContext));
    const areNew = this.#seen !== null && this.#areNew(rows, this.#seen);
    if (!areNew) await this.#compare(items[0]?.seq ?? 1);
    const position = this.#at(this.#seen !== null);
    const plan = await decideBatch(this.#context, rows, position);
    const isMet = plan.candidates.changed().length > 0;
    if (isMet) this.#isSnapshotEmpty = false;
    // In a dry run, a batch that shares no key with later rows is not read back, so planning continues while
    // it is written.
    const isAwaited = !this.#planContext.isDryRun || !position.isAlone || isMet;
    await this.#storing.makeRoom(isAwaited ? 1 : STORING_MAX);
    this.#storing.add(addPlanned(this.#context, plan, position));
    if (isAwaited) await this.#storing.settled();
    return this.#finishBatch(plan);
  }

  #at(isAlone: boolean): BatchPosition {
    const at = { job: this.#job, planContext: this.#planContext, unknown: this.#unknown, isAlone };
    return this.#isSnapshotEmpty ? { ...at, candidates: new Candidates([]) } : at;
  }

  async #finishBatch(plan: BatchPlan<UndecidedItem>): Promise<number> {
    await warnOfAssumptions(this.#context, plan.decided);
    let requests = 0;
    this.#keyless.add(plan.decided);
    for (const { decision } of plan.decided) {
      if (decision.action.kind === 'write' && decision.action.outcome === 'deleted')
        this.#removals += 1;
      else requests += requestsOf(decision.action);
    }
    return requests;
  }

  /** True if no earlier row has named a match key of these rows. */
  #areNew(rows: readonly PlanRow[], seen: DuplicateKeyFilter): boolean {
    const { resource, matchOrder } = this.#planContext.rules;
    const isNew = ({ cells }: FileRow): boolean =>
      resource.keysOfRow(cells, matchOrder).every((key) => seen.add(key));
    const areOthersNew = otherKeysOf(rows, resource).every((key) => seen.add(key));
    return areOthersNew && rows.every((row) => row.rows.every(isNew));
  }

  /** Begins to compare rows: puts the records that earlier rows will create into the snapshot. */
  async #compare(beforeSeq: number): Promise<void> {
    this.#seen = null;
    await this.#storing.settled();
    if (this.#isIndexed) return;
    for await (const items of itemBatches(this.#context)) {
      // Rows that depend on others are in the snapshot already.
      const creating = items.filter(({ seq, plan, waitsFor }) => {
        return seq < beforeSeq && plan?.outcome === 'created' && waitsFor === null;
      });
      await this.#index(creating);
    }
    this.#isIndexed = true;
    this.#isSnapshotEmpty = false;
  }

  /**
   * Adds the records of these items to the snapshot. Those that are there already stay: an earlier process
   * has added them, and later rows may have changed them.
   */
  async #index(items: readonly ItemRecord[]): Promise<void> {
    const { store, jobId, lease, resource } = this.#context;
    const { rules, uses } = this.#planContext;
    const surroundings = { rules, uses, candidates: new Candidates([]), made: new Map() };
    const layer = 'planned';
    const recordIds = items.map(({ seq }) => virtualId(seq));
    const known = await store.getFromSnapshot({ jobId, layer, recordIds });
    const entries = items
      .filter(({ seq }) => !known.has(virtualId(seq)))
      .flatMap((item) => {
        const { rows } = planRowOf(item, this.#planContext);
        const { action } = decideRow({ ...item, ...findingsOf(item) }, rows, surroundings);
        return action.kind === 'write' ? [entryOf(resource, action.after, item.seq)] : [];
      });
    await store.putSnapshot({ jobId, lease, layer, entries });
  }
}
