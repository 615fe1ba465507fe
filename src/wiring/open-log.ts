/** Opens the log. The access token is read first, because the log must redact it in every line. */
import type { Config } from '../config.js';
import { createLog, type Log } from '../core/log.js';
import type { Redact } from '../core/outgoing.js';
import { growingSecrets, type GrowingSecrets } from '../core/secrets.js';
import { readToken } from './access-token.js';

export interface OpenedLog {
  /** The settings with the token, from either source. */
  readonly config: Config;
  readonly log: Log;
  /** Redacts the token in a text. */
  readonly redact: Redact;
  /** Takes further secrets, which are then redacted too. */
  readonly secrets: GrowingSecrets;
}

function logExposed(log: Log): void {
  log.warn({
    event: 'token-file.exposed',
    message: 'Other users may read or change the file of the access token.',
    hint: 'Make it readable only by its owner (chmod 600). If others may have read it, revoke the token in Billy and create another.',
  });
}

/** The password in SMTP_URL, as it is written there and as the mail server gets it. */
function mailPasswords({ SMTP_URL: url = '' }: Pick<Config, 'SMTP_URL'>): string[] {
  const password = URL.canParse(url) ? new URL(url).password : '';
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}

/**
 * Reads the token's file if one is set, and opens the log, which redacts further tokens too. Throws `CONFIG_INVALID` if
 * the file holds no token.
 */
export function openLog(settings: Config, furtherTokens: readonly string[] = []): OpenedLog {
  const { config, isExposed } = readToken(settings);
  const { BILLY_ACCESS_TOKEN: token = '', BULK_SECRET_KEY: keys = '' } = config;
  const mail = mailPasswords(config);
  const secrets = growingSecrets([token, ...keys.split(','), ...mail, ...furtherTokens]);
  const log = createLog({ level: config.BULK_LOG_LEVEL, secrets });
  if (isExposed) logExposed(log);
  return { config, log, redact: secrets.hush, secrets };
}
