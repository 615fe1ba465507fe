/** What Billy holds while a job is taken back: its records in the pool, and who uses them. */
import { AppError } from '../core/errors.js';
import type { Use } from '../resources/resource.js';
import { listPool } from './plan.js';
import { jobRead, type Work } from './work.js';

/** Billy as listed for this rollback: the records are in the pool, who uses them is here. */
export interface Picture {
  readonly takenMs: number;
  readonly usedIds: ReadonlySet<string>;
}

async function addUses(work: Work, use: Use, used: Set<string>): Promise<void> {
  const include = use.include === null ? {} : { include: use.include };
  const pages = work.billy.listAll(use.collection, { ...jobRead(work), ...include });
  for await (const records of pages) {
    for (const id of records.flatMap((record) => use.usedIds(record))) used.add(id);
  }
}

/** The ids of all records that something in Billy uses: invoices, bills. */
export async function listUses(work: Work): Promise<Set<string>> {
  const used = new Set<string>();
  for (const use of work.resource.uses) {
    try {
      await addUses(work, use, used);
    } catch (error) {
      // An account (or a token) that has no such list has no such use.
      if (!isAbsentList(error)) throw error;
    }
  }
  return used;
}

function isAbsentList(error: unknown): boolean {
  return error instanceof AppError && error.retry === 'never' && error.code !== 'BILLY_AUTH';
}

/** Lists the records into the layer `undo`, then their uses. */
export async function takePicture(work: Work): Promise<Picture> {
  const takenMs = work.clock.monotonicMs();
  await listPool(work, 'undo');
  return { takenMs, usedIds: await listUses(work) };
}
