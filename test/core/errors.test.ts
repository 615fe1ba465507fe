import { describe, expect, it } from 'vitest';
import {
  AppError,
  BillyError,
  ConfigError,
  ERROR_CODES,
  InputError,
  JobError,
  messageOf,
  StoreError,
} from '../../src/core/errors.js';

/** Contract, section 3: callers match on these; removing one breaks them. */
const PROMISED = `CONFIG_MISSING_TOKEN INPUT_SOURCE INPUT_INVALID INPUT_TOO_LARGE INPUT_ENCODING
  INPUT_AMBIGUOUS PATH_NOT_ALLOWED FILE_NOT_FOUND FILE_EXISTS CSV_MALFORMED CSV_MISSING_COLUMN
  ROW_INVALID ORGANIZATION_MISMATCH ORGANIZATION_LOCKED RECORD_NOT_FOUND REFERENCE_NOT_FOUND
  DUPLICATE_AMBIGUOUS PLAN_STALE JOB_NOT_FOUND JOB_STATE BILLY_AUTH BILLY_VALIDATION
  BILLY_RATE_LIMIT BILLY_SERVER BILLY_UNREACHABLE OUTCOME_UNKNOWN`.split(/\s+/);

describe('ERROR_CODES', () => {
  it('hold every code that the contract promises, each once', () => {
    expect(ERROR_CODES).toEqual(expect.arrayContaining(PROMISED));
    expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length);
  });
});

describe('AppError', () => {
  it('carries what it was given', () => {
    const cause = new Error('ECONNRESET');
    const failure = new AppError({
      code: 'OUTCOME_UNKNOWN',
      message: 'The answer was lost.',
      hint: 'Wait.',
      detail: 'socket hang up',
      retry: 'reconcile',
      cause,
    });
    expect(failure).toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      message: 'The answer was lost.',
      hint: 'Wait.',
      detail: 'socket hang up',
      retry: 'reconcile',
      cause,
    });
  });

  it('promises nothing that was not said: no hint, no detail, no second try', () => {
    const failure = new AppError({ code: 'INTERNAL', message: 'A bug.' });
    expect(failure).toMatchObject({ hint: '', detail: null, retry: 'never' });
    expect(failure.cause).toBeUndefined();
  });

  it.each([InputError, ConfigError, JobError, StoreError, BillyError])(
    'has %o as a child that is told apart by class and by name',
    (Child) => {
      const failure = new Child({ code: 'JOB_STATE', message: 'Not now.' });
      expect(failure).toBeInstanceOf(AppError);
      expect(failure).toBeInstanceOf(Error);
      expect(failure.name).toBe(Child.name);
      expect(failure.stack).toContain('errors.test.ts');
    },
  );
});

describe('messageOf', () => {
  it.each([
    [new Error('broken'), 'broken'],
    [new AppError({ code: 'INTERNAL', message: 'A bug.', detail: 'secret' }), 'A bug.'],
    ['thrown text', 'thrown text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [404, '404'],
  ])('reads %o', (thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });
});
