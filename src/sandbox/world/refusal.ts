/** The refusal of a request, as an error that the envelope turns into an answer. */
import type { SandboxUnknowns } from './unknowns.js';
import { recordNotFound, TEXT, type Localized } from './texts.js';

/** Codes, seen from the real host or guessed; billy-api.md section 2.4 marks the guesses. */
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
  | 'INVALID_RECORD'
  | 'OTHER';

/** The problems of one record; attribute keys are wire names. */
export interface RecordProblems {
  message: Localized | null;
  readonly attributes: Record<string, Localized>;
}

export function noProblems(): RecordProblems {
  // Without a prototype: attribute names come from clients, and `__proto__` is a possible name.
  return { message: null, attributes: Object.create(null) as Record<string, Localized> };
}

/** Problems by their key in `validationErrors`. */
export type ProblemsByKey = ReadonlyMap<string, RecordProblems>;

export class Refusal extends Error {
  readonly status: number;
  readonly code: RefusalCode;
  readonly text: Localized;
  readonly problems: ProblemsByKey | null;
  /** Ids that were deleted although the request was refused (a partial bulk delete). */
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

/** A 422: a business-rule or validation refusal in billy-api.md. */
export function unprocessable(text: Localized): Refusal {
  return new Refusal([422, 'OTHER'], text);
}

/** All problems of a record in one sentence. */
export function reasonOf({ message, attributes }: RecordProblems): Localized {
  if (message !== null) return message;
  const named = Object.entries(attributes);
  const joined = (language: keyof Localized): string =>
    named.map(([name, text]) => `${name} ${text[language]}`).join(', ');
  return { en: joined('en'), da: joined('da') };
}

type Shape = Pick<SandboxUnknowns, 'refusalStatus' | 'refusalCode' | 'refusalReasons'>;

function shapedProblems(problems: RecordProblems, { refusalReasons }: Shape): RecordProblems {
  if (refusalReasons === 'attributes') return problems;
  const attributes = refusalReasons === 'both' ? problems.attributes : noProblems().attributes;
  return { message: reasonOf(problems), attributes };
}

/** The refusal of records to save, in the shape that the unknowns choose (billy-api.md section 12, A1). */
export function refusedRecords(problems: ProblemsByKey, shape: Shape): Refusal {
  const { refusalStatus, refusalCode, refusalReasons } = shape;
  const answer = [refusalStatus, refusalCode] as const;
  const general = refusalCode === 'OTHER' ? TEXT.invalid : TEXT.invalidRecord;
  const [first] = problems.values();
  if (first === undefined) return new Refusal(answer, general);
  if (refusalReasons === 'errorMessage') return new Refusal(answer, reasonOf(first));
  const shown = [...problems].map(([key, each]) => [key, shapedProblems(each, shape)] as const);
  return new Refusal(answer, general, { problems: new Map(shown) });
}

/** The refusal of a deletion; `deleted` holds the ids that were deleted nevertheless. */
export function refusedRemoval(
  { singular, reason }: { readonly singular: string; readonly reason: Localized },
  unknowns: Shape & Pick<SandboxUnknowns, 'deleteRefusal'>,
  deleted: Readonly<Record<string, readonly string[]>> = {},
): Refusal {
  const { refusalStatus, deleteRefusal } = unknowns;
  if (deleteRefusal === 'plain') return new Refusal([refusalStatus, 'OTHER'], reason, { deleted });
  const problems = new Map([[singular, { ...noProblems(), message: reason }]]);
  const refusal = refusedRecords(problems, unknowns);
  const { status, code, text } = refusal;
  return new Refusal([status, code], text, { problems: refusal.problems, deleted });
}
