/** What Billy holds while a job is taken back: its records in the pool, and who uses them. */
import { LIMITS } from '../core/limits.js';
import type { ItemRecord } from '../store/types.js';
import { listPool } from './pool.js';
import { listUses } from './uses.js';
import type { Work } from './work.js';

/** Billy as listed for this rollback: the records are in the pool, who uses them is here. */
export interface Picture {
  readonly takenMs: number;
  readonly usedIds: ReadonlySet<string>;
}

/** Lists the records into the layer `undo`, then their uses. */
export async function takePicture(work: Work): Promise<Picture> {
  const takenMs = work.clock.monotonicMs();
  await listPool(work, 'undo');
  return { takenMs, usedIds: await listUses(work) };
}

/** The picture of a rollback, taken anew when it is too old to judge by. */
export class Pictures {
  readonly #work: Work;
  #picture: Picture | null = null;
  #freshUntilMs = -Infinity;
  #next: Promise<Picture> | null = null;

  constructor(work: Work) {
    this.#work = work;
  }

  get isFresh(): boolean {
    return this.#work.clock.monotonicMs() < this.#freshUntilMs;
  }

  async current(): Promise<Picture> {
    if (this.#picture !== null && this.isFresh) return this.#picture;
    // One listing serves everybody who needs a newer picture.
    this.#next ??= this.#take().finally(() => {
      this.#next = null;
    });
    return this.#next;
  }

  async #take(): Promise<Picture> {
    const picture = await takePicture(this.#work);
    this.#picture = picture;
    this.#freshUntilMs = Math.max(
      picture.takenMs + LIMITS.rollbackPictureMsMax,
      this.#work.clock.monotonicMs() + LIMITS.rollbackPictureUseMs,
    );
    return picture;
  }
}

/** What has written names its record. */
export function writtenId(item: ItemRecord): string {
  return item.recordId ?? '';
}

/** A use matters when it came since; of a record that this very job made, every one did. */
export async function isUsedSince(
  work: Work,
  item: ItemRecord,
  usedIds: ReadonlySet<string>,
): Promise<boolean> {
  const recordId = writtenId(item);
  if (!usedIds.has(recordId)) return false;
  const { store, jobId } = work;
  const [first] = await store.listItems({ jobId, recordId, hasWritten: true, limit: 1 });
  return first?.before === null;
}
