/** What Billy holds while a job is taken back: its records in the pool, and who uses them. */
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
