/** The records that invoices and bills in Billy refer to. */
import { AppError } from '../../core/errors.js';
import type { Use } from '../../resources/definition/resource.js';
import { jobRead, type JobContext } from '../job/job-context.js';

async function addUses(context: JobContext, use: Use, used: Set<string>): Promise<void> {
  const include = use.include === null ? {} : { include: use.include };
  const pages = context.billy.listAll(use.collection, { ...jobRead(context), ...include });
  for await (const records of pages) {
    for (const id of records.flatMap((record) => use.referencedIds(record))) used.add(id);
  }
}

/** Billy refuses the list as such. One that has no end, or is too large to be read, is there and may hold uses. */
function isAbsentList(error: unknown): boolean {
  if (!(error instanceof AppError) || error.retry !== 'never') return false;
  return error.code !== 'BILLY_AUTH' && error.code !== 'BILLY_SERVER';
}

/** The ids of all records of the resource that something in Billy uses. */
export async function listUses(context: JobContext): Promise<Set<string>> {
  const used = new Set<string>();
  for (const use of context.resource.uses) {
    try {
      await addUses(context, use, used);
    } catch (error) {
      // An account (or a token) that has no such list has no such use.
      if (!isAbsentList(error)) throw error;
    }
  }
  return used;
}
