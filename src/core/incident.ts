/** A fault of our own: named to the reader by an incident number, told in full only to the log. */
import type { Clock } from './clock.js';
import { AppError } from './errors.js';
import type { Log } from './log.js';

export interface IncidentParts {
  readonly clock: Pick<Clock, 'randomHex'>;
  readonly log: Pick<Log, 'error'>;
}

/** Anything thrown, as an error that may be shown: what is no AppError is a bug, logged with its stack. */
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
    message: `The server met a fault of its own (incident ${incident}).`,
    hint: 'Please report it with the log lines of that incident.',
    cause: thrown,
  });
}
