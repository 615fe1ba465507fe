/**
 * What Billy's answers must look like (billy-api.md section 2.2). Loose about what is not needed
 * (unknown fields, missing paging), strict about what is: every reader answers null when the body is
 * foreign or lacks the record that was asked for.
 */
import { z } from 'zod';
import type { JsonObject } from './failure.js';
import {
  SINGULAR,
  type Collection,
  type DeleteAnswer,
  type Organization,
  type WireRecord,
  type WriteAnswer,
} from './types.js';

/** Ids are opaque; migrated accounts hold other shapes than the usual 22 characters (section 6). */
export const RECORD_ID = /^[A-Za-z0-9_-]{1,160}$/;

export interface Page {
  readonly records: readonly WireRecord[];
  /** Records in the whole list; null when not told, as with the others. */
  readonly total: number | null;
  readonly pageCount: number | null;
  readonly pageSize: number | null;
}

/** Where the written record is looked for. */
export interface Expected {
  readonly collection: Collection;
  /** The record's id, when it has one already. */
  readonly id?: string;
  /** The `_clientId` it was sent with. */
  readonly clientId: string | null;
}

const wireRecord = z.looseObject({ id: z.string().regex(RECORD_ID) });
const wireRecords = z.array(wireRecord);
const count = z.number().int().nonnegative().nullable().catch(null);
const pageMeta = z.object({
  meta: z.object({
    paging: z.object({ total: count, pageCount: count, pageSize: count }),
  }),
});
const deletedMeta = z.object({
  meta: z.looseObject({
    // `_clientIds` may stand beside the collections and holds no ids (section 2.1).
    deletedRecords: z.record(z.string(), z.unknown()).nullish(),
  }),
});
const ids = z.array(z.string().regex(RECORD_ID));
const text = z.string().nullable().catch(null);
const organizationBody = z.object({
  organization: z.object({
    id: z.string().regex(RECORD_ID),
    name: z.string().catch(''),
    registrationNo: text,
    countryId: z.string().catch(''),
    baseCurrencyId: z.string().catch(''),
    defaultSalesAccountId: text,
    defaultTaxMode: text,
    defaultSalesTaxRulesetId: text,
    hasVat: z.boolean().catch(true),
    isLocked: z.boolean().catch(false),
  }),
});

/** The JSON object in a body, null when there is none. Bytes before the first brace are skipped (section 1). */
export function parseBody(bodyText: string): JsonObject | null {
  const start = bodyText.indexOf('{');
  if (start === -1) return null;
  try {
    // From a brace on, JSON.parse yields an object or throws.
    return JSON.parse(bodyText.slice(start)) as JsonObject;
  } catch {
    return null;
  }
}

/** `GET /{plural}/:id`. */
export function readSingle(
  body: JsonObject,
  target: { collection: Collection; id: string },
): WireRecord | null {
  const parsed = wireRecord.safeParse(body[SINGULAR[target.collection]]);
  return parsed.success && parsed.data.id === target.id ? parsed.data : null;
}

/** `GET /{plural}`. */
export function readPage(body: JsonObject, collection: Collection): Page | null {
  const records = wireRecords.safeParse(body[collection]);
  if (!records.success) return null;
  const meta = pageMeta.safeParse(body);
  const paging = meta.success ? meta.data.meta.paging : null;
  return {
    records: records.data,
    total: paging?.total ?? null,
    pageCount: paging?.pageCount ?? null,
    pageSize: paging?.pageSize ?? null,
  };
}

/** `POST` and `PUT`: plural arrays of every changed record, the written one among them. */
export function readWritten(body: JsonObject, expected: Expected): WriteAnswer | null {
  const records: Record<string, readonly WireRecord[]> = {};
  for (const [root, member] of Object.entries(body)) {
    const parsed = wireRecords.safeParse(member);
    if (parsed.success) records[root] = parsed.data;
  }
  const record = findWritten(records[expected.collection] ?? [], expected);
  if (record === null) return null;
  return { record, records, deleted: readDeleted(body)?.deleted ?? {} };
}

/**
 * A known id decides; else our `_clientId`; else the first record, unless it carries the `_clientId`
 * of another one. The order among siblings that changed along is not promised (section 2.2).
 */
function findWritten(candidates: readonly WireRecord[], expected: Expected): WireRecord | null {
  const { id, clientId } = expected;
  if (id !== undefined) return candidates.find((record) => record.id === id) ?? null;
  const own = candidates.find((record) => clientId !== null && record['_clientId'] === clientId);
  if (own !== undefined) return own;
  const first = candidates[0];
  return first === undefined || typeof first['_clientId'] === 'string' ? null : first;
}

/** `DELETE`: what really went; a 200 that lists nothing deleted nothing. */
export function readDeleted(body: JsonObject): DeleteAnswer | null {
  const parsed = deletedMeta.safeParse(body);
  if (!parsed.success) return null;
  const deleted: Record<string, readonly string[]> = {};
  for (const [root, member] of Object.entries(parsed.data.meta.deletedRecords ?? {})) {
    const list = ids.safeParse(member);
    if (list.success) deleted[root] = list.data;
  }
  return { deleted };
}

/** `GET /organization`. */
export function readOrganization(body: JsonObject): Organization | null {
  const parsed = organizationBody.safeParse(body);
  return parsed.success ? parsed.data.organization : null;
}
