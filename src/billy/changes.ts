/** What a body of Billy's says was changed: records by collection root, and ids that went (billy-api.md section 2.2). */
import { z } from 'zod';
import type { WireRecord } from './types.js';

/** Ids are opaque; migrated accounts hold other shapes than the usual 22 characters (section 6). */
export const RECORD_ID = /^[A-Za-z0-9_-]{1,160}$/;

type Body = Readonly<Record<string, unknown>>;

export const wireRecord = z.looseObject({ id: z.string().regex(RECORD_ID) });
export const wireRecords = z.array(wireRecord);
const deletedMeta = z.object({
  meta: z.looseObject({
    // `_clientIds` may stand beside the collections and holds no ids (section 2.1).
    deletedRecords: z.record(z.string(), z.unknown()).nullish(),
  }),
});
const ids = z.array(z.string().regex(RECORD_ID));

/** The members that are lists of records; a list with anything else in it is none. */
export function recordsIn(body: Body): Record<string, readonly WireRecord[]> {
  const records: Record<string, readonly WireRecord[]> = {};
  for (const [root, member] of Object.entries(body)) {
    const parsed = wireRecords.safeParse(member);
    if (parsed.success) records[root] = parsed.data;
  }
  return records;
}

/** `meta.deletedRecords`, empty where nothing went; null: this is no body of Billy's. */
export function deletedIn(body: Body): Record<string, readonly string[]> | null {
  const parsed = deletedMeta.safeParse(body);
  if (!parsed.success) return null;
  const deleted: Record<string, readonly string[]> = {};
  for (const [root, member] of Object.entries(parsed.data.meta.deletedRecords ?? {})) {
    const list = ids.safeParse(member);
    if (list.success) deleted[root] = list.data;
  }
  return deleted;
}
