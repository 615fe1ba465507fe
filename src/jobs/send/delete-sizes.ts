/** The size of one batch deletion, and the halves of a refused one. Pure. */
import { LIMITS } from '../../core/limits.js';

/** `ids[]=` and what separates it from the next. */
const NAME_CHARS = 7;

/** In the given order, none longer than one request may be. */
export function deleteBatches<T>(entries: readonly T[], idOf: (entry: T) => string): T[][] {
  const batches: T[][] = [];
  let [batch, chars]: [T[], number] = [[], 0];
  for (const entry of entries) {
    const more = idOf(entry).length + NAME_CHARS;
    const isFull =
      batch.length >= LIMITS.bulkDeleteIdsMax || chars + more > LIMITS.bulkDeleteUrlCharsMax;
    if (isFull || batch.length === 0) {
      [batch, chars] = [[], 0];
      batches.push(batch);
    }
    batch.push(entry);
    chars += more;
  }
  return batches;
}

/** The two halves of a batch of several. */
export function halvesOf<T>(batch: readonly T[]): [T[], T[]] {
  const middle = Math.ceil(batch.length / 2);
  return [batch.slice(0, middle), batch.slice(middle)];
}
