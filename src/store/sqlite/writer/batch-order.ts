/**
 * The order in which batches of decided items are stored. Whoever asks may ask for several of one job before
 * the first is stored: they are stored in the order they were asked for, and none behind one that failed,
 * since of rows in the store the first ones are taken for the first ones of the file.
 */
import type { PlannedItemsPort } from '../../ports/planned-items.js';
import { plainBatchOf, type DecidedBatch, type PlainBatch } from './uniform-batch.js';

/** Has a thread store a batch, in the order they come in. */
type Write = (batch: PlainBatch) => Promise<void>;

export interface Means {
  /** Stores a batch on this thread. */
  readonly direct: PlannedItemsPort['addPlannedItems'];
  /** null: there is no thread. */
  readonly write: Write | null;
  /** Rows of a job from which on a thread is worth while. */
  readonly afterRows: number;
}

/** Jobs that are remembered; their ends are not told. */
const JOBS_MAX = 50;

/** Where the batches of one job stand. */
class JobOrder {
  rows = 0;
  underWay = 0;
  /** Those of them that are stored on this thread, or will be. */
  direct = 0;
  last: Promise<void> = Promise.resolve();
  lastDirect: Promise<void> = Promise.resolve();

  note(stored: Promise<void>, isDirect: boolean): void {
    this.underWay += 1;
    this.last = stored;
    if (isDirect) {
      this.direct += 1;
      this.lastDirect = stored;
    }
    const settle = (): void => {
      this.underWay -= 1;
      if (isDirect) this.direct -= 1;
    };
    stored.then(settle, settle);
  }
}

/** The thread itself keeps to the order of what it is given. */
function addPlain(
  { direct, lastDirect }: JobOrder,
  plain: PlainBatch,
  write: Write,
): Promise<void> {
  return direct === 0 ? write(plain) : lastDirect.then(() => write(plain));
}

export class DecidedQueue {
  readonly #means: Means;
  readonly #orders = new Map<string, JobOrder>();
  /** The job that has the thread: what becomes of its batches is no matter of others. */
  #threaded: JobOrder | null = null;

  constructor(means: Means) {
    this.#means = means;
  }

  /**
   * As `addPlannedItems`. Whoever waits for the thread holds nothing of the batch, so that its rows are garbage
   * while they are young.
   */
  add(batch: DecidedBatch): Promise<void> {
    const order = this.#orderOf(batch.jobId);
    order.rows += batch.items.length;
    const write = this.#threadFor(order);
    const plain = write === null ? null : plainBatchOf(batch);
    const isDirect = write === null || plain === null;
    const stored = isDirect ? this.#addDirect(order, batch) : addPlain(order, plain, write);
    order.note(stored, isDirect);
    return stored;
  }

  #addDirect({ underWay, last }: JobOrder, batch: DecidedBatch): Promise<void> {
    const { direct } = this.#means;
    return underWay === 0 ? direct(batch) : last.then(() => direct(batch));
  }

  #threadFor(order: JobOrder): Write | null {
    const { write, afterRows } = this.#means;
    if (write === null || order.rows <= afterRows) return null;
    if (this.#threaded === null || this.#threaded.underWay === 0) this.#threaded = order;
    return this.#threaded === order ? write : null;
  }

  #orderOf(jobId: string): JobOrder {
    const order = this.#orders.get(jobId) ?? new JobOrder();
    // The one that was asked for longest ago goes first, unless it is busy.
    this.#orders.delete(jobId);
    for (const [id, { underWay }] of this.#orders) {
      if (this.#orders.size < JOBS_MAX) break;
      if (underWay === 0) this.#orders.delete(id);
    }
    this.#orders.set(jobId, order);
    return order;
  }
}
