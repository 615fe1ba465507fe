// A browser's session over real sockets: who may begin one, what its cookie is, and which requests may carry it.
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../support/fake-clock.js';
import { freePort, openHttpOffice, type HttpOffice } from '../http/support/http-office.js';
import { ask, bearer, send, type RawAnswer } from '../http/support/raw.js';

const JSON_BODY = { 'content-type': 'application/json' };
const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };
const LIST = { method: 'tools/list' };

function login(url: string, body: unknown, headers = {}): Promise<RawAnswer> {
  const sent = { method: 'POST', headers: { ...JSON_BODY, ...headers } } as const;
  return send(`${url}/login`, { ...sent, body: JSON.stringify(body) });
}

/** The cookie as a browser sends it back. */
function cookieOf({ headers }: RawAnswer): { readonly cookie: string } {
  const [first = ''] = [headers['set-cookie']].flat();
  return { cookie: first.split(';')[0] ?? '' };
}

async function signedIn(
  options: Parameters<typeof openHttpOffice>[0] = {},
): Promise<HttpOffice & { readonly cookie: string; readonly key: string; readonly id: string }> {
  const office = await openHttpOffice(options);
  const made = await office.keyFor({ role: 'viewer', organizations: ['alfa'] });
  const answer = await login(office.server.url, { key: made.key });
  expect([answer.status, answer.json]).toEqual([200, { success: true }]);
  return { ...office, ...made, ...cookieOf(answer) };
}

describe('a session by key', () => {
  it('is seen by its caller with role, organizations and end', async () => {
    const { server, cookie } = await signedIn();
    const { status, json } = await send(`${server.url}/api/v1/session`, { headers: { cookie } });
    expect([status, json]).toEqual([
      200,
      {
        success: true,
        session: {
          ...{ actor: 'Nora', role: 'viewer', organizations: ['alfa'] },
          expiresAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T.*Z$/) as unknown,
        },
      },
    ]);
  });

  it('has a cookie that scripts and other sites do not get', async () => {
    const { server, key } = await signedIn();
    const attributes = String((await login(server.url, { key })).headers['set-cookie']);
    expect(attributes).toMatch(/^billy_bulk_session=[\w-]{43}; /);
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/', 'Max-Age=43200']) {
      expect(attributes).toContain(part);
    }
    expect(attributes).not.toContain('Secure');
    expect(attributes).not.toContain(key);
  });

  it('behind TLS has a cookie for https and this host alone', async () => {
    const port = await freePort();
    const settings = { port, publicUrl: 'https://bulk.example.dk' };
    const { key } = await (await openHttpOffice({ settings })).keyFor();
    const here = `http://127.0.0.1:${String(port)}`;
    const host = { host: 'bulk.example.dk' };
    const attributes = String((await login(here, { key }, host)).headers['set-cookie']);
    expect(attributes).toMatch(/^__Host-billy_bulk_session=/);
    expect(attributes).toContain('Secure');
  });

  it('ends when it is left, and its cookie goes', async () => {
    const { server, cookie } = await signedIn();
    const headers = { cookie, ...OWN_PAGE };
    const left = await send(`${server.url}/logout`, { method: 'POST', headers });
    expect([left.status, left.text]).toEqual([204, '']);
    expect(String(left.headers['set-cookie'])).toMatch(/^billy_bulk_session=; .*Max-Age=0/);
    const after = await send(`${server.url}/api/v1/session`, { headers: { cookie } });
    expect([after.status, after.json?.['code']]).toEqual([401, 'UNAUTHENTICATED']);
  });

  it('ends with its key', async () => {
    const { server, cookie, id, revoke } = await signedIn();
    await revoke(id);
    expect((await send(`${server.url}/api/v1/session`, { headers: { cookie } })).status).toBe(401);
  });

  it('is refused for anything but one valid key, in the same words, and only so often', async () => {
    const { server, key } = await signedIn();
    const wrong = await login(server.url, { key: `${key}x` });
    expect([wrong.status, wrong.headers['set-cookie']]).toEqual([401, undefined]);
    for (const body of [{}, { key, code: 'x' }, { key: '' }, { key: 7 }, { clé: key }, [], null]) {
      const { status, json } = await login(server.url, body);
      expect([status, json?.['code'], JSON.stringify(json)], JSON.stringify(body)).toEqual([
        422,
        'INPUT_INVALID',
        expect.not.stringContaining(key),
      ]);
    }
    const form = { method: 'POST', headers: { 'content-type': 'text/plain' } } as const;
    const plain = await send(`${server.url}/login`, { ...form, body: JSON.stringify({ key }) });
    expect([plain.status, plain.headers['set-cookie']]).toEqual([422, undefined]);
    const guesses = [];
    for (let tries = 0; tries < 25; tries += 1) {
      guesses.push((await login(server.url, { key: `bbk_${String(tries)}` })).status);
    }
    expect(guesses.slice(-5)).toEqual([429, 429, 429, 429, 429]);
    expect((await login(server.url, { key })).status).toBe(200);
  });
});

describe('a request with the cookie', () => {
  const FOREIGN = [
    {},
    { origin: 'http://localhost:5173' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin: 'http://localhost' },
    { 'sec-fetch-site': 'none' },
  ];

  it.each(FOREIGN)('that may come from another page (%o) changes nothing', async (headers) => {
    const { server, mcpUrl, cookie } = await signedIn();
    const refused = await send(`${server.url}/logout`, {
      method: 'POST',
      headers: { cookie, ...headers },
    });
    expect([refused.status, refused.json?.['code']]).toEqual([403, 'FORBIDDEN']);
    expect((await ask(mcpUrl, { cookie, ...headers }, LIST)).status).toBe(403);
    expect((await send(`${server.url}/api/v1/session`, { headers: { cookie } })).status).toBe(200);
  });

  it('that comes from our own page does what the key may do', async () => {
    const { server, mcpUrl, cookie } = await signedIn();
    const { origin } = new URL(server.url);
    for (const headers of [OWN_PAGE, { origin }]) {
      expect((await ask(mcpUrl, { cookie, ...headers }, LIST)).status).toBe(200);
    }
  });

  it('counts by the header instead, where it has one', async () => {
    const { server, cookie } = await signedIn();
    const headers = { cookie, ...bearer('bbk_wrong') };
    expect((await send(`${server.url}/api/v1/session`, { headers })).status).toBe(401);
  });
});

describe('the login link', () => {
  it('signs one browser in as admin, once', async () => {
    const { server } = await openHttpOffice();
    const link = server.loginLink();
    const opened = await send(link);
    expect([opened.status, opened.headers['location']]).toEqual([303, '/api/v1/session']);
    const headers = cookieOf(opened);
    const { json } = await send(`${server.url}/api/v1/session`, { headers });
    expect(json).toMatchObject({ session: { role: 'admin', organizations: 'all' } });
    const again = await send(link);
    expect([again.status, again.headers['set-cookie']]).toEqual([401, undefined]);
  });

  it('can be redeemed by a program, and not after ten minutes', async () => {
    const clock = new FakeClock(Date.now());
    const { server } = await openHttpOffice({ clock });
    const codeIn = (link: string) => new URL(link).searchParams.get('code');
    const first = await login(server.url, { code: codeIn(server.loginLink()) });
    expect([first.status, first.json]).toEqual([200, { success: true }]);
    const late = codeIn(server.loginLink());
    await clock.advance(600_000);
    expect((await login(server.url, { code: late })).status).toBe(401);
  });
});

describe('an address of REST', () => {
  it('takes its own methods, parameters and nothing else', async () => {
    const { server, cookie } = await signedIn();
    const url = `${server.url}/api/v1/session`;
    const put = await send(url, { method: 'PUT', headers: { cookie, ...OWN_PAGE } });
    expect([put.status, put.headers['allow']]).toEqual([405, 'GET']);
    for (const query of ['?a=1', '?key=bbk_1', '?a=1&a=2']) {
      const { status, json } = await send(`${url}${query}`, { headers: { cookie } });
      expect([status, json?.['code']], query).toEqual([422, 'INPUT_INVALID']);
    }
    const { headers } = await send(url, { headers: { cookie } });
    expect(headers['cache-control']).toBe('no-store');
  });
});
