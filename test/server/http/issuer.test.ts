// Finding the keys of the authorization server.
import { describe, expect, it } from 'vitest';
import { Issuer, IssuerAway } from '../../../src/server/http/issuer.js';
import { jwtVerify } from 'jose';
import { openAuthority } from './support/authority.js';

describe('the keys of an authorization server', () => {
  it.each(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'])(
    'are found by %s, and read once',
    async (document) => {
      const authority = await openAuthority({ document });
      const issuer = new Issuer(authority.issuer);
      for (const token of [await authority.sign(), await authority.sign()]) {
        const { payload } = await jwtVerify(token, await issuer.keys());
        expect(payload.sub).toBe('nora');
      }
      expect(authority.reads()).toBe(1);
    },
  );

  it('are not taken from a document that names another issuer', async () => {
    const authority = await openAuthority({ claimedIssuer: 'https://other.example' });
    await expect(new Issuer(authority.issuer).keys()).rejects.toThrow(IssuerAway);
    expect(authority.reads()).toBe(0);
  });

  it.each(['<html>', '{}', 'x'.repeat(300_000), '{"issuer":"x","jwks_uri":"no address"}'])(
    'are away while the server answers something else, and found again later',
    async (answer) => {
      const authority = await openAuthority();
      authority.answerWith = answer;
      const issuer = new Issuer(authority.issuer);
      await expect(issuer.keys()).rejects.toMatchObject({ retryAfterSeconds: 30 });
      authority.answerWith = null;
      await expect(issuer.keys()).resolves.toBeDefined();
    },
  );

  it('are away while nobody listens', async () => {
    const authority = await openAuthority();
    await authority.close();
    await expect(new Issuer(authority.issuer).keys()).rejects.toThrow(IssuerAway);
  });
});
