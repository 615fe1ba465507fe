/** Finds the caller of a request: by a key of a caller, the admin key of the settings, a JWT, or a session. */
import { timingSafeEqual } from 'node:crypto';
import { AppError } from '../../core/errors.js';
import { sha256 } from '../../core/hash.js';
import { LIMITS } from '../../core/limits.js';
import { clip } from '../../core/text.js';
import type { BrowserSession, CallerKey } from '../../model/access.js';
import type { BrowserSessions } from '../../organizations/browser-sessions.js';
import type { CallerKeys } from '../../organizations/caller-keys.js';
import type { SignedIn } from '../signed-in.js';
import type { LoginLink } from './login-link.js';

/** Verifies tokens of an authorization server. */
export interface TokenVerifier {
  /** Rejects with `UNAUTHENTICATED` for a token that does not hold for the address. */
  readonly verify: (token: string, resourceUrl: string) => Promise<SignedIn>;
}

export interface CallersOptions {
  readonly keys: CallerKeys;
  readonly sessions: BrowserSessions;
  readonly loginLink: LoginLink;
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

  /** The caller whose key has begun the session. Rejects with `UNAUTHENTICATED`. */
  async signInBySession(sessionId: string): Promise<SignedIn> {
    const { sessions } = this.#options;
    const session = await sessions.find(sessionId);
    const owner = session === null ? null : await this.#ownerOf(session);
    if (session === null || owner === null) throw unauthenticated();
    return {
      ...owner,
      credential: `session ${session.idHash}`,
      expiresAt: new Date(session.expiresAtMs).toISOString(),
      isValid: async () => {
        const found = await sessions.find(sessionId);
        return found !== null && (await this.#ownerOf(found)) !== null;
      },
    };
  }

  /** Begins a session with a key, and returns its id. Rejects with `UNAUTHENTICATED`. */
  async beginByKey(key: string, { isSuspect }: Pick<SignInContext, 'isSuspect'>): Promise<string> {
    const { adminKey, sessions } = this.#options;
    const isAdmin = adminKey !== undefined && isSame(key, adminKey) && !isSuspect;
    if (!isAdmin && !key.startsWith(KEY)) throw unauthenticated();
    const { caller } = isAdmin ? ADMIN : await this.#byKey(key);
    return sessions.begin({
      credential: isAdmin ? 'admin-key' : 'key',
      keyHash: sha256(key),
      by: caller.actor,
    });
  }

  /** Begins a session with the code of the login link, and returns its id. Rejects with `UNAUTHENTICATED`. */
  async beginByCode(code: string): Promise<string> {
    const { loginLink, sessions } = this.#options;
    if (!loginLink.redeem(code)) throw unauthenticated();
    return sessions.begin({ credential: 'link', keyHash: null, by: BY_LINK.caller.actor });
  }

  /** Ends the session. */
  async end(sessionId: string, by: string): Promise<void> {
    await this.#options.sessions.end(sessionId, by);
  }

  /** null: the key of the session no longer holds. */
  async #ownerOf({ credential, keyHash }: BrowserSession): Promise<SignedIn | null> {
    const { adminKey, keys } = this.#options;
    if (credential === 'link') return BY_LINK;
    if (credential === 'admin-key') {
      return adminKey !== undefined && sha256(adminKey) === keyHash ? ADMIN : null;
    }
    const key = keyHash === null ? null : await keys.findByHash(keyHash);
    return key === null ? null : this.#ownerOfKey(key);
  }

  /** Rejects with `UNAUTHENTICATED` if the key is unknown, expired or revoked. */
  async #byKey(presented: string): Promise<SignedIn> {
    const key = await this.#options.keys.find(presented);
    if (key === null) throw unauthenticated();
    return this.#ownerOfKey(key);
  }

  #ownerOfKey(key: CallerKey): SignedIn {
    const { id, name, role, organizations, expiresAtMs } = key;
    return {
      caller: { actor: clip(name, LIMITS.fieldCharsMax), organizations, role },
      id: `key ${id}`,
      credential: `key ${id}`,
      expiresAt: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString(),
      isValid: () => this.#options.keys.isStillValid(key),
    };
  }
}

/** The owner of the key in the settings. It holds as long as the process runs. */
const ADMIN: SignedIn = {
  caller: { actor: 'BULK_API_KEY', organizations: 'all', role: 'admin' },
  id: 'admin key',
  credential: 'admin key',
  expiresAt: null,
  isValid: () => Promise.resolve(true),
};

/** The reader of the server's own output, where there was no key yet. */
const BY_LINK: SignedIn = {
  caller: { actor: 'login link', organizations: 'all', role: 'admin' },
  id: 'login link',
  credential: 'login link',
  expiresAt: null,
  isValid: () => Promise.resolve(true),
};
