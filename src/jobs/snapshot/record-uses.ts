/** Which records something in Billy uses: invoices, bills. */
import { AppError } from '../../core/errors.js';
import type { Use } from '../../resources/definition/resource.js';
import { jobRead, type Work } from '../job/job-context.js';

async function addUses(work: Work, use: Use, used: Set<string>): Promise<void> {
  const include = use.include === null ? {} : { include: use.include };
  const pages = work.billy.listAll(use.collection, { ...jobRead(work), ...include });
  for await (const records of pages) {
    for (const id of records.flatMap((record) => use.usedIds(record))) used.add(id);
  }
}

/** Billy refuses the list as such. One that has no end, or is too large to be read, is there and may hold uses. */
function isAbsentList(error: unknown): boolean {
  if (!(error instanceof AppError) || error.retry !== 'never') return false;
  return error.code !== 'BILLY_AUTH' && error.code !== 'BILLY_SERVER';
}

/** The ids of all records of the resource that something in Billy uses. */
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
