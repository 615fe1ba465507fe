/** Reads the access token from the settings or from its file. The store knows it only by its hash. */
import { tokenFileOf, type Config } from '../config.js';
import { sha256 } from '../core/hash.js';
import { readSecretFile } from '../core/secret-file.js';

export interface TokenRead {
  /** The settings with the token, from either source. */
  readonly config: Config;
  /** Other users may read or change the file of the token. */
  readonly isExposed: boolean;
}

/** Reads the token's file if one is set; throws `CONFIG_INVALID` if it holds no token. */
export function readToken(config: Config): TokenRead {
  const path = tokenFileOf(config);
  if (path === null) return { config, isExposed: false };
  const { secret, isExposed } = readSecretFile(path, 'BILLY_ACCESS_TOKEN_FILE');
  return { config: { ...config, BILLY_ACCESS_TOKEN: secret }, isExposed };
}

/** The hash under which a token's organization and sends are stored; the token itself is never stored. */
export function tokenHashOf(config: Config): string | null {
  const { BILLY_ACCESS_TOKEN: token, BILLY_API_BASE_URL: baseUrl } = config;
  return token === undefined ? null : sha256(`${baseUrl} ${token}`);
}
