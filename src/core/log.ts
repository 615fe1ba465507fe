/** Structured logs: JSON lines on stderr, so that stdout can carry the protocol alone. */
import { pino, type DestinationStream, type Logger } from 'pino';
import { LIMITS } from './limits.js';
import { cleanValue } from './outgoing.js';
import { keepSecrets, type SecretKeeper } from './secrets.js';
import { showBlock } from './text.js';

export type Log = Logger;

/**
 * The finished line as it may leave: no rule about field names can know where an error carries a token or a
 * stranger's text. Nearly all lines are in order and stay as they are.
 */
function cleanedLine(line: string, secrets: SecretKeeper): string {
  const isShort = line.length <= LIMITS.lineCharsMax;
  if (isShort && showBlock(line) === line && !secrets.isIn(line)) return line;
  const { level, time, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const cleaned = cleanValue(secrets.hushValue(rest), { charsMax: LIMITS.logFieldCharsMax });
  const text = JSON.stringify({ level, time, ...(cleaned as object) });
  if (text.length <= LIMITS.logLineCharsMax) return `${text}\n`;
  return `${JSON.stringify({ level, time, event: 'log.too-long', chars: line.length })}\n`;
}

/** A logger that writes JSON lines, without `secrets` and without what hides text. */
export function createLog(options: {
  level: string;
  secrets?: readonly string[];
  destination?: DestinationStream;
}): Log {
  const secrets = keepSecrets(options.secrets ?? []);
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ['token', '*.token', 'headers', '*.headers'], remove: true },
      hooks: { streamWrite: (line) => cleanedLine(line, secrets) },
    },
    options.destination ?? pino.destination({ dest: 2, sync: true }),
  );
}
