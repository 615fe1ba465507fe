/** Chooses the items that go to Billy together in one bulk save, and holds the limits that a run learns. */
import { LIMITS } from '../../core/limits.js';
import { Turns } from '../../core/turns.js';
import type { ItemRecord, Step } from '../../model/item.js';
import { stopsAtFirstFailure, type JobOptions } from '../job/job-options.js';
import { type JobContext } from '../job/job-context.js';
import { bodyOf, stepsOf, collectionOf } from '../job/item-steps.js';

/** The limits of bulk saves of one collection, as a run has learned them. */
export class BulkSaveLimits {
  #size: number;
  #passedSize = 0;
  #isOff = false;
  readonly #turns = new Turns();
  /** True once Billy is known to save nothing of a bulk save that it refuses. */
  isAtomic = false;
  /** True once a refusal that names no record has been split. */
  hasSplit = false;

  constructor(size: number) {
    this.#size = size;
  }

  /** The number of records that Billy accepts in one request. */
  get size(): number {
    return this.#size;
  }

  /** True if rows are sent one by one. */
  get isOff(): boolean {
    return this.#isOff || this.#size < 2;
  }

  /** Notes that Billy has accepted a request of this size. */
  passed(size: number): void {
    this.#passedSize = Math.max(this.#passedSize, size);
  }

  /** True if a request of this size cannot have been refused because of its size. */
  hasPassed(size: number): boolean {
    return size <= this.#passedSize;
  }

  learnSize(size: number): void {
    this.#size = Math.min(this.#size, Math.max(1, size));
  }

  turnOff(): void {
    this.#isOff = true;
  }

  /** Runs the actions one after another: the result of one may make the look of the next unnecessary. */
  inTurn<T>(act: () => Promise<T>): Promise<T> {
    return this.#turns.take(act);
  }
}

/** Items of one collection, gathered for one request. */
export class Batch {
  readonly #items: ItemRecord[] = [];
  readonly #records = new Set<string>();
  readonly #canGo: (item: ItemRecord) => boolean;
  readonly #size: number;
  #bytes = 0;

  constructor(size: number, canGo: (item: ItemRecord) => boolean) {
    this.#size = size;
    this.#canGo = canGo;
  }

  get items(): readonly ItemRecord[] {
    return this.#items;
  }

  get isFull(): boolean {
    return this.#items.length >= this.#size || this.#bytes >= LIMITS.bulkSaveBytesMax;
  }

  /** Adds the item if it fits; one request never writes a record twice. */
  takes(item: ItemRecord): boolean {
    const [first] = this.#items;
    const isAlike = first === undefined || collectionOf(first) === collectionOf(item);
    if (this.isFull || !isAlike || !this.#canGo(item)) return false;
    const { recordId } = item;
    if (recordId !== null && this.#records.has(recordId)) return false;
    const bytes = Buffer.byteLength(JSON.stringify(bodyOf(item)));
    if (first !== undefined && this.#bytes + bytes > LIMITS.bulkSaveBytesMax) return false;
    if (recordId !== null) this.#records.add(recordId);
    this.#bytes += bytes;
    this.#items.push(item);
    return true;
  }
}

export class Batches {
  readonly #isOn: boolean;
  readonly #size: number;
  readonly #limits = new Map<string, BulkSaveLimits>();

  /**
   * Rows are sent one by one if the job must stop at the first failure, because a bulk save cannot. The same
   * holds for final records, whose number Billy assigns when it creates them.
   */
  constructor(
    { settings, resource }: Pick<JobContext, 'settings' | 'resource'>,
    options: Pick<JobOptions, 'continueOnError' | 'rollbackOnError' | 'batchSize'>,
  ) {
    this.#isOn = settings.bulkSave && !stopsAtFirstFailure(options) && !resource.isFinal;
    this.#size = options.batchSize;
  }

  limitsOf(collection: string): BulkSaveLimits {
    let limits = this.#limits.get(collection);
    if (limits === undefined) {
      limits = new BulkSaveLimits(this.#size);
      this.#limits.set(collection, limits);
    }
    return limits;
  }

  /** Opens a batch with this item; null: the item is sent singly. */
  open(first: ItemRecord): Batch | null {
    if (!this.#canGo(first)) return null;
    const batch = new Batch(this.limitsOf(collectionOf(first)).size, (item) => this.#canGo(item));
    batch.takes(first);
    return batch;
  }

  /** True if all remaining steps can be bulk-saved. Other items are sent singly, so that few are half written. */
  #canGo(item: ItemRecord): boolean {
    if (!this.#isOn || item.needsPlan) return false;
    // The last attempt is sent singly, in case its losses were caused by the bulk save.
    if (item.attempts >= LIMITS.writeAttemptsMax - 1) return false;
    const left = stepsOf(item).slice(item.step);
    return left.length > 0 && left.every((step) => this.#takesStep(step));
  }

  #takesStep({ kind, collection }: Step): boolean {
    return kind !== 'remove' && !this.limitsOf(collection).isOff;
  }
}
