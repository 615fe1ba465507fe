/** Finds the caller of a request: by a key of a caller, the admin key of the settings, or a JWT. */
import { timingSafeEqual } from 'node:crypto';
import { AppError } from '../../core/errors.js';
import { sha256 } from '../../core/hash.js';
import { LIMITS } from '../../core/limits.js';
import { clip } from '../../core/text.js';
import type { CallerKeys } from '../../organizations/caller-keys.js';
import type { Caller } from '../../organizations/caller.js';

export interface SignedIn {
  readonly caller: Caller;
  /** Tells callers apart in limits and logs; no secret. */
  readonly id: string;
  /** Tells keys and tokens apart, also those of one caller; no secret. */
  readonly credential: string;
  /** False once the key was revoked or has expired. */
  readonly isValid: () => Promise<boolean>;
}

/** Verifies tokens of an authorization server. */
export interface TokenVerifier {
  /** Rejects with `UNAUTHENTICATED` for a token that does not hold for the address. */
  readonly verify: (token: string, resourceUrl: string) => Promise<SignedIn>;
}

export interface CallersOptions {
  readonly keys: CallerKeys;
  /** BULK_API_KEY. */
  readonly adminKey: string | undefined;
  /** null: no authorization server is set. */
  readonly tokens: TokenVerifier | null;
}

export interface SignInContext {
  /** The address that a token must be for. */
  readonly resourceUrl: string;
  /**
   * Sign-ins from the caller's address have failed too often. Keys that were made here and signed tokens cannot be
   * guessed, so they are accepted all the same: a wrong key locks no neighbour out.
   */
  readonly isSuspect: boolean;
}

const BEARER = /^Bearer +([\x21-\x7e]{1,8192}) *$/i;
const KEY = 'bbk_';
/** A JWT in its compact form. */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(one)), Buffer.from(sha256(other)));
}

/** In the same words whatever is wrong with a key: only its owner may learn more, from an admin. */
export function unauthenticated(): AppError {
  return new AppError({
    code: 'UNAUTHENTICATED',
    message: 'This needs a valid key or token.',
    hint: 'Send Authorization: Bearer with a key of billy-bulk-mcp keys create, or a token of the authorization server.',
  });
}

export class Callers {
  readonly #options: CallersOptions;

  constructor(options: CallersOptions) {
    this.#options = options;
  }

  /** `header`: that of `Authorization`. Rejects with `UNAUTHENTICATED`. */
  async signIn(
    header: string | undefined,
    { resourceUrl, isSuspect }: SignInContext,
  ): Promise<SignedIn> {
    const presented = BEARER.exec(header ?? '')?.[1];
    if (presented === undefined) throw unauthenticated();
    const { adminKey, tokens } = this.#options;
    const isAdmin = adminKey !== undefined && isSame(presented, adminKey);
    if (isAdmin && !isSuspect) return ADMIN;
    if (presented.startsWith(KEY)) return this.#byKey(presented);
    if (tokens !== null && JWT.test(presented)) return tokens.verify(presented, resourceUrl);
    throw unauthenticated();
  }

  /** Rejects with `UNAUTHENTICATED` if the key is unknown, expired or revoked. */
  async #byKey(presented: string): Promise<SignedIn> {
    const { keys } = this.#options;
    const key = await keys.find(presented);
    if (key === null) throw unauthenticated();
    const { id, name, role, organizations } = key;
    return {
      caller: { actor: clip(name, LIMITS.fieldCharsMax), organizations, role },
      id: `key ${id}`,
      credential: `key ${id}`,
      isValid: () => keys.isStillValid(key),
    };
  }
}

/** The owner of the key in the settings. It holds as long as the process runs. */
const ADMIN: SignedIn = {
  caller: { actor: 'BULK_API_KEY', organizations: 'all', role: 'admin' },
  id: 'admin key',
  credential: 'admin key',
  isValid: () => Promise.resolve(true),
};
