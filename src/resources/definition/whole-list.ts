/** Reads whole lists that fit in memory: accounts, rates, countries. */
import { BillyFailure, endlessList } from '../../billy/failure.js';
import type { BillyClient, Collection, ListOptions, WireRecord } from '../../billy/types.js';
import { LIMITS } from '../../core/limits.js';

/** Returns all records of a list in its order. Throws if they do not fit in memory. */
export async function listed(records: AsyncIterable<readonly WireRecord[]>): Promise<WireRecord[]> {
  const all: WireRecord[] = [];
  for await (const batch of records) {
    if (all.length + batch.length > LIMITS.smallListRecordsMax) throw endlessList();
    for (const record of batch) all.push(record);
  }
  return all;
}

/** True if Billy lacks the list, or refuses it to this token. An invalid token (401) does not count. */
function isRefused(error: unknown): boolean {
  if (!(error instanceof BillyFailure) || error.retry !== 'never') return false;
  // A list that never ends, or is too large to be read, exists.
  return error.status !== 401 && error.code !== 'BILLY_SERVER';
}

/** Returns a list that the program can do without; null: this account or token has none. */
export async function optionalList(
  billy: BillyClient,
  collection: Collection,
  read: ListOptions,
): Promise<WireRecord[] | null> {
  try {
    return await listed(billy.listAll(collection, read));
  } catch (error) {
    if (isRefused(error)) return null;
    throw error;
  }
}
