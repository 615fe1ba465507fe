/** Creates the structured log: JSON lines on stderr, because stdout carries only the protocol. */
import { pino, type DestinationStream, type Logger } from 'pino';
import { LIMITS } from './limits.js';
import { cleanValue } from './outgoing.js';
import { keepSecrets, type SecretKeeper } from './secrets.js';
import { showBlock } from './text.js';

export type Log = Logger;

/**
 * Cleans a finished line, because an error may carry a token or untrusted text in any field. Nearly all lines
 * need no change.
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

/**
 * Creates a logger that writes JSON lines, without hidden characters and without the secrets: given ones, or those of a
 * keeper.
 */
export function createLog(options: {
  level: string;
  secrets?: readonly string[] | SecretKeeper;
  destination?: DestinationStream;
}): Log {
  const { secrets: given = [] } = options;
  const secrets = 'isIn' in given ? given : keepSecrets(given);
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
