/** Builds the bodies of answers: `meta` in every one, and the error shape of billy-api.md section 2.4. */
import type { Paging } from './list.js';
import type { Wire } from './present.js';
import type { ProblemsByKey, RecordProblems, Refusal, RefusalCode } from '../world/refusal.js';
import type { Language, Localized } from '../world/texts.js';
import { datetimeText } from '../world/world.js';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' } as const;

/** Codes with a time in the answer: the real host sends it for some codes and not for others. */
const TIMED_CODES: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'AUTHENTICATION_REQUIRED',
  'METHOD_NOT_ALLOWED',
  'SERVER_ERROR',
]);

/** The language and the time of an answer. */
export interface Occasion {
  readonly language: Language | null;
  readonly nowMs: number;
  /** Returns the time since the request arrived. */
  readonly elapsedMs: () => number;
}

type Deleted = Readonly<Record<string, readonly string[]>>;

/** A 200 with root records, the paging of a list, and the ids that a write deleted. */
export function success(
  roots: Wire,
  occasion: Occasion,
  extra: { paging?: Paging; deleted?: Deleted } = {},
): Reply {
  const { paging, deleted = {} } = extra;
  const meta: Wire = { statusCode: 200, success: true, time: occasion.elapsedMs() / 1000 };
  if (paging !== undefined) meta['paging'] = paging;
  if (Object.keys(deleted).length > 0) meta['deletedRecords'] = deleted;
  return { status: 200, headers: JSON_HEADERS, body: JSON.stringify({ meta, ...roots }) };
}

function presentProblems({ message, attributes }: RecordProblems, language: Language): Wire {
  const texts = Object.entries(attributes).map(([name, text]) => [name, text[language]] as const);
  const shown: Wire = { attributes: Object.fromEntries(texts) };
  if (message === null) return shown;
  return { message: message[language], ...(texts.length > 0 ? shown : {}) };
}

function validationErrors(problems: ProblemsByKey, language: Language): Wire {
  return Object.fromEntries(
    [...problems].map(([key, each]) => [key, presentProblems(each, language)]),
  );
}

/** An error answer without a Refusal, for the parts in front of Billy. */
export function failure(
  [status, code]: readonly [number, RefusalCode],
  text: Localized,
  occasion: Occasion,
): Reply {
  return refusalReply({ status, code, text, problems: null, deleted: null, saved: null }, occasion);
}

/** The answer to a refused request, in English unless the request asked for Danish. */
export function refusalReply(
  refusal: Pick<Refusal, 'status' | 'code' | 'text' | 'problems' | 'deleted' | 'saved'>,
  occasion: Occasion,
): Reply {
  const { status, code, text, problems, deleted, saved } = refusal;
  const language = occasion.language ?? 'en';
  const meta: Wire = { statusCode: status, success: false };
  if (deleted !== null && Object.keys(deleted).length > 0) meta['deletedRecords'] = deleted;
  const body: Wire = { meta, ...saved, errorCode: code, errorMessage: text[language] };
  if (problems !== null) body['validationErrors'] = validationErrors(problems, language);
  if (TIMED_CODES.has(code)) body['errorTime'] = datetimeText(occasion.nowMs);
  body['helpUrl'] = 'https://www.billy.dk/support/';
  return { status, headers: JSON_HEADERS, body: JSON.stringify(body) };
}
