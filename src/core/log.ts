/** Structured logs: JSON lines on stderr, so that stdout can carry the protocol alone. */
import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

/**
 * A logger that writes JSON lines. `secrets` are taken out of the finished line, wherever in it they
 * stand: no rule about field names can know where an error carries a token.
 */
export function createLog(options: {
  level: string;
  secrets?: readonly string[];
  destination?: DestinationStream;
}): Log {
  const secrets = (options.secrets ?? []).filter((secret) => secret !== '');
  const withoutSecrets = (line: string): string =>
    secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), line);
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ['token', '*.token', 'headers', '*.headers'], remove: true },
      hooks: { streamWrite: withoutSecrets },
    },
    options.destination ?? pino.destination({ dest: 2, sync: true }),
  );
}
