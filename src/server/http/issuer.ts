/** The authorization server of the settings: finds its keys, and remembers them. */
import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import { request } from 'undici';
import { z } from 'zod';
import { AppError } from '../../core/errors.js';

const TIMEOUT_MS = 5000;
const DOCUMENT_BYTES_MAX = 256 * 1024;
/** Keys are read again after this time, or when a token names an unknown one, but no sooner than the cooldown. */
const KEYS_AGE_MS = 600_000;
const COOLDOWN_MS = 30_000;
const RETRY_SECONDS = 30;
const OK = 200;

/** OpenID Connect Discovery 1.0, and RFC 8414 for servers without it. */
const DOCUMENTS = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];

const DISCOVERY = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** The authorization server does not answer, so no token can be checked. */
export class IssuerAway extends AppError {
  readonly retryAfterSeconds = RETRY_SECONDS;

  constructor(cause?: unknown) {
    super({
      code: 'UNAUTHENTICATED',
      message: 'The authorization server cannot be reached, so the token cannot be checked.',
      hint: `Try again in ${String(RETRY_SECONDS)} s. Keys of this server (bbk_...) work meanwhile.`,
      cause,
    });
  }
}

async function readDocument(url: string): Promise<unknown> {
  const { statusCode, body } = await request(url, {
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  let text = '';
  for await (const chunk of body) {
    text += String(chunk);
    if (text.length > DOCUMENT_BYTES_MAX) throw new Error('the document is too long');
  }
  return statusCode === OK ? (JSON.parse(text) as unknown) : null;
}

/** The address of the keys. The document must name the issuer itself. */
async function findKeys(issuer: string): Promise<URL> {
  for (const path of DOCUMENTS) {
    const found = DISCOVERY.safeParse(await readDocument(`${issuer}${path}`));
    if (found.success && found.data.issuer.replace(/\/+$/, '') === issuer) {
      return new URL(found.data.jwks_uri);
    }
  }
  throw new Error('the authorization server names no keys');
}

export class Issuer {
  readonly #url: string;
  #keys: Promise<JWTVerifyGetKey> | null = null;

  /** `url`: without a slash at the end. */
  constructor(url: string) {
    this.#url = url;
  }

  /** Rejects with `IssuerAway` if the server does not answer; then it is asked again the next time. */
  async keys(): Promise<JWTVerifyGetKey> {
    this.#keys ??= findKeys(this.#url).then((url) =>
      createRemoteJWKSet(url, {
        timeoutDuration: TIMEOUT_MS,
        cooldownDuration: COOLDOWN_MS,
        cacheMaxAge: KEYS_AGE_MS,
      }),
    );
    try {
      return await this.#keys;
    } catch (cause) {
      this.#keys = null;
      throw new IssuerAway(cause);
    }
  }
}
