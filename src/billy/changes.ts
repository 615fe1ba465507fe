/**
 * Reads the changes that a body of Billy reports: records by collection root, and deleted ids (billy-api.md
 * section 2.2).
 */
import { LIMITS } from '../core/limits.js';
import type { WireRecord } from './types.js';

/** Ids are opaque; migrated accounts hold other shapes than the usual 22 characters (section 6). */
export const RECORD_ID = /^[A-Za-z0-9_-]{1,160}$/;

type Body = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && RECORD_ID.test(value);
}

function isTooLong(member: unknown): boolean {
  return Array.isArray(member) && member.length > LIMITS.recordChildrenMax;
}

/** True for an object with an id of Billy's and not too many children. */
export function isRecord(value: unknown): value is WireRecord {
  return isObject(value) && isId(value['id']) && !Object.values(value).some(isTooLong);
}

/** The value as a list of records; null if it is not a list, or holds anything else. */
export function recordsOf(value: unknown): readonly WireRecord[] | null {
  return Array.isArray(value) && value.every(isRecord) ? value : null;
}

/** The members that are lists of records. A list that holds anything else does not count. */
export function recordsIn(body: Body): Record<string, readonly WireRecord[]> {
  const lists = Object.entries(body).flatMap(([root, member]) => {
    const records = recordsOf(member);
    return records === null ? [] : [[root, records] as const];
  });
  return Object.fromEntries(lists);
}

/** `meta.deletedRecords`, empty if nothing was deleted; null if the body is not Billy's. */
export function deletedIn(body: Body): Record<string, readonly string[]> | null {
  const { meta } = body;
  if (!isObject(meta)) return null;
  const deleted = meta['deletedRecords'] ?? {};
  if (!isObject(deleted)) return null;
  // `_clientIds` may stand beside the collections and holds no ids (section 2.1).
  const lists = Object.entries(deleted).flatMap(([root, member]) =>
    Array.isArray(member) && member.every(isId) ? [[root, member] as const] : [],
  );
  return Object.fromEntries(lists);
}
