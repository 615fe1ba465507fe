// The side channel has no token: only programs on this machine that name it may use it.
import { request } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLocalCaller } from '../../../src/sandbox/http/local-caller.js';
import { startDriver } from '../support/driver.js';

describe('a caller', () => {
  it.each([
    [{ host: '127.0.0.1:8787' }],
    [{ host: 'localhost:8787' }],
    [{ host: 'LOCALHOST' }],
    [{ host: '[::1]:8787' }],
    [{ host: '127.0.0.1:8787', origin: 'http://localhost:3000' }],
  ])('is local: %j', (headers) => {
    expect(isLocalCaller(headers)).toBe(true);
  });

  it.each([
    [{}],
    [{ host: '' }],
    [{ host: 'evil.example' }],
    [{ host: 'evil.example:8787' }],
    [{ host: 'localhost.evil.example' }],
    [{ host: 'evil.example/127.0.0.1' }],
    [{ host: '127.0.0.1@evil.example' }],
    [{ host: '127.0.0.1.nip.example:8787' }],
    [{ host: '127.0.0.1:8787, evil.example' }],
    [{ host: 'localhost:8787\n' }],
    [{ host: '127.0.0.1:8787', origin: 'https://evil.example' }],
    [{ host: '127.0.0.1:8787', origin: 'null' }],
    [{ host: '127.0.0.1:8787', origin: 'http://localhost.evil.example' }],
  ])('is not local: %j', (headers) => {
    expect(isLocalCaller(headers)).toBe(false);
  });

  it('is never a name that a stranger can register', () => {
    const names = fc.tuple(fc.domain(), fc.option(fc.nat(65_535))).map(([name, port]) => {
      return port === null ? name : `${name}:${String(port)}`;
    });
    fc.assert(
      fc.property(names, (host) => {
        expect(isLocalCaller({ host })).toBe(false);
      }),
      { numRuns: 1000, seed: 20_261_130 },
    );
  });
});

/** The status of a request with a Host of our choice, which `fetch` does not allow. */
function statusOf(url: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.once('error', reject);
    call.end();
  });
}

describe('the side channel', () => {
  it('answers no page whose name leads here, and does nothing for it', async () => {
    const driver = await startDriver({ contacts: 2 });
    const base = driver.sandbox.url.replace(/\/v2$/, '/sandbox');
    const rebound = { host: `evil.example:${new URL(base).port}` };
    for (const path of ['state', 'summary', 'requests', 'nonsense']) {
      expect(await statusOf(`${base}/${path}`, rebound)).toBe(403);
    }
    expect(await statusOf(`${base}/revoke-token`, rebound, 'POST')).toBe(403);
    const posted = { origin: 'https://evil.example' };
    expect(await statusOf(`${base}/revoke-token`, posted, 'POST')).toBe(403);
    expect((await driver.get('/contacts')).status).toBe(200);
    expect(await statusOf(`${base}/state`, {})).toBe(200);
    expect(await statusOf(`${base}/state`, { host: 'localhost' })).toBe(200);
  });
});
