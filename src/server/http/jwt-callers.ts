/** Callers that sign in with a JWT of the authorization server. */
import { errors, jwtVerify, type JWTPayload, type JWTVerifyResult } from 'jose';
import type { Clock } from '../../core/clock.js';
import { AppError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { clip } from '../../core/text.js';
import type { Role } from '../../model/access.js';
import type { SignedIn } from '../signed-in.js';
import { unauthenticated, type TokenVerifier } from './callers.js';
import { IssuerAway, type Issuer } from './issuer.js';

export interface TokenSettings {
  /** OAUTH_ISSUER, as tokens name it. */
  readonly issuer: string;
  /** OAUTH_AUDIENCE; null: the addresses of MCP. */
  readonly audiences: readonly string[] | null;
  /** OAUTH_ORGANIZATIONS_CLAIM. */
  readonly organizationsClaim: string;
}

export interface TokenParts {
  readonly settings: TokenSettings;
  readonly server: Pick<Issuer, 'keys'>;
  readonly clock: Clock;
  /** The address of MCP that tokens are for by default. */
  readonly mcpUrl: () => string;
}

/** Signatures by keys that only the issuer has: no shared secrets, and never `none`. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** RFC 9068 says at+jwt; Keycloak and Entra ID say JWT. */
const TYPES: readonly unknown[] = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];
const TOLERANCE_SECONDS = 30;
const MS_PER_SECOND = 1000;
const ORGANIZATIONS_MAX = 10_000;

const ROLE_OF_SCOPE: readonly (readonly [string, Role])[] = [
  ['bulk:admin', 'admin'],
  ['bulk:write', 'operator'],
  ['bulk:read', 'viewer'],
];

function noScope(): AppError {
  return new AppError({
    code: 'FORBIDDEN',
    message: 'The token has none of the scopes of this server.',
    hint: 'Ask the authorization server for bulk:read (reads), bulk:write (works) or bulk:admin.',
  });
}

/** The words of a claim that is a list, or a text with blanks. */
function wordsOf(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim.filter((word) => typeof word === 'string') : [];
}

function roleOf({ scope, scp }: JWTPayload): Role {
  const scopes = [...wordsOf(scope), ...wordsOf(scp)];
  const role = ROLE_OF_SCOPE.find(([name]) => scopes.includes(name))?.[1];
  if (role === undefined) throw noScope();
  return role;
}

/** True if the keys could not be fetched: then the token was not checked. */
function isAway(error: unknown): boolean {
  return error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError);
}

export class JwtCallers implements TokenVerifier {
  readonly #parts: TokenParts;

  constructor(parts: TokenParts) {
    this.#parts = parts;
  }

  /** Rejects with `UNAUTHENTICATED`, with `FORBIDDEN` without a scope, or with `IssuerAway`. */
  async verify(token: string, resourceUrl: string): Promise<SignedIn> {
    const { settings, clock } = this.#parts;
    const { payload, protectedHeader } = await this.#verified(token, resourceUrl);
    if (!TYPES.includes(protectedHeader.typ?.toLowerCase())) throw unauthenticated();
    const { sub = '', exp = 0 } = payload;
    const organizations = wordsOf(payload[settings.organizationsClaim]);
    const caller = {
      actor: clip(sub, LIMITS.fieldCharsMax),
      organizations: organizations.slice(0, ORGANIZATIONS_MAX),
      role: roleOf(payload),
    };
    const endsAtMs = (exp + TOLERANCE_SECONDS) * MS_PER_SECOND;
    return {
      caller,
      id: `token ${sub}`,
      credential: `token ${sub} ${String(exp)}`,
      expiresAt: new Date(exp * MS_PER_SECOND).toISOString(),
      isValid: () => Promise.resolve(clock.nowMs() < endsAtMs),
    };
  }

  async #verified(token: string, resourceUrl: string): Promise<JWTVerifyResult> {
    const { settings, server, clock, mcpUrl } = this.#parts;
    const keys = await server.keys();
    try {
      return await jwtVerify(token, keys, {
        issuer: [settings.issuer, `${settings.issuer}/`],
        audience: [...(settings.audiences ?? new Set([mcpUrl(), resourceUrl]))],
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub', 'aud'],
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: new Date(clock.nowMs()),
      });
    } catch (error) {
      if (isAway(error)) throw new IssuerAway(error);
      throw unauthenticated();
    }
  }
}
