/**
 * Turns a refused, foreign or missing answer into a BillyFailure; no other file does so. The HTTP status and
 * `errorCode` decide, never a text: Billy's texts change with the language (billy-api.md section 1).
 */
import { BillyError, messageOf, type AppErrorOptions, type Retry } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import { clip } from '../core/text.js';
import { deletedIn, recordsIn } from './changes.js';
import {
  attributesOf,
  blamesRecord,
  generalOf,
  hasCode,
  isErrorBody,
  joined,
  reasonOf,
  rejectedOf,
  type JsonObject,
  type Rejection,
  type SentIds,
} from './refusal-body.js';
import { parseRetryAfter } from './retry-after.js';
import type { WireRecord } from './types.js';

export type { JsonObject } from './refusal-body.js';

export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The parsed body; null when it is not a JSON object. */
  readonly body: JsonObject | null;
}

/** The facts about the request that its error depends on. */
export interface Asked extends SentIds {
  readonly isWrite: boolean;
  /** The request lists a collection: a 404 then means an unknown filter, not a missing record or route. */
  readonly isList?: boolean;
}

interface FailureOptions extends AppErrorOptions {
  status?: number;
  billyCode?: string | null;
  /** A 400 that blames the record counts as a 422: it is unknown which of them Billy sends (section 12 A1). */
  blamesRecord?: boolean;
  isList?: boolean;
  attributes?: Readonly<Record<string, string>>;
  retryAfterMs?: number | null;
  /** Billy's text about the whole request; '' if there is none. */
  general?: string;
  rejected?: ReadonlyMap<string, Rejection>;
  saved?: Readonly<Record<string, readonly WireRecord[]>>;
  deleted?: Readonly<Record<string, readonly string[]>>;
  unread?: Unread;
}

/** form: the answer is JSON, but not in Billy's form · size: it is larger than the limit for one answer. */
type Unread = 'form' | 'size';

/** A refused, lost or impossible request. `code` names the cause, `retry` the allowed next step. */
export class BillyFailure extends BillyError {
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** Billy's `errorCode`. */
  readonly billyCode: string | null;
  /** Refused fields by wire name, with Billy's text cut to length. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Billy has certainly refused the content of the record: a 422, or a 400 that blames the record. */
  readonly isRecordRefused: boolean;
  /** True for a refused record if the refusal names no field. */
  readonly isWholeRecord: boolean;
  /** The delay that the server asked for; null if it asked for none. */
  readonly retryAfterMs: number | null;
  /** Rejections by sent `_clientId`, including those of children, as `validationErrors` names them. */
  readonly rejected: ReadonlyMap<string, Rejection>;
  /** Records by collection root that Billy reports as written although it refused the request. */
  readonly saved: Readonly<Record<string, readonly WireRecord[]>>;
  /** Ids by collection root that Billy reports as deleted although it refused the request. */
  readonly deleted: Readonly<Record<string, readonly string[]>>;
  readonly #unread: Unread | undefined;
  readonly #general: string;
  readonly #isList: boolean;

  constructor(options: FailureOptions) {
    super(options);
    this.status = options.status ?? null;
    this.billyCode = options.billyCode ?? null;
    this.attributes = options.attributes ?? {};
    this.isRecordRefused = this.retry === 'never' && isBlaming(options);
    this.isWholeRecord = this.isRecordRefused && Object.keys(this.attributes).length === 0;
    this.#general = options.general ?? '';
    this.#isList = options.isList ?? false;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.rejected = options.rejected ?? new Map();
    this.saved = options.saved ?? {};
    this.deleted = options.deleted ?? {};
    this.#unread = options.unread;
  }

  /**
   * The part of a batch's refusal that concerns the record with this `_clientId` and its children, in the
   * form of a refusal of that record alone; null if the refusal does not name them.
   */
  about(clientId: string): BillyFailure | null {
    const own = [...this.rejected].filter(
      ([key]) => key === clientId || key.startsWith(`${clientId}-`),
    );
    if (own.length === 0) return null;
    const named = own.map(([, rejection]) => rejection);
    const { attributes, reason } = joined(named, this.#general);
    return new BillyFailure({
      ...{ code: this.code, message: this.message, hint: this.hint, retry: this.retry },
      ...(this.status === null ? {} : { status: this.status }),
      billyCode: this.billyCode,
      blamesRecord: this.isRecordRefused,
      attributes,
      ...(reason === '' ? {} : { detail: reason }),
    });
  }

  /** Billy does not have this route, or not this verb on it. */
  get isUnsupported(): boolean {
    if (this.retry !== 'never') return false;
    const isMissing = this.status === 404 && !this.#isList && this.code !== 'RECORD_NOT_FOUND';
    return isMissing || isIn(NO_VERB, this.status);
  }

  /** The body, or the address, is longer than Billy accepts. */
  get isTooLarge(): boolean {
    return isIn(TOO_LARGE, this.status);
  }

  /** The answer is JSON, but not in Billy's form: another attempt may not help. */
  get isUnreadable(): boolean {
    return this.#unread === 'form';
  }

  /** The answer is larger than the limit for one answer. */
  get isOversized(): boolean {
    return this.#unread === 'size';
  }

  /** Billy refused the request, but carried out a part of it. */
  get isPartial(): boolean {
    return [this.saved, this.deleted].some((lists) => Object.keys(lists).length > 0);
  }
}

function isBlaming({ status, blamesRecord: isBlamed = false }: FailureOptions): boolean {
  return status === 422 || (status === 400 && isBlamed);
}

type Sentence = Pick<FailureOptions, 'code' | 'message' | 'hint' | 'retry'>;

/** With these statuses neither Billy nor a proxy before it has carried anything out. */
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

const REFUSED_LIST: Sentence = {
  code: 'BILLY_VALIDATION',
  message: 'Billy refused the list or one of its filters.',
  hint: 'Check the filters, and BILLY_API_BASE_URL; it normally ends in /v2.',
};

/** Statuses that prove that nothing was carried out, even if a proxy sent them. */
const CERTAIN: ReadonlyMap<number, Sentence> = new Map([
  [429, RATE_LIMITED],
  ...NO_VERB.map((status) => [status, UNKNOWN_ROUTE] as const),
  ...TOO_LARGE.map((status) => [status, REFUSED_SIZE] as const),
]);

/** Time-out, "too early", client closed the request: Billy may or may not have carried the request out. */
const PASSING: readonly number[] = [408, 425, 499];
const CONFLICT = 409;

/** A read may be repeated; a write with an unknown effect must be looked up first. */
function lostAnswer(isWrite: boolean): Retry {
  return isWrite ? 'reconcile' : 'wait';
}

/** The error for an answer outside 2xx. `nowMs` is wall time, for a `Retry-After` date. */
export function refusalFailure(refusal: Refusal, asked: Asked, nowMs: number): BillyFailure {
  const { status, body } = refusal;
  const billyCode = typeof body?.['errorCode'] === 'string' ? body['errorCode'] : null;
  const sentence = sentenceFor(refusal, billyCode, asked) ?? oddAnswer(status, asked);
  const reason = reasonOf(body, asked);
  return new BillyFailure({
    ...sentence,
    ...reportedWork(body),
    status,
    billyCode: billyCode === null ? null : clip(billyCode, LIMITS.fieldCharsMax),
    blamesRecord: blamesRecord(body),
    isList: asked.isList === true,
    general: generalOf(body),
    attributes: attributesOf(body, asked),
    rejected: rejectedOf(body, asked),
    retryAfterMs: parseRetryAfter(headerOf(refusal, 'retry-after'), nowMs),
    ...(reason === '' ? {} : { detail: reason }),
  });
}

/** The sentence for a status and code; null if the answer is not one of Billy's refusals. */
function sentenceFor(refusal: Refusal, billyCode: string | null, asked: Asked): Sentence | null {
  const { status, body } = refusal;
  const certain = CERTAIN.get(status);
  if (certain !== undefined) return certain;
  if (status < 400 || status >= 500 || isUntrusted(status, asked)) return null;
  // A proxy before Billy sends these statuses too, and may do so after Billy has saved.
  const signed = SIGNED_ONLY.get(status);
  if (signed === undefined) return isErrorBody(body) ? REFUSED_RECORD : null;
  const isEnough = hasCode(body) || (status === 401 && !asked.isWrite);
  return isEnough ? signed(billyCode, asked) : null;
}

const SIGNED_ONLY: ReadonlyMap<number, (code: string | null, asked: Asked) => Sentence> = new Map([
  [401, () => REFUSED_TOKEN],
  [403, () => FORBIDDEN],
  [404, missingSentence],
]);

function isUntrusted(status: number, { isWrite }: Asked): boolean {
  return isIn(PASSING, status) || (isWrite && status === CONFLICT);
}

function missingSentence(billyCode: string | null, { isList }: Asked): Sentence {
  // Billy was seen to answer 404 to a filter that it does not know (section 12 A3).
  if (isList === true) return REFUSED_LIST;
  return billyCode === 'RECORD_NOT_FOUND' ? MISSING_RECORD : UNKNOWN_ROUTE;
}

/** The sentence for a 5xx, a redirect or a proxy's page in place of Billy's JSON: the effect is unknown. */
function oddAnswer(status: number, asked: Asked): Sentence {
  const hint = 'Usually passes by itself; if not, check BILLY_API_BASE_URL and any proxy.';
  const retry = lostAnswer(asked.isWrite);
  return { code: 'BILLY_SERVER', message: oddMessage(status, asked), hint, retry };
}

function oddMessage(status: number, asked: Asked): string {
  if (status >= 500) return 'Billy answered with a server error.';
  if (isUntrusted(status, asked))
    return 'The answer does not show whether the request had an effect.';
  return 'The answer did not come from Billy.';
}

/** A 2xx answer that is cut off, foreign, or lacks the requested record. `isJson`: it is a JSON object. */
export function foreignAnswer(status: number, asked: Asked & { isJson?: boolean }): BillyFailure {
  return new BillyFailure({
    code: 'BILLY_SERVER',
    message: 'The answer is not in the form that Billy uses.',
    hint: 'Usually passes by itself; if not, check BILLY_API_BASE_URL and any proxy.',
    retry: lostAnswer(asked.isWrite),
    status,
    ...(asked.isJson === true ? { unread: 'form' } : {}),
  });
}

/** The answer has too many bytes or values. The next one will too; a write may have been carried out. */
export function oversizedAnswer(status: number, { isWrite }: { isWrite: boolean }): BillyFailure {
  return new BillyFailure({
    code: 'BILLY_SERVER',
    message: 'The answer is larger than this program reads.',
    hint: 'Check BILLY_API_BASE_URL and any proxy; in Billy, look for a record with very many parts.',
    retry: isWrite ? 'reconcile' : 'never',
    status,
    unread: 'size',
  });
}

/**
 * The error for a missing answer. `wasSent` is false only if not one byte of the request left (refused,
 * unknown host, connect timeout, TLS handshake): then the request certainly had no effect.
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

/** A write was about to leave, but its last check was too long ago: it was not sent. */
export function heldUpFailure(): BillyFailure {
  return new BillyFailure({
    code: 'BILLY_UNREACHABLE',
    message: 'The request was delayed too long before sending, so it was not sent.',
    hint: 'The machine slept or was too busy. The request is sent again after a new check.',
    retry: 'wait',
  });
}

/** The token holds characters that no HTTP header can carry. */
export function unusableToken(): BillyFailure {
  return new BillyFailure({ ...REFUSED_TOKEN, status: 401 });
}

/** The request queue is paused after a 429 for longer than this caller wants to wait. */
export function pausedFailure(leftMs: number): BillyFailure {
  return new BillyFailure({ ...RATE_LIMITED, retryAfterMs: leftMs });
}

/** The id cannot be one of Billy's, so no request is sent. */
export function missingRecord(): BillyFailure {
  return new BillyFailure(MISSING_RECORD);
}

/** The list stayed inconsistent over all its passes. */
export function unstableList(): BillyFailure {
  return new BillyFailure({
    code: 'BILLY_SERVER',
    message: `A list was still inconsistent after ${String(LIMITS.listPassesMax)} passes.`,
    hint: 'Many records are being changed in Billy right now; try again later.',
    // This is not an outage: waiting for it to pass could last for ever.
    retry: 'never',
  });
}

/** The list continues beyond the number of records that a list may have. */
export function endlessList(): BillyFailure {
  return new BillyFailure({
    code: 'BILLY_SERVER',
    message: 'A list has no end.',
    hint: 'Check BILLY_API_BASE_URL and any proxy: the pages of the list hold too few records, or too many.',
    retry: 'never',
  });
}

function headerOf({ headers }: Refusal, name: string): string | null {
  const value = headers[name];
  return (typeof value === 'string' ? value : value?.[0]) ?? null;
}

/** The effects of a refused bulk request. It is unknown whether Billy ever does that (section 4). */
function reportedWork(body: JsonObject | null): Pick<FailureOptions, 'saved' | 'deleted'> {
  const isNotEmpty = ([, list]: [string, readonly unknown[]]): boolean => list.length > 0;
  const saved = Object.entries(recordsIn(body ?? {})).filter(isNotEmpty);
  const deleted = Object.entries(deletedIn(body ?? {}) ?? {}).filter(isNotEmpty);
  return { saved: Object.fromEntries(saved), deleted: Object.fromEntries(deleted) };
}
