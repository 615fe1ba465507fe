/** Decides the items of a job batch after batch, as they are stored or as they come out of the source. */
import { LIMITS } from '../../core/limits.js';
import { Turns } from '../../core/turns.js';
import type { ItemRecord, UndecidedItem } from '../../model/item.js';
import type { JobRecord } from '../../model/job.js';
import { Candidates } from '../snapshot/candidates.js';
import { decideRow } from './decide-row.js';
import { virtualId, type Decision } from './decision.js';
import { itemsToCome } from '../scan/source-rows.js';
import {
  addPlanned,
  changePlanned,
  decideBatch,
  planRowOf,
  warnOfAssumptions,
  type BatchPosition,
  type BatchPlan,
  type PlanRow,
} from './plan-batch.js';
import type { PlanContext } from './plan-context.js';
import { entryOf } from '../snapshot/snapshot.js';
import { UnknownReferences } from './missing-references.js';
import { DuplicateKeyFilter } from '../snapshot/duplicate-key-filter.js';
import { PendingWrites } from './pending-writes.js';
import { itemBatches, patchJob, readJob, warn, type JobContext } from '../job/job-context.js';
import type { FileRow } from '../scan/row-cells.js';

/** A dry run makes batches faster than anybody calls it off. */
const ASK_EVERY_MS = 50;

/** Batches of a dry run that are stored while the next one is decided. */
const STORING_MAX = 4;

/**
 * What runs for the first time is slow: the first rows of a dry run go few at a time, so that others have
 * their turn. Of rows that are sent many may go in one request, so they come together.
 */
const COLD_ROWS = 1000;
const COLD_BATCH_ROWS = 25;

/** What is known of the pool where this process has just listed it. */
export interface FreshPool {
  readonly isEmpty: boolean;
}

/** A new record is made whole by one request. */
function requestsOf(action: Decision['action']): number {
  if (action.kind === 'end') return 0;
  return action.outcome === 'created' ? 1 : action.steps.length;
}

/** Rows of a file of which none is likely to meet another; null: they are to be compared from the start. */
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
  /** null: rows meet each other, and what earlier ones do stands in the pool. */
  #seen: DuplicateKeyFilter | null = null;
  /** What the rows decided so far make stands in the pool, as far as later rows may look for it. */
  #isIndexed = false;
  #isPoolEmpty = false;
  #requests = 0;
  /** Records that go many a request. */
  #removals = 0;
  #isDone = false;
  /** Batches that are being stored. */
  readonly #storing = new PendingWrites();
  /** Deciding a batch, and what must not meet a batch half decided. */
  readonly #turns = new Turns();
  /** When it was last asked whether the job is called off. */
  #askedMs = -Infinity;

  /** `fresh`: nothing is planned yet, and the pool was just listed. */
  constructor(
    context: JobContext,
    at: { job: JobRecord; planContext: PlanContext; fresh: FreshPool | null },
  ) {
    this.#context = context;
    this.#job = at.job;
    this.#planContext = at.planContext;
    if (at.fresh === null) return;
    this.#seen = seenKeysFor(at.job, at.planContext);
    this.#isIndexed = this.#seen === null;
    this.#isPoolEmpty = at.fresh.isEmpty;
  }

  /** Every item is decided. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Changes the pool between two batches: later rows are decided on what is there then. */
  betweenBatches(change: () => Promise<void>): Promise<void> {
    return this.#turns.take(async () => {
      await change();
      this.#isPoolEmpty = false;
    });
  }

  /**
   * Decides all that is left. False: a cancel or a pause broke it off. `onBatch` hears that more is
   * decided.
   */
  async toEnd(onBatch: () => void = () => undefined): Promise<boolean> {
    const { resource } = this.#context;
    if (!(await this.#decideAll(onBatch))) return false;
    if (resource.needsAllReferences) await warn(this.#context, this.#unknown.warnings(), 'first');
    if (this.#planContext.isDryRun) {
      const requests = this.#requests + Math.ceil(this.#removals / LIMITS.bulkDeleteIdsMax);
      await patchJob(this.#context, { result: { requests } });
    }
    this.#isDone = true;
    return true;
  }

  async #decideAll(onBatch: () => void): Promise<boolean> {
    let isWhole: boolean;
    try {
      isWhole = await this.#decideBatches(onBatch);
    } finally {
      // Whatever comes next finds all stored that was decided.
      await this.#storing.over();
    }
    await this.#storing.settled();
    return isWhole;
  }

  async #decideBatches(onBatch: () => void): Promise<boolean> {
    for await (const batch of this.#batches()) {
      this.#requests += batch;
      onBatch();
      if (await this.#isCalledOff()) return false;
      this.#context.stop.throwIfAborted();
    }
    return true;
  }

  /** Somebody wants the job cancelled or paused. */
  async #isCalledOff(): Promise<boolean> {
    const nowMs = this.#context.clock.monotonicMs();
    if (this.#planContext.isDryRun && nowMs - this.#askedMs < ASK_EVERY_MS) return false;
    this.#askedMs = nowMs;
    const { cancelRequested, pauseRequested } = await readJob(this.#context);
    return cancelRequested || pauseRequested;
  }

  /** Requests of each batch, those for removals aside, once it is stored. */
  async *#batches(): AsyncGenerator<number> {
    const { stop } = this.#context;
    stop.throwIfAborted();
    for await (const items of itemBatches(this.#context, { states: ['read'] })) {
      yield await this.#turns.take(() => this.#planStored(items));
    }
    // Stored ones have nobody to compare with that is not stored either; those of a file follow them.
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
    const isMet = plan.pool.changed().length > 0;
    if (isMet) this.#isPoolEmpty = false;
    // Of what no later row looks for, the next rows need not wait until it is stored; nobody sends it.
    const isAwaited = !this.#planContext.isDryRun || !position.isAlone || isMet;
    await this.#storing.makeRoom(isAwaited ? 1 : STORING_MAX);
    this.#storing.add(addPlanned(this.#context, plan, position));
    if (isAwaited) await this.#storing.settled();
    return this.#finishBatch(plan);
  }

  #at(isAlone: boolean): BatchPosition {
    const at = { job: this.#job, planContext: this.#planContext, unknown: this.#unknown, isAlone };
    return this.#isPoolEmpty ? { ...at, candidates: new Candidates([]) } : at;
  }

  async #finishBatch(plan: BatchPlan<UndecidedItem>): Promise<number> {
    await warnOfAssumptions(this.#context, plan.decided);
    let requests = 0;
    for (const { decision } of plan.decided) {
      if (decision.action.kind === 'write' && decision.action.outcome === 'deleted')
        this.#removals += 1;
      else requests += requestsOf(decision.action);
    }
    return requests;
  }

  /** The rows name nothing that an earlier one has named. */
  #areNew(rows: readonly PlanRow[], seen: DuplicateKeyFilter): boolean {
    const { resource, matchOrder } = this.#planContext.rules;
    const isNew = ({ cells }: FileRow): boolean =>
      resource.keysOfRow(cells, matchOrder).every((key) => seen.add(key));
    return rows.every((row) => row.rows.every(isNew));
  }

  /** From now on rows meet each other: what the rows so far make is put where they look. */
  async #compare(beforeSeq: number): Promise<void> {
    this.#seen = null;
    await this.#storing.settled();
    if (this.#isIndexed) return;
    for await (const items of itemBatches(this.#context)) {
      // Rows that met others stand there already.
      const making = items.filter(({ seq, plan, waitsFor }) => {
        return seq < beforeSeq && plan?.outcome === 'created' && waitsFor === null;
      });
      await this.#index(making);
    }
    this.#isIndexed = true;
    this.#isPoolEmpty = false;
  }

  /** An earlier process may have put some there, and later rows may have changed them. */
  async #index(items: readonly ItemRecord[]): Promise<void> {
    const { store, jobId, lease, resource } = this.#context;
    const { rules, referencedIds } = this.#planContext;
    const around = { rules, referencedIds, candidates: new Candidates([]), made: new Map() };
    const layer = 'planned';
    const recordIds = items.map(({ seq }) => virtualId(seq));
    const known = await store.getFromSnapshot({ jobId, layer, recordIds });
    const entries = items
      .filter(({ seq }) => !known.has(virtualId(seq)))
      .flatMap((item) => {
        const { action: act } = decideRow(item, planRowOf(item, this.#planContext).rows, around);
        return act.kind === 'write' ? [entryOf(resource, act.after, item.seq)] : [];
      });
    await store.putSnapshot({ jobId, lease, layer, entries });
  }
}
