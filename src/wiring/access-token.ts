/** The access token: read from the settings or from its file, known elsewhere only by its hash. */
import { tokenFileOf, type Config } from '../config.js';
import { sha256 } from '../core/hash.js';
import { readSecretFile } from '../core/secret-file.js';

export interface TokenRead {
  /** With the token in it, wherever that came from. */
  readonly config: Config;
  /** Others may read or change the file of the token. */
  readonly isExposed: boolean;
}

/** Reads the token's file where one is set; throws `CONFIG_INVALID` where it holds no token. */
export function readToken(config: Config): TokenRead {
  const path = tokenFileOf(config);
  if (path === null) return { config, isExposed: false };
  const { secret, isExposed } = readSecretFile(path, 'BILLY_ACCESS_TOKEN_FILE');
  return { config: { ...config, BILLY_ACCESS_TOKEN: secret }, isExposed };
}

/** The fingerprint under which a token's organization and sends are kept; the token itself is nowhere. */
export function tokenHashOf(config: Config): string | null {
  const { BILLY_ACCESS_TOKEN: token, BILLY_API_BASE_URL: baseUrl } = config;
  return token === undefined ? null : sha256(`${baseUrl} ${token}`);
}
