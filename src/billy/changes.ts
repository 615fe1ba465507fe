/** What a body of Billy's says was changed: records by collection root, and ids that went (billy-api.md section 2.2). */
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

/** An object with an id of Billy's, and no more children than a record may have. */
export function isRecord(value: unknown): value is WireRecord {
  return isObject(value) && isId(value['id']) && !Object.values(value).some(isTooLong);
}

/** The list of records; null when it is none, or holds anything else. It is judged up to the first fault. */
export function recordsOf(value: unknown): readonly WireRecord[] | null {
  return Array.isArray(value) && value.every(isRecord) ? value : null;
}

/** The members that are lists of records; a list with anything else in it is none. */
export function recordsIn(body: Body): Record<string, readonly WireRecord[]> {
  const lists = Object.entries(body).flatMap(([root, member]) => {
    const records = recordsOf(member);
    return records === null ? [] : [[root, records] as const];
  });
  return Object.fromEntries(lists);
}

/** `meta.deletedRecords`, empty where nothing went; null: this is no body of Billy's. */
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
