/** Errors as `application/problem+json` (RFC 9457), with the status of their code (contract, section 7). */
import { STATUS_CODES } from 'node:http';
import { AppError, type ErrorCode } from '../core/errors.js';
import { cleanValue, type Redact } from '../core/outgoing.js';

const UNPROCESSABLE = 422;

/** Codes whose status is not that of their kind. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  READ_ONLY: 403,
  PATH_NOT_ALLOWED: 422,
  INPUT_TOO_LARGE: 413,
  JOB_NOT_FOUND: 404,
  WEBHOOK_NOT_FOUND: 404,
  FILE_NOT_FOUND: 404,
  UPLOAD_NOT_FOUND: 404,
  RECORD_NOT_FOUND: 404,
  REFERENCE_NOT_FOUND: 404,
  ORGANIZATION_REQUIRED: 422,
  ORGANIZATION_MISMATCH: 422,
  JOB_STATE: 409,
  FILE_EXISTS: 409,
  PLAN_STALE: 409,
  PLAN_REQUIRED: 409,
  JOBS_TOO_MANY: 429,
  RATE_LIMITED: 429,
  STORE_FAILED: 503,
  LEASE_LOST: 503,
  INTERNAL: 500,
};

export function statusOf(code: ErrorCode): number {
  const status = STATUS[code];
  if (status !== undefined) return status;
  return code.startsWith('BILLY_') ? 502 : UNPROCESSABLE;
}

export interface ProblemMore {
  /** Instead of the status of the code. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the body. */
  readonly members?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The member `about` with what the error is about: names of organizations or columns, for example. It may hold texts of
 * the caller or of Billy, so it is cleaned and stands apart from our own sentences.
 */
export function aboutOf({ detail }: AppError, redact: Redact): ProblemMore['members'] {
  return detail === null ? {} : { about: cleanValue(detail, { redact }) };
}

/** The response for an error. Texts of the caller or of Billy are in `more` only. */
export function problemResponse(error: AppError, more: ProblemMore = {}): Response {
  const status = more.status ?? statusOf(error.code);
  const body = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: error.message,
    code: error.code,
    hint: error.hint,
    ...more.members,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...more.headers,
    },
  });
}
