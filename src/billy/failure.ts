/**
 * The one place where an answer of Billy's, or its absence, becomes an error. Decided by HTTP status
 * and `errorCode`, never by text: Billy's texts change with the language (billy-api.md section 1).
 */
import { BillyError, messageOf, type AppErrorOptions, type Retry } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import { clip } from '../core/text.js';
import { deletedIn, recordsIn } from './changes.js';
import { parseRetryAfter } from './retry-after.js';
import type { WireRecord } from './types.js';

export type JsonObject = Readonly<Record<string, unknown>>;

export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The parsed body; null when it is no JSON object. */
  readonly body: JsonObject | null;
}

/** What the error must know of the request. */
export interface Asked {
  readonly isWrite: boolean;
  /** Every `_clientId` in the body, the record's own first. */
  readonly clientIds?: readonly string[];
}

/** What a refusal says of one record that was sent, in Billy's texts, cut to length. */
export interface Rejection {
  readonly message: string | null;
  readonly attributes: Readonly<Record<string, string>>;
}

interface FailureOptions extends AppErrorOptions {
  status?: number;
  billyCode?: string | null;
  attributes?: Readonly<Record<string, string>>;
  retryAfterMs?: number | null;
  rejected?: ReadonlyMap<string, Rejection>;
  saved?: Readonly<Record<string, readonly WireRecord[]>>;
  deleted?: Readonly<Record<string, readonly string[]>>;
}

/** A refused, lost or impossible request. `code` tells callers what, `retry` what may follow. */
export class BillyFailure extends BillyError {
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** Billy's `errorCode`. */
  readonly billyCode: string | null;
  /** Refused fields by wire name, with Billy's text cut to length. */
  readonly attributes: Readonly<Record<string, string>>;
  /** A 422 that names no field. */
  readonly isWholeRecord: boolean;
  /** How long the server asked us to stay away; null when it did not. */
  readonly retryAfterMs: number | null;
  /** By each sent `_clientId` that `validationErrors` names, children's among them: what it says. */
  readonly rejected: ReadonlyMap<string, Rejection>;
  /** Records by collection root that the refusal reports as written all the same. */
  readonly saved: Readonly<Record<string, readonly WireRecord[]>>;
  /** Ids by collection root that the refusal reports as gone all the same. */
  readonly deleted: Readonly<Record<string, readonly string[]>>;

  constructor(options: FailureOptions) {
    super(options);
    this.status = options.status ?? null;
    this.billyCode = options.billyCode ?? null;
    this.attributes = options.attributes ?? {};
    this.isWholeRecord = this.status === 422 && Object.keys(this.attributes).length === 0;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.rejected = options.rejected ?? new Map();
    this.saved = options.saved ?? {};
    this.deleted = options.deleted ?? {};
  }

  /**
   * What a refusal of many says of the one record with this `_clientId` and of its children, as a
   * refusal of that record alone would say it; null: nothing.
   */
  about(clientId: string): BillyFailure | null {
    const own = [...this.rejected].filter(
      ([key]) => key === clientId || key.startsWith(`${clientId}-`),
    );
    if (own.length === 0) return null;
    const texts = [...this.rejected.values()].map(({ message }) => message);
    // Where Billy says nothing about the whole, the detail is that of one record, perhaps another.
    const isOfOne = this.detail !== null && texts.includes(this.detail);
    const ownText = own.map(([, { message }]) => message).find((text) => text !== null) ?? null;
    const detail = isOfOne ? ownText : this.detail;
    return new BillyFailure({
      ...{ code: this.code, message: this.message, hint: this.hint, retry: this.retry },
      ...(this.status === null ? {} : { status: this.status }),
      billyCode: this.billyCode,
      attributes: firstWords(own.map(([, { attributes }]) => Object.entries(attributes))),
      ...(detail === null ? {} : { detail }),
    });
  }

  /** Billy has no such route, or no such verb on it. */
  get isUnsupported(): boolean {
    return (
      this.retry === 'never' &&
      (this.status === 404 ? this.code !== 'RECORD_NOT_FOUND' : isIn(NO_VERB, this.status))
    );
  }

  /** The body, or the address, is longer than Billy takes. */
  get isTooLarge(): boolean {
    return isIn(TOO_LARGE, this.status);
  }

  /** Refused, and yet not without an effect. */
  get isPartial(): boolean {
    return [this.saved, this.deleted].some((lists) => Object.keys(lists).length > 0);
  }
}

type Sentence = Pick<FailureOptions, 'code' | 'message' | 'hint' | 'retry'>;

const ATTRIBUTES_MAX = 50;
/** By these nobody, Billy or what stands before it, has carried anything out. */
const NO_VERB: readonly number[] = [405, 501];
const TOO_LARGE: readonly number[] = [413, 414];

function isIn(statuses: readonly number[], status: number | null): boolean {
  return status !== null && statuses.includes(status);
}

const REFUSED_TOKEN: Sentence = {
  code: 'BILLY_AUTH',
  message: 'Billy did not accept the access token.',
  hint: 'Create a token in Billy under Settings > Access tokens and set BILLY_ACCESS_TOKEN.',
};
const FORBIDDEN: Sentence = {
  code: 'BILLY_AUTH',
  message: 'Billy forbids this request for the access token.',
  hint: 'Check what the token may do, and whether Billy has locked the organization.',
};
const RATE_LIMITED: Sentence = {
  code: 'BILLY_RATE_LIMIT',
  message: 'Billy asked for fewer requests.',
  hint: 'Lower BILLY_RATE_LIMIT if this happens often.',
  retry: 'wait',
};
const MISSING_RECORD: Sentence = {
  code: 'RECORD_NOT_FOUND',
  message: 'Billy has no such record.',
  hint: 'It may have been deleted, or belong to another organization.',
};
const UNKNOWN_ROUTE: Sentence = {
  code: 'BILLY_VALIDATION',
  message: 'Billy does not offer this operation.',
  hint: 'Check BILLY_API_BASE_URL; it normally ends in /v2.',
};
const REFUSED_SIZE: Sentence = {
  code: 'BILLY_VALIDATION',
  message: 'Billy takes no request of this size.',
  hint: 'Send fewer or shorter records in one request.',
};
const REFUSED_RECORD: Sentence = {
  code: 'BILLY_VALIDATION',
  message: 'Billy refused the request.',
  hint: 'Correct what Billy names and try again.',
};

/** Statuses that say enough, whoever answered. */
const CERTAIN: ReadonlyMap<number, Sentence> = new Map([
  [401, REFUSED_TOKEN],
  [403, FORBIDDEN],
  [429, RATE_LIMITED],
  ...NO_VERB.map((status) => [status, UNKNOWN_ROUTE] as const),
  ...TOO_LARGE.map((status) => [status, REFUSED_SIZE] as const),
]);

/** A read may be asked again; a write whose effect is unknown must be looked up first. */
function lostAnswer(isWrite: boolean): Retry {
  return isWrite ? 'reconcile' : 'wait';
}

/** Any answer outside 2xx. `nowMs` is wall time, for a `Retry-After` date. */
export function refusalFailure(refusal: Refusal, asked: Asked, nowMs: number): BillyFailure {
  const { status, body } = refusal;
  const billyCode = typeof body?.['errorCode'] === 'string' ? body['errorCode'] : null;
  const sentence = sentenceFor(refusal, billyCode) ?? oddAnswer(status, asked.isWrite);
  const detail = detailOf(body);
  return new BillyFailure({
    ...sentence,
    ...reportedWork(body),
    status,
    billyCode: billyCode === null ? null : clip(billyCode, LIMITS.fieldCharsMax),
    attributes: attributesOf(body, asked.clientIds ?? []),
    rejected: rejectedOf(body, asked.clientIds ?? []),
    retryAfterMs: parseRetryAfter(headerOf(refusal, 'retry-after'), nowMs),
    ...(detail === '' ? {} : { detail }),
  });
}

/** What the status and the code alone decide; null when the answer is not one of Billy's refusals. */
function sentenceFor({ status, body }: Refusal, billyCode: string | null): Sentence | null {
  const certain = CERTAIN.get(status);
  if (certain !== undefined) return certain;
  const isRefusal = status >= 400 && status < 500 && body !== null && isErrorBody(body);
  if (!isRefusal) return null;
  if (status === 404 && billyCode === 'RECORD_NOT_FOUND') return MISSING_RECORD;
  return status === 404 ? UNKNOWN_ROUTE : REFUSED_RECORD;
}

/** 5xx, a redirect, or a proxy's page where Billy's JSON belongs: nobody knows what happened. */
function oddAnswer(status: number, isWrite: boolean): Sentence {
  const message =
    status >= 500 ? 'Billy answered with a server error.' : 'The answer did not come from Billy.';
  const hint = 'Usually passes by itself; if not, check BILLY_API_BASE_URL and any proxy.';
  return { code: 'BILLY_SERVER', message, hint, retry: lostAnswer(isWrite) };
}

/** A 2xx answer that is cut off, foreign, or lacks what was asked for. */
export function foreignAnswer(status: number, asked: Asked): BillyFailure {
  return new BillyFailure({
    code: 'BILLY_SERVER',
    message: 'The answer could not be read as one of Billy.',
    hint: 'Usually passes by itself; if not, check BILLY_API_BASE_URL and any proxy.',
    retry: lostAnswer(asked.isWrite),
    status,
  });
}

/**
 * No answer at all. `wasSent` is false only when not one byte of the request left (refused, unknown
 * host, connect timeout, TLS handshake), so that it is known not to have happened.
 */
export function transportFailure(
  cause: unknown,
  sent: { isWrite: boolean; wasSent: boolean },
): BillyFailure {
  return new BillyFailure({
    code: 'BILLY_UNREACHABLE',
    message: sent.wasSent
      ? 'The connection to Billy broke before its answer arrived.'
      : 'Billy could not be reached.',
    hint: 'Check the network, any proxy and BILLY_API_BASE_URL.',
    detail: clip(messageOf(cause), LIMITS.fieldCharsMax),
    retry: sent.wasSent ? lostAnswer(sent.isWrite) : 'wait',
    cause,
  });
}

/** The token holds characters that no HTTP header can carry. */
export function unusableToken(): BillyFailure {
  return new BillyFailure({ ...REFUSED_TOKEN, status: 401 });
}

/** The lane is paused after a 429 for longer than this caller wants to wait. */
export function pausedFailure(leftMs: number): BillyFailure {
  return new BillyFailure({ ...RATE_LIMITED, retryAfterMs: leftMs });
}

/** An id that cannot be one of Billy's, so that there is nothing to ask for. */
export function missingRecord(): BillyFailure {
  return new BillyFailure(MISSING_RECORD);
}

/** A list that never held together over all its passes. */
export function unstableList(): BillyFailure {
  return new BillyFailure({
    code: 'BILLY_SERVER',
    message: `A list was still inconsistent after ${String(LIMITS.listPassesMax)} passes.`,
    hint: 'Somebody or something changes many records right now; try again when it is quiet.',
    retry: 'wait',
  });
}

function isErrorBody(body: JsonObject): boolean {
  const meta = body['meta'];
  return (
    typeof body['errorCode'] === 'string' ||
    typeof body['errorMessage'] === 'string' ||
    isObject(body['validationErrors']) ||
    (isObject(meta) && meta['success'] === false)
  );
}

function headerOf({ headers }: Refusal, name: string): string | null {
  const value = headers[name];
  return (typeof value === 'string' ? value : value?.[0]) ?? null;
}

/** Billy's own words, untrusted: the record's message, else the first message about a record. */
function detailOf(body: JsonObject | null): string {
  const texts = [body?.['errorMessage'], ...entriesOf(body).map(([, entry]) => entry['message'])];
  const text = texts.find((candidate) => typeof candidate === 'string' && candidate !== '');
  return typeof text === 'string' ? clip(text, LIMITS.fieldCharsMax) : '';
}

/**
 * Refused fields. The outer key is the `_clientId` of a record; what it is when Billy does not use
 * ours is unknown (billy-api.md section 2.4), and then everything belongs to the one record sent.
 */
function attributesOf(
  body: JsonObject | null,
  clientIds: readonly string[],
): Record<string, string> {
  const entries = entriesOf(body);
  const known = clientIds.flatMap((id) => entries.filter(([key]) => key === id));
  return firstWords((known.length > 0 ? known : entries).map(([, entry]) => attributesIn(entry)));
}

/** Of several texts about one field the first stands. */
function firstWords(all: readonly Iterable<readonly [string, string]>[]): Record<string, string> {
  const named = new Map<string, string>();
  for (const each of all) {
    for (const [name, text] of each) if (!named.has(name)) named.set(name, text);
  }
  return Object.fromEntries(named);
}

function attributesIn(entry: JsonObject): Map<string, string> {
  const attributes = isObject(entry['attributes']) ? entry['attributes'] : {};
  const named = new Map<string, string>();
  for (const [field, text] of Object.entries(attributes).slice(0, ATTRIBUTES_MAX)) {
    const name = clip(field, LIMITS.fieldCharsMax);
    if (!named.has(name)) named.set(name, textOf(text));
  }
  return named;
}

/** Keys that were not sent name nothing: they may be anybody's idea. */
function rejectedOf(
  body: JsonObject | null,
  clientIds: readonly string[],
): ReadonlyMap<string, Rejection> {
  const entries = new Map(entriesOf(body));
  const rejected = new Map<string, Rejection>();
  for (const clientId of clientIds) {
    const entry = entries.get(clientId);
    if (entry === undefined) continue;
    const message = typeof entry['message'] === 'string' ? entry['message'] : null;
    rejected.set(clientId, {
      message: message === null ? null : clip(message, LIMITS.fieldCharsMax),
      attributes: Object.fromEntries(attributesIn(entry)),
    });
  }
  return rejected;
}

/** What a bulk request did although it was refused: whether Billy may do that is unknown (section 4). */
function reportedWork(body: JsonObject | null): Pick<FailureOptions, 'saved' | 'deleted'> {
  const isNotEmpty = ([, list]: [string, readonly unknown[]]): boolean => list.length > 0;
  const saved = Object.entries(recordsIn(body ?? {})).filter(isNotEmpty);
  const deleted = Object.entries(deletedIn(body ?? {}) ?? {}).filter(isNotEmpty);
  return { saved: Object.fromEntries(saved), deleted: Object.fromEntries(deleted) };
}

function entriesOf(body: JsonObject | null): [string, JsonObject][] {
  const errors = body?.['validationErrors'];
  if (!isObject(errors)) return [];
  return Object.entries(errors).filter((entry): entry is [string, JsonObject] =>
    isObject(entry[1]),
  );
}

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return clip(text, LIMITS.fieldCharsMax);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
