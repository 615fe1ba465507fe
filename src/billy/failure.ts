/**
 * The one place where an answer of Billy's, or its absence, becomes an error. Decided by HTTP status
 * and `errorCode`, never by text: Billy's texts change with the language (billy-api.md section 1).
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
  /** The parsed body; null when it is no JSON object. */
  readonly body: JsonObject | null;
}

/** What the error must know of the request. */
export interface Asked extends SentIds {
  readonly isWrite: boolean;
  /** A list: what it lacks is something that it was asked for, not a record and not the route. */
  readonly isList?: boolean;
}

interface FailureOptions extends AppErrorOptions {
  status?: number;
  billyCode?: string | null;
  /** A 400 that blames the record is a 422 to us: which of them Billy sends is unknown (section 12 A1). */
  blamesRecord?: boolean;
  isList?: boolean;
  attributes?: Readonly<Record<string, string>>;
  retryAfterMs?: number | null;
  /** What Billy says of the request as such; '': nothing. */
  general?: string;
  rejected?: ReadonlyMap<string, Rejection>;
  saved?: Readonly<Record<string, readonly WireRecord[]>>;
  deleted?: Readonly<Record<string, readonly string[]>>;
  unread?: Unread;
}

/** form: the answer is JSON, and yet not what Billy answers · size: it is larger than what is read of one. */
type Unread = 'form' | 'size';

/** A refused, lost or impossible request. `code` tells callers what, `retry` what may follow. */
export class BillyFailure extends BillyError {
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** Billy's `errorCode`. */
  readonly billyCode: string | null;
  /** Refused fields by wire name, with Billy's text cut to length. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Billy has refused for certain what the record says: a 422, or a 400 that blames the record. */
  readonly isRecordRefused: boolean;
  /** Such a refusal that names no field. */
  readonly isWholeRecord: boolean;
  /** How long the server asked us to stay away; null when it did not. */
  readonly retryAfterMs: number | null;
  /** By each sent `_clientId` that `validationErrors` names, children's among them: what it says. */
  readonly rejected: ReadonlyMap<string, Rejection>;
  /** Records by collection root that the refusal reports as written all the same. */
  readonly saved: Readonly<Record<string, readonly WireRecord[]>>;
  /** Ids by collection root that the refusal reports as gone all the same. */
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
   * What a refusal of many says of the one record with this `_clientId` and of its children, as a
   * refusal of that record alone would say it; null: nothing.
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

  /** Billy has no such route, or no such verb on it. */
  get isUnsupported(): boolean {
    if (this.retry !== 'never') return false;
    const isMissing = this.status === 404 && !this.#isList && this.code !== 'RECORD_NOT_FOUND';
    return isMissing || isIn(NO_VERB, this.status);
  }

  /** The body, or the address, is longer than Billy takes. */
  get isTooLarge(): boolean {
    return isIn(TOO_LARGE, this.status);
  }

  /** The answer is JSON, and yet not what Billy answers: to ask again may not help. */
  get isUnreadable(): boolean {
    return this.#unread === 'form';
  }

  /** The answer is larger than what is read of one. */
  get isOversized(): boolean {
    return this.#unread === 'size';
  }

  /** Refused, and yet not without an effect. */
  get isPartial(): boolean {
    return [this.saved, this.deleted].some((lists) => Object.keys(lists).length > 0);
  }
}

function isBlaming({ status, blamesRecord: isBlamed = false }: FailureOptions): boolean {
  return status === 422 || (status === 400 && isBlamed);
}

type Sentence = Pick<FailureOptions, 'code' | 'message' | 'hint' | 'retry'>;

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

const REFUSED_LIST: Sentence = {
  code: 'BILLY_VALIDATION',
  message: 'Billy refused the list or one of its filters.',
  hint: 'Check the filters, and BILLY_API_BASE_URL; it normally ends in /v2.',
};

/** Statuses that say enough, whoever answered: by them nothing was carried out. */
const CERTAIN: ReadonlyMap<number, Sentence> = new Map([
  [429, RATE_LIMITED],
  ...NO_VERB.map((status) => [status, UNKNOWN_ROUTE] as const),
  ...TOO_LARGE.map((status) => [status, REFUSED_SIZE] as const),
]);

/** A time-out, a conflict, "too early", a client that left: what Billy did before, none of them says. */
const PASSING: readonly number[] = [408, 425, 499];
const CONFLICT = 409;

/** A read may be asked again; a write whose effect is unknown must be looked up first. */
function lostAnswer(isWrite: boolean): Retry {
  return isWrite ? 'reconcile' : 'wait';
}

/** Any answer outside 2xx. `nowMs` is wall time, for a `Retry-After` date. */
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

/** What the status and the code alone decide; null when the answer is not one of Billy's refusals. */
function sentenceFor(refusal: Refusal, billyCode: string | null, asked: Asked): Sentence | null {
  const { status, body } = refusal;
  const certain = CERTAIN.get(status);
  if (certain !== undefined) return certain;
  if (status < 400 || status >= 500 || isUntrusted(status, asked)) return null;
  // What stands before Billy answers these too, and may do so after Billy has saved.
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
  // A filter that Billy does not know was seen to be answered so (section 12 A3).
  if (isList === true) return REFUSED_LIST;
  return billyCode === 'RECORD_NOT_FOUND' ? MISSING_RECORD : UNKNOWN_ROUTE;
}

/** 5xx, a redirect, or a proxy's page where Billy's JSON belongs: nobody knows what happened. */
function oddAnswer(status: number, asked: Asked): Sentence {
  const hint = 'Usually passes by itself; if not, check BILLY_API_BASE_URL and any proxy.';
  const retry = lostAnswer(asked.isWrite);
  return { code: 'BILLY_SERVER', message: oddMessage(status, asked), hint, retry };
}

function oddMessage(status: number, asked: Asked): string {
  if (status >= 500) return 'Billy answered with a server error.';
  if (isUntrusted(status, asked)) return 'The answer does not tell what became of the request.';
  return 'The answer did not come from Billy.';
}

/** A 2xx answer that is cut off, foreign, or lacks what was asked for. `isJson`: it is a JSON object all the same. */
export function foreignAnswer(status: number, asked: Asked & { isJson?: boolean }): BillyFailure {
  return new BillyFailure({
    code: 'BILLY_SERVER',
    message: 'The answer could not be read as one of Billy.',
    hint: 'Usually passes by itself; if not, check BILLY_API_BASE_URL and any proxy.',
    retry: lostAnswer(asked.isWrite),
    status,
    ...(asked.isJson === true ? { unread: 'form' } : {}),
  });
}

/** Too many bytes or values to be read. The next answer will be as large; a write may have been carried out. */
export function oversizedAnswer(status: number, { isWrite }: { isWrite: boolean }): BillyFailure {
  return new BillyFailure({
    code: 'BILLY_SERVER',
    message: 'The answer is larger than what is read of an answer of Billy.',
    hint: 'Check BILLY_API_BASE_URL and any proxy; in Billy, look for a record with very many parts.',
    retry: isWrite ? 'reconcile' : 'never',
    status,
    unread: 'size',
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

/** A write whose last check was too long ago when it was about to leave: nothing has left. */
export function heldUpFailure(): BillyFailure {
  return new BillyFailure({
    code: 'BILLY_UNREACHABLE',
    message: 'The request was held up before it left, and was not sent.',
    hint: 'The machine slept or was too busy; it is sent again after a new check.',
    retry: 'wait',
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
    // It is no outage: whoever waits for it to pass waits for ever.
    retry: 'never',
  });
}

/** A list that goes on after all that a list may hold. */
export function endlessList(): BillyFailure {
  return new BillyFailure({
    code: 'BILLY_SERVER',
    message: 'A list did not come to an end.',
    hint: 'Check BILLY_API_BASE_URL and any proxy: the pages of the list hold too few records, or too many.',
    retry: 'never',
  });
}

function headerOf({ headers }: Refusal, name: string): string | null {
  const value = headers[name];
  return (typeof value === 'string' ? value : value?.[0]) ?? null;
}

/** What a bulk request did although it was refused: whether Billy may do that is unknown (section 4). */
function reportedWork(body: JsonObject | null): Pick<FailureOptions, 'saved' | 'deleted'> {
  const isNotEmpty = ([, list]: [string, readonly unknown[]]): boolean => list.length > 0;
  const saved = Object.entries(recordsIn(body ?? {})).filter(isNotEmpty);
  const deleted = Object.entries(deletedIn(body ?? {}) ?? {}).filter(isNotEmpty);
  return { saved: Object.fromEntries(saved), deleted: Object.fromEntries(deleted) };
}
