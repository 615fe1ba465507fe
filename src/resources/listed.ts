/** Whole lists of records that fit in memory: accounts, rates, countries. */
import { BillyFailure } from '../billy/failure.js';
import type { BillyClient, Collection, ReadOptions, WireRecord } from '../billy/types.js';

/** All records of a list, as they come. */
export async function listed(records: AsyncIterable<readonly WireRecord[]>): Promise<WireRecord[]> {
  const all: WireRecord[] = [];
  for await (const batch of records) all.push(...batch);
  return all;
}

/** Billy lacks the list, or does not show it to this token. A token that is not valid at all is another matter. */
function isRefused(error: unknown): boolean {
  return error instanceof BillyFailure && error.retry === 'never' && error.status !== 401;
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
