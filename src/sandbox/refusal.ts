/** A request that the sandbox refuses, as a value that the envelope turns into an answer. */
import { recordNotFound, TEXT, type Localized } from './texts.js';

/** Codes seen from the real host (billy-api.md section 2.4); the others are guesses, as the page marks them. */
export type RefusalCode =
  | 'INVALID_REQUEST_BODY'
  | 'INVALID_DELETE_ID_ARRAY'
  | 'AUTHENTICATION_REQUIRED'
  | 'OAUTH_INVALID_ACCESS_TOKEN'
  | 'FORBIDDEN'
  | 'UNKNOWN_RESOURCE'
  | 'RECORD_NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'REQUEST_TOO_LARGE'
  | 'RATE_LIMIT_EXCEEDED'
  | 'SERVER_ERROR'
  | 'OTHER';

/** What is wrong with one record; attribute keys are wire names. */
export interface RecordProblems {
  message: Localized | null;
  readonly attributes: Record<string, Localized>;
}

export function noProblems(): RecordProblems {
  // Without a prototype: attribute names come from clients, and `__proto__` is one.
  return { message: null, attributes: Object.create(null) as Record<string, Localized> };
}

/** Problems by the key under which `validationErrors` shows them. */
export type ProblemsByKey = ReadonlyMap<string, RecordProblems>;

export class Refusal extends Error {
  readonly status: number;
  readonly code: RefusalCode;
  readonly text: Localized;
  readonly problems: ProblemsByKey | null;
  /** Ids that went although the request was refused (a partial bulk delete). */
  readonly deleted: Readonly<Record<string, readonly string[]>> | null;
  /** Records by collection that were saved although the request was refused (a partial bulk save). */
  readonly saved: Readonly<Record<string, unknown>> | null;

  constructor(
    [status, code]: readonly [number, RefusalCode],
    text: Localized,
    extra: {
      problems?: ProblemsByKey | null;
      deleted?: Readonly<Record<string, readonly string[]>>;
      saved?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(text.en);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.text = text;
    this.problems = extra.problems ?? null;
    this.deleted = extra.deleted ?? null;
    this.saved = extra.saved ?? null;
  }
}

export function notFound(singular: string, id: string): Refusal {
  return new Refusal([404, 'RECORD_NOT_FOUND'], recordNotFound(singular, id));
}

export function forbidden(): Refusal {
  return new Refusal([403, 'FORBIDDEN'], TEXT.forbidden);
}

export function badRequest(text: Localized): Refusal {
  return new Refusal([400, 'OTHER'], text);
}

/** A 422: what the page calls a business-rule or validation refusal. */
export function unprocessable(text: Localized): Refusal {
  return new Refusal([422, 'OTHER'], text);
}
