/** Whole lists of records that fit in memory: accounts, rates, countries. */
import { BillyFailure, endlessList } from '../../billy/failure.js';
import type { BillyClient, Collection, ReadOptions, WireRecord } from '../../billy/types.js';
import { LIMITS } from '../../core/limits.js';

/** All records of a list, as they come; throws when they are more than fit in memory. */
export async function listed(records: AsyncIterable<readonly WireRecord[]>): Promise<WireRecord[]> {
  const all: WireRecord[] = [];
  for await (const batch of records) {
    if (all.length + batch.length > LIMITS.smallListRecordsMax) throw endlessList();
    for (const record of batch) all.push(record);
  }
  return all;
}

/** Billy lacks the list, or does not show it to this token. A token that is not valid at all is another matter. */
function isRefused(error: unknown): boolean {
  if (!(error instanceof BillyFailure) || error.retry !== 'never') return false;
  // A list that has no end, or is too large to be read, is there.
  return error.status !== 401 && error.code !== 'BILLY_SERVER';
}

/** A list that the program can do without; null: this account, or this token, has none. */
export async function optionalList(
  billy: BillyClient,
  collection: Collection,
  read: ReadOptions,
): Promise<WireRecord[] | null> {
  try {
    return await listed(billy.listAll(collection, read));
  } catch (error) {
    if (isRefused(error)) return null;
    throw error;
  }
}
