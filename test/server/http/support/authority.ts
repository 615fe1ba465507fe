/** An authorization server of the tests: it signs any token, and publishes its keys. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';

export interface Authority {
  readonly issuer: string;
  /** A token with these claims besides issuer and subject; `null` takes a claim out. */
  readonly sign: (
    claims?: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
  ) => Promise<string>;
  /** How often the keys were read. */
  readonly reads: () => number;
  /** What it answers instead of its documents; null: the documents. */
  answerWith: string | null;
  close(): Promise<void>;
}

export interface AuthorityOptions {
  /** The path of the document that names the keys. */
  readonly document?: string;
  /** The issuer that the document names instead of the own one. */
  readonly claimedIssuer?: string;
}

const ALG = 'RS256';
const LIFE_SECONDS = 3600;

export async function openAuthority(options: AuthorityOptions = {}): Promise<Authority> {
  const { document = '/.well-known/openid-configuration', claimedIssuer } = options;
  const { publicKey, privateKey } = await generateKeyPair(ALG);
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: ALG, use: 'sig' }] };
  let reads = 0;
  const server = createServer((message, response) => {
    const documents: Readonly<Record<string, unknown>> = {
      [document]: {
        issuer: claimedIssuer ?? authority.issuer,
        jwks_uri: `${authority.issuer}/jwks`,
      },
      '/jwks': keys,
    };
    if (message.url === '/jwks') reads += 1;
    const found = documents[message.url ?? ''];
    response.statusCode = found === undefined ? 404 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(authority.answerWith ?? JSON.stringify(found ?? {}));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const authority: Authority = {
    issuer,
    sign: (claims = {}, header = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const all: Readonly<Record<string, unknown>> = {
        iss: issuer,
        sub: 'nora',
        iat: now,
        exp: now + LIFE_SECONDS,
        ...claims,
      };
      const given = Object.entries(all).filter(([, value]) => value !== null);
      return new SignJWT(Object.fromEntries(given))
        .setProtectedHeader({ alg: ALG, kid: 'k1', typ: 'at+jwt', ...header })
        .sign(privateKey);
    },
    reads: () => reads,
    answerWith: null,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  onTestFinished(() => authority.close());
  return authority;
}
