/** One check of the doctor, and functions that create checks. */
import { AppError, type ErrorCode } from '../core/errors.js';
import { shownError, type IncidentParts } from '../core/incident.js';
import { LIMITS } from '../core/limits.js';
import { clip } from '../core/text.js';

export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failed';
  /** Our own sentence. */
  readonly message: string;
  /** Text of a setting or of Billy, cut to length. */
  readonly detail: string | null;
  readonly code: ErrorCode | null;
  readonly hint: string | null;
}

export type Tell = (check: Check) => void;

type Words = Pick<Check, 'name' | 'message'> & Partial<Check>;

function checkOf(status: Check['status'], words: Words): Check {
  const { name, message, detail = null, code = null, hint = null } = words;
  return { name, status, message, detail, code, hint };
}

export function fine(words: Words): Check {
  return checkOf('ok', words);
}

export function warning(words: Words): Check {
  return checkOf('warning', words);
}

export function failed(words: Words): Check {
  return checkOf('failed', words);
}

/** A failed check from a thrown error. A bug goes to the log with its stack; the check shows its number. */
export function failedBy(name: string, thrown: unknown, deps: IncidentParts): Check {
  const { code, message, hint, detail } = shownError(thrown, deps);
  return failed({
    name,
    message,
    code,
    hint: hint === '' ? null : hint,
    detail: detail === null ? null : clip(detail, LIMITS.fieldCharsMax),
  });
}

/** Returns the result of `run`; reports a failure as a check and returns null. */
export async function attempt<T>(
  name: string,
  run: () => T | Promise<T>,
  deps: IncidentParts & { readonly tell: Tell },
): Promise<T | null> {
  try {
    return await run();
  } catch (error) {
    deps.tell(failedBy(name, error, deps));
    return null;
  }
}

/** True if Billy refused the request for good, for another reason than the token. */
export function isRefusal(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && thrown.retry === 'never' && thrown.code !== 'BILLY_AUTH';
}
