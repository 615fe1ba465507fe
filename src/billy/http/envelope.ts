/**
 * Reads Billy's answers (billy-api.md section 2.2). Tolerates unknown fields and missing paging. Every reader
 * returns null if the body is foreign or lacks the requested record.
 */
import { z } from 'zod';
import { deletedIn, isRecord, RECORD_ID, recordsIn, recordsOf } from '../changes.js';
import type { JsonObject } from '../failure.js';
import {
  SINGULAR,
  type BulkAnswer,
  type Collection,
  type DeleteAnswer,
  type Organization,
  type WireRecord,
  type WriteAnswer,
} from '../types.js';

export interface Page {
  readonly records: readonly WireRecord[];
  /** Records in the whole list. This and the other counts are null if Billy does not send them. */
  readonly total: number | null;
  readonly pageCount: number | null;
  readonly pageSize: number | null;
}

/** The written record to find in an answer. */
export interface Expected {
  readonly collection: Collection;
  /** The record's id; absent if it is created. */
  readonly id?: string;
  /** The `_clientId` it was sent with. */
  readonly clientId: string | null;
}

/** The identifiers by which the answer to a bulk save may name a record. */
export interface Sent {
  /** null if the record is created. */
  readonly id: string | null;
  readonly clientId: string | null;
}

const count = z.number().int().nonnegative().nullable().catch(null);
const pageMeta = z.object({
  meta: z.object({
    paging: z.object({ total: count, pageCount: count, pageSize: count }),
  }),
});
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
    fiscalLockingDate: text,
    fiscalYearEndMonth: z.number().int().min(1).max(12).nullable().catch(null),
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

/** Reads the answer to `GET /{plural}/:id`. */
export function readSingle(
  body: JsonObject,
  target: { collection: Collection; id: string },
): WireRecord | null {
  const record = body[SINGULAR[target.collection]];
  return isRecord(record) && record.id === target.id ? record : null;
}

/** Reads the answer to `GET /{plural}`. */
export function readPage(body: JsonObject, collection: Collection): Page | null {
  const records = recordsOf(body[collection]);
  if (records === null) return null;
  const meta = pageMeta.safeParse(body);
  const paging = meta.success ? meta.data.meta.paging : null;
  return {
    records,
    total: paging?.total ?? null,
    pageCount: paging?.pageCount ?? null,
    pageSize: paging?.pageSize ?? null,
  };
}

/** Reads the answer to `POST` or `PUT`: plural arrays of every changed record, the written one among them. */
export function readWritten(body: JsonObject, expected: Expected): WriteAnswer | null {
  const records = recordsIn(body);
  const record = findWritten(records[expected.collection] ?? [], expected);
  if (record === null) return null;
  return { record, records, deleted: deletedIn(body) ?? {} };
}

/**
 * Finds the record by its id if known, else by our `_clientId`, else takes the first record, unless that one
 * carries another `_clientId`. Billy promises no order among siblings that changed too (section 2.2).
 */
function findWritten(candidates: readonly WireRecord[], expected: Expected): WireRecord | null {
  const { id, clientId } = expected;
  if (id !== undefined) return candidates.find((record) => record.id === id) ?? null;
  const own = candidates.find((record) => clientId !== null && record['_clientId'] === clientId);
  if (own !== undefined) return own;
  const first = candidates[0];
  return first === undefined || typeof first['_clientId'] === 'string' ? null : first;
}

/**
 * Reads the answer to `PATCH /{plural}`; null if it holds no record of the collection. Billy promises no order
 * of the records, so they are matched by id, then by a `_clientId` that only one record carries.
 */
export function readSaved(
  body: JsonObject,
  sent: { readonly collection: Collection; readonly records: readonly Sent[] },
): BulkAnswer | null {
  const records = recordsIn(body);
  const written = records[sent.collection] ?? [];
  if (written.length === 0) return null;
  const deleted = deletedIn(body) ?? {};
  const find = finderOf(written, sent.records);
  const found = sent.records.map(find);
  const tied = new Set(found.flatMap((record) => (record === null ? [] : [record.id])));
  return {
    answers: found.map((record) => (record === null ? null : { record, records, deleted })),
    loose: written.filter(({ id }) => !tied.has(id)),
    records,
    deleted,
  };
}

function finderOf(
  written: readonly WireRecord[],
  sent: readonly Sent[],
): (one: Sent) => WireRecord | null {
  const byId = new Map(written.map((record) => [record.id, record]));
  const updatedIds = new Set(sent.map(({ id }) => id));
  const byClientId = new Map<unknown, WireRecord | null>();
  for (const record of byId.values()) {
    const clientId = record['_clientId'];
    if (updatedIds.has(record.id)) continue;
    // Two records with the same `_clientId`: neither can be matched.
    byClientId.set(clientId, byClientId.has(clientId) ? null : record);
  }
  return ({ id, clientId }) => {
    if (id !== null) return byId.get(id) ?? null;
    return clientId === null ? null : (byClientId.get(clientId) ?? null);
  };
}

/** Reads the answer to `DELETE`: the ids that were deleted. A 200 that lists none has deleted none. */
export function readDeleted(body: JsonObject): DeleteAnswer | null {
  const deleted = deletedIn(body);
  return deleted === null ? null : { deleted };
}

/** Reads the answer to `GET /organization`. */
export function readOrganization(body: JsonObject): Organization | null {
  const parsed = organizationBody.safeParse(body);
  return parsed.success ? parsed.data.organization : null;
}
