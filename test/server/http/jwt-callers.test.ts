// JWTs that are good, and those that are not: each fault alone.
import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type JWTPayload,
} from 'jose';
import { describe, expect, it } from 'vitest';
import { JwtCallers } from '../../../src/server/http/jwt-callers.js';
import { IssuerAway } from '../../../src/server/http/issuer.js';
import { FakeClock } from '../../support/fake-clock.js';

const ISSUER = 'https://login.example.dk';
const MCP = 'https://bulk.example.dk/mcp';
const [own, foreign] = [
  await generateKeyPair('ES256', { extractable: true }),
  await generateKeyPair('ES256', { extractable: true }),
];
const jwk = { ...(await exportJWK(own.publicKey)), kid: 'k1', alg: 'ES256' };
const NOW_S = 1_800_000_000;
const CLAIMS: JWTPayload = {
  iss: ISSUER,
  sub: 'anne@example.dk',
  aud: MCP,
  exp: NOW_S + 600,
  scope: 'openid bulk:write',
  billy_organizations: ['o1', 'o2'],
};

interface Made {
  readonly claims?: Record<string, unknown>;
  readonly without?: string;
  readonly typ?: string;
  readonly key?: typeof own.privateKey;
}

async function token({
  claims = {},
  without = '',
  typ = 'at+jwt',
  key,
}: Made = {}): Promise<string> {
  const all = Object.entries({ ...CLAIMS, ...claims }).filter(([name]) => name !== without);
  const payload = Object.fromEntries(all) as JWTPayload;
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ })
    .sign(key ?? own.privateKey);
}

function callers(audiences: readonly string[] | null = null): JwtCallers {
  return new JwtCallers({
    settings: { issuer: ISSUER, audiences, organizationsClaim: 'billy_organizations' },
    server: { keys: () => Promise.resolve(createLocalJWKSet({ keys: [jwk] })) },
    clock: new FakeClock(NOW_S * 1000),
    mcpUrl: () => MCP,
  });
}

async function codeOf(made: string, resource = MCP, audiences: readonly string[] | null = null) {
  return callers(audiences)
    .verify(made, resource)
    .then(
      ({ caller }) => caller.role,
      (error: unknown) => (error as { code: string }).code,
    );
}

describe('a token', () => {
  it('says who calls, in which role, and for which organizations', async () => {
    const signedIn = await callers().verify(await token(), MCP);
    expect(signedIn.caller).toEqual({
      actor: 'anne@example.dk',
      organizations: ['o1', 'o2'],
      role: 'operator',
    });
    expect(await signedIn.isValid()).toBe(true);
  });

  it.each<[string, Made, string]>([
    ['of the admin scope', { claims: { scope: 'bulk:read bulk:admin' } }, 'admin'],
    ['with scopes as a list', { claims: { scope: undefined, scp: ['bulk:read'] } }, 'viewer'],
    ['of Keycloak', { typ: 'JWT', claims: { aud: ['account', MCP] } }, 'operator'],
    ['that is 20 s too old for this clock', { claims: { exp: NOW_S - 20 } }, 'operator'],
    ['without a scope of ours', { claims: { scope: 'openid profile' } }, 'FORBIDDEN'],
    ['of another audience', { claims: { aud: 'https://other.example.dk/mcp' } }, 'UNAUTHENTICATED'],
    ['without an audience', { without: 'aud' }, 'UNAUTHENTICATED'],
    ['without an end', { without: 'exp' }, 'UNAUTHENTICATED'],
    ['without a subject', { without: 'sub' }, 'UNAUTHENTICATED'],
    ['of another issuer', { claims: { iss: 'https://evil.example' } }, 'UNAUTHENTICATED'],
    ['that has ended', { claims: { exp: NOW_S - 60 } }, 'UNAUTHENTICATED'],
    ['that is not yet valid', { claims: { nbf: NOW_S + 300 } }, 'UNAUTHENTICATED'],
    ['signed by another key', { key: foreign.privateKey }, 'UNAUTHENTICATED'],
    ['of another type', { typ: 'logout+jwt' }, 'UNAUTHENTICATED'],
  ])('%s', async (_what, made, expected) => {
    expect(await codeOf(await token(made))).toBe(expected);
  });

  it('without a signature, or signed with the public key as a secret, is none', async () => {
    const unsigned = new UnsecuredJWT(CLAIMS).encode();
    expect(await codeOf(unsigned)).toBe('UNAUTHENTICATED');
    const secret = new TextEncoder().encode(JSON.stringify(jwk));
    const hmac = await new SignJWT(CLAIMS)
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .sign(secret);
    expect(await codeOf(hmac)).toBe('UNAUTHENTICATED');
  });

  it('for one organization holds on its path only; one for MCP holds on both', async () => {
    const narrow = await token({ claims: { aud: `${MCP}/o1` } });
    expect(await codeOf(narrow, `${MCP}/o1`)).toBe('operator');
    expect(await codeOf(narrow, `${MCP}/o2`)).toBe('UNAUTHENTICATED');
    expect(await codeOf(narrow)).toBe('UNAUTHENTICATED');
    expect(await codeOf(await token(), `${MCP}/o1`)).toBe('operator');
  });

  it('is for the audiences of the settings where they name any', async () => {
    const ofClient = await token({ claims: { aud: 'client-id' } });
    expect(await codeOf(ofClient, MCP, ['api://billy', 'client-id'])).toBe('operator');
    expect(await codeOf(await token(), MCP, ['client-id'])).toBe('UNAUTHENTICATED');
  });

  it.each([[undefined], [[]], ['']])('that names %j reaches no organization', async (claim) => {
    const made = await token({ claims: { billy_organizations: claim } });
    const { caller } = await callers().verify(made, MCP);
    expect(caller.organizations.includes('o1')).toBe(false);
    expect(caller.organizations).not.toBe('all');
  });

  it('never reaches all organizations by that word', async () => {
    const made = await token({ claims: { billy_organizations: 'all' } });
    const { caller } = await callers().verify(made, MCP);
    expect(caller.organizations).toEqual(['all']);
  });

  it('is not judged while the keys cannot be fetched', async () => {
    const away = new JwtCallers({
      settings: { issuer: ISSUER, audiences: null, organizationsClaim: 'billy_organizations' },
      server: { keys: () => Promise.resolve(() => Promise.reject(new TypeError('fetch failed'))) },
      clock: new FakeClock(NOW_S * 1000),
      mcpUrl: () => MCP,
    });
    await expect(away.verify(await token(), MCP)).rejects.toBeInstanceOf(IssuerAway);
  });

  it('ends streams when it ends', async () => {
    const clock = new FakeClock(NOW_S * 1000);
    const parts = { settings: { issuer: ISSUER, audiences: null, organizationsClaim: 'x' } };
    const server = { keys: () => Promise.resolve(createLocalJWKSet({ keys: [jwk] })) };
    const signedIn = await new JwtCallers({ ...parts, server, clock, mcpUrl: () => MCP }).verify(
      await token(),
      MCP,
    );
    await clock.advance(700_000);
    expect(await signedIn.isValid()).toBe(false);
  });
});
