// Refusals of REST: the status of each code, by contract, section 7.
import { describe, expect, it } from 'vitest';
import { AppError, ERROR_CODES, type ErrorCode } from '../../src/core/errors.js';
import { problemResponse, statusOf } from '../../src/server/problem.js';

const STATUS: Readonly<Record<ErrorCode, number>> = {
  CONFIG_MISSING_TOKEN: 422,
  CONFIG_INVALID: 422,
  INPUT_SOURCE: 422,
  INPUT_INVALID: 422,
  INPUT_TOO_LARGE: 413,
  INPUT_ENCODING: 422,
  INPUT_AMBIGUOUS: 422,
  PATH_NOT_ALLOWED: 422,
  FILE_NOT_FOUND: 404,
  UPLOAD_NOT_FOUND: 404,
  FILE_EXISTS: 409,
  CSV_MALFORMED: 422,
  CSV_MISSING_COLUMN: 422,
  ROW_INVALID: 422,
  ORGANIZATION_MISMATCH: 422,
  ORGANIZATION_REQUIRED: 422,
  ORGANIZATION_LOCKED: 422,
  RECORD_NOT_FOUND: 404,
  REFERENCE_NOT_FOUND: 404,
  DUPLICATE_AMBIGUOUS: 422,
  PLAN_STALE: 409,
  PLAN_REQUIRED: 409,
  READ_ONLY: 403,
  JOB_NOT_FOUND: 404,
  JOB_STATE: 409,
  WEBHOOK_NOT_FOUND: 404,
  JOBS_TOO_MANY: 429,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  LEASE_LOST: 503,
  STORE_FAILED: 503,
  BILLY_AUTH: 502,
  BILLY_VALIDATION: 502,
  BILLY_RATE_LIMIT: 502,
  BILLY_SERVER: 502,
  BILLY_UNREACHABLE: 502,
  OUTCOME_UNKNOWN: 422,
  INTERNAL: 500,
};

describe('the status', () => {
  it.each(ERROR_CODES)('of %s is that of the contract', (code) => {
    expect(statusOf(code)).toBe(STATUS[code]);
  });
});

describe('a problem', () => {
  it('holds our own words, and nothing of what a caller or Billy wrote', async () => {
    const error = new AppError({
      code: 'FORBIDDEN',
      message: 'Our sentence.',
      hint: 'Our advice.',
      detail: 'a text of a file',
      cause: new Error('a text of Billy'),
    });
    const response = problemResponse(error, { headers: { 'retry-after': '3' } });
    expect(response.status).toBe(403);
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'retry-after': '3',
    });
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
      detail: 'Our sentence.',
      code: 'FORBIDDEN',
      hint: 'Our advice.',
    });
  });

  it('takes another status where the code alone does not say it', () => {
    const error = new AppError({ code: 'INPUT_INVALID', message: 'No.', hint: 'Yes.' });
    expect(problemResponse(error, { status: 404 }).status).toBe(404);
  });
});
