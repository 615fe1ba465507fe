/** Turns bugs into errors for the reader: the reader sees an incident number, the log holds the details. */
import type { Clock } from './clock.js';
import { AppError } from './errors.js';
import type { Log } from './log.js';

export interface IncidentParts {
  readonly clock: Pick<Clock, 'randomHex'>;
  readonly log: Pick<Log, 'error'>;
}

/** Returns an error that may be shown. Anything but an AppError is a bug, and is logged with its stack. */
export function shownError(
  thrown: unknown,
  { clock, log }: IncidentParts,
  about: Readonly<Record<string, string>> = {},
): AppError {
  if (thrown instanceof AppError) return thrown;
  const incident = clock.randomHex(4);
  const stack = thrown instanceof Error ? thrown.stack : String(thrown);
  log.error({ event: 'bug', incident, ...about, stack });
  return new AppError({
    code: 'INTERNAL',
    message: `Internal error (incident ${incident}).`,
    hint: 'Please report it with the log lines of this incident.',
    cause: thrown,
  });
}
