/**
 * The error classes and codes of the whole program. Any other error is a bug.
 * `message` and `hint` are our own sentences, safe to show. Text from files or from Billy goes into `detail`,
 * cut to length, and never into the sentences.
 */

export const ERROR_CODES = [
  'CONFIG_MISSING_TOKEN',
  'CONFIG_INVALID',
  'INPUT_SOURCE',
  'INPUT_INVALID',
  'INPUT_TOO_LARGE',
  'INPUT_ENCODING',
  'INPUT_AMBIGUOUS',
  'PATH_NOT_ALLOWED',
  'FILE_NOT_FOUND',
  'FILE_EXISTS',
  'CSV_MALFORMED',
  'CSV_MISSING_COLUMN',
  'ROW_INVALID',
  'ORGANIZATION_MISMATCH',
  'ORGANIZATION_REQUIRED',
  'ORGANIZATION_LOCKED',
  'RECORD_NOT_FOUND',
  'REFERENCE_NOT_FOUND',
  'DUPLICATE_AMBIGUOUS',
  'PLAN_STALE',
  'PLAN_REQUIRED',
  'READ_ONLY',
  'JOB_NOT_FOUND',
  'WEBHOOK_NOT_FOUND',
  'JOB_STATE',
  'UPLOAD_NOT_FOUND',
  'JOBS_TOO_MANY',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'LEASE_LOST',
  'STORE_FAILED',
  'BILLY_AUTH',
  'BILLY_VALIDATION',
  'BILLY_RATE_LIMIT',
  'BILLY_SERVER',
  'BILLY_UNREACHABLE',
  'OUTCOME_UNKNOWN',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** The allowed next step: give up, wait and send again, or look the record up in Billy first. */
export type Retry = 'never' | 'wait' | 'reconcile';

export interface AppErrorOptions {
  code: ErrorCode;
  /** Our own sentence, safe to show. */
  message: string;
  /** Advice for the reader. */
  hint?: string;
  /** Untrusted text (file or Billy), cut to length by `clip`. */
  detail?: string;
  retry?: Retry;
  cause?: unknown;
}

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly detail: string | null;
  readonly retry: Retry;

  constructor(options: AppErrorOptions) {
    super(options.message, { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.hint = options.hint ?? '';
    this.detail = options.detail ?? null;
    this.retry = options.retry ?? 'never';
  }
}

/** A call with invalid sources, paths, files or arguments. */
export class InputError extends AppError {}

/** Missing or invalid settings. */
export class ConfigError extends AppError {}

/** A job that does not exist, or is in a state that forbids the call. */
export class JobError extends AppError {}

/** The store refused or lost a write; `LEASE_LOST` means that another process owns the work now. */
export class StoreError extends AppError {}

/** A refusal of Billy, or a missing answer. Created only by `src/billy/failure.ts`. */
export class BillyError extends AppError {}

/** The message of anything thrown, without its stack. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
