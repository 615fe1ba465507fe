/** Which items go to Billy together in one bulk save, how many, and what a run learns about that. */
import { LIMITS } from '../../core/limits.js';
import { Turns } from '../../core/turns.js';
import type { ItemRecord, Step } from '../../model/item.js';
import { stopsAtFirstFailure, type JobOptions } from '../job/job-options.js';
import { type JobContext } from '../job/job-context.js';
import { bodyOf, stepsOf, collectionOf } from '../job/item-steps.js';

/** What a run has found out about bulk saves of one collection. */
export class BulkSaveLimits {
  #size: number;
  #passedSize = 0;
  #isOff = false;
  readonly #turns = new Turns();
  /** Billy is known to save nothing of a bulk save that it refuses. */
  isAtomic = false;
  /** A refusal that names nothing has been met before. */
  hasSplit = false;

  constructor(size: number) {
    this.#size = size;
  }

  /** Records that Billy takes at once. */
  get size(): number {
    return this.#size;
  }

  /** Rows go one by one. */
  get isOff(): boolean {
    return this.#isOff || this.#size < 2;
  }

  /** So many at once were taken. */
  passed(size: number): void {
    this.#passedSize = Math.max(this.#passedSize, size);
  }

  /** Whether a request of this size cannot have been refused for it. */
  hasPassed(size: number): boolean {
    return size <= this.#passedSize;
  }

  learnSize(size: number): void {
    this.#size = Math.min(this.#size, Math.max(1, size));
  }

  turnOff(): void {
    this.#isOff = true;
  }

  /** One after another: what the first finds out may spare the next its look. */
  inTurn<T>(act: () => Promise<T>): Promise<T> {
    return this.#turns.take(act);
  }
}

/** Items of one collection on their way into one request. */
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

  /** Takes the item when it fits; one record is never written twice by one request. */
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
  readonly #courses = new Map<string, BulkSaveLimits>();

  /**
   * Several rows at once cannot stop at the first failure, so they go one by one where that is asked
   * for; and so do records that are never changed, whose number Billy gives when they are made.
   */
  constructor(
    { settings, resource }: Pick<JobContext, 'settings' | 'resource'>,
    options: Pick<JobOptions, 'continueOnError' | 'rollbackOnError' | 'batchSize'>,
  ) {
    this.#isOn = settings.bulkSave && !stopsAtFirstFailure(options) && !resource.isFinal;
    this.#size = options.batchSize;
  }

  courseOf(collection: string): BulkSaveLimits {
    let limits = this.#courses.get(collection);
    if (limits === undefined) {
      limits = new BulkSaveLimits(this.#size);
      this.#courses.set(collection, limits);
    }
    return limits;
  }

  /** A batch that begins with this item; null: it goes by itself. */
  open(first: ItemRecord): Batch | null {
    if (!this.#canGo(first)) return null;
    const batch = new Batch(this.courseOf(collectionOf(first)).size, (item) => this.#canGo(item));
    batch.takes(first);
    return batch;
  }

  /** What cannot go together to its end goes by itself, so that few rows are ever half done. */
  #canGo(item: ItemRecord): boolean {
    if (!this.#isOn || item.needsPlan) return false;
    // The last attempt is the row's own: what many at once may have to do with its losses ends there.
    if (item.attempts >= LIMITS.writeAttemptsMax - 1) return false;
    const left = stepsOf(item).slice(item.step);
    return left.length > 0 && left.every((step) => this.#takesStep(step));
  }

  #takesStep({ kind, collection }: Step): boolean {
    return kind !== 'remove' && !this.courseOf(collection).isOff;
  }
}
