// What every request passes before it reaches a route, over real sockets.
import { describe, expect, it } from 'vitest';
import { freePort, openHttpOffice, type HttpOffice } from './support/http-office.js';
import { ask, bearer, messageOf, send, type RawAnswer } from './support/raw.js';
import { writeByHand } from './support/socket.js';

const LIST = { method: 'tools/list' };
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

async function openWithKey(
  options: Parameters<typeof openHttpOffice>[0] = {},
): Promise<HttpOffice & { readonly key: string }> {
  const office = await openHttpOffice(options);
  const { key } = await office.keyFor();
  return { ...office, key };
}

/** A refusal in the form of the contract, section 7. */
function refusalIn({ status, headers, json }: RawAnswer): Readonly<Record<string, unknown>> {
  expect(headers['content-type']).toBe('application/problem+json');
  expect(json).toEqual({
    type: 'about:blank',
    title: expect.any(String) as unknown,
    status,
    detail: expect.stringMatching(/\.$/) as unknown,
    code: expect.stringMatching(/^[A-Z_]+$/) as unknown,
    hint: expect.stringMatching(/\.$/) as unknown,
  });
  return { status, code: json?.['code'] };
}

/** A message with blanks behind it, so that it has that many bytes. */
function padded(bytes: number): string {
  return messageOf(LIST).body.padEnd(bytes, ' ');
}

describe('names of the server', () => {
  it.each([
    { host: 'attacker.example' },
    { host: '127.0.0.1.attacker.example' },
    { host: 'attacker.example', origin: 'http://127.0.0.1' },
    { origin: 'https://attacker.example' },
    { origin: 'http://localhost.attacker.example' },
    { origin: 'null' },
    { origin: 'file://' },
  ])('refuses %o, whoever asks', async (names) => {
    const { mcpUrl, key } = await openWithKey();
    const forbidden = { status: 403, code: 'FORBIDDEN' };
    const headers = Object.fromEntries(Object.entries(names));
    expect(refusalIn(await ask(mcpUrl, { ...bearer(key), ...headers }, LIST))).toEqual(forbidden);
    expect(refusalIn(await ask(mcpUrl, headers, LIST))).toEqual(forbidden);
  });

  it.each([
    { host: 'localhost' },
    { host: 'LOCALHOST:1' },
    { host: '[::1]:3000' },
    { origin: 'http://localhost:5173' },
    { origin: 'http://127.0.0.1' },
  ])('accepts %o', async (names) => {
    const { mcpUrl, key } = await openWithKey();
    const headers = Object.fromEntries(Object.entries(names));
    expect((await ask(mcpUrl, { ...bearer(key), ...headers }, LIST)).status).toBe(200);
  });

  it('are those of the settings behind a proxy, and this machine’s own', async () => {
    const port = await freePort();
    const publicUrl = 'https://bulk.example.dk';
    const { server, key } = await openWithKey({
      settings: { port, publicUrl, allowedHosts: ['Bulk.Internal'] },
    });
    expect(server.url).toBe(publicUrl);
    const here = `http://127.0.0.1:${String(port)}/mcp`;
    for (const host of ['bulk.example.dk', 'bulk.internal:8443', 'localhost']) {
      expect((await ask(here, { ...bearer(key), host }, LIST)).status, host).toBe(200);
    }
    const foreign = await ask(here, { ...bearer(key), host: 'example.dk' }, LIST);
    expect(foreign.status).toBe(403);
    const refused = await ask(here, { host: 'bulk.internal' }, LIST);
    expect(refused.headers['www-authenticate']).toContain(
      'resource_metadata="https://bulk.example.dk/.well-known/oauth-protected-resource/mcp"',
    );
  });

  it('must be given', async () => {
    const { server } = await openHttpOffice();
    const post = 'POST /mcp HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';
    expect(await (await writeByHand(server.url, post)).answer).toMatch(/^HTTP\/1\.1 400 /);
    const old = 'POST /mcp HTTP/1.0\r\nContent-Length: 0\r\n\r\n';
    expect(await (await writeByHand(server.url, old)).answer).toMatch(/^HTTP\/1\.1 40[03] /);
  });
});

describe('health', () => {
  it('is told to anybody, under any name', async () => {
    const { server } = await openHttpOffice();
    for (const route of ['/health', '/health/ready']) {
      const answer = await send(`${server.url}${route}`, {
        headers: { host: '10.0.0.7:8080', origin: 'https://monitor.example' },
      });
      expect(answer.status, route).toBe(200);
    }
  });

  it('is not ready once the store is closed, though it lives', async () => {
    const { server, app } = await openHttpOffice();
    await app.close();
    const { status, json } = await send(`${server.url}/health/ready`);
    expect([status, json]).toMatchObject([503, { code: 'STORE_FAILED', notReady: ['store'] }]);
    expect((await send(`${server.url}/health`)).status).toBe(200);
  });
});

describe('the address', () => {
  it('may have no query: an organization that is named there would be ignored', async () => {
    const { mcpUrl, key, alfa } = await openWithKey();
    for (const query of [`organizationId=${alfa.organizationId}`, 'read_only=true', 'x']) {
      const answer = await ask(`${mcpUrl}?${query}`, bearer(key), LIST);
      expect(refusalIn(answer)).toEqual({ status: 422, code: 'INPUT_INVALID' });
      expect(answer.text).not.toContain(query);
    }
  });

  it.each(['/', '/mcp/', '/mcp/a/b', '/MCP', '/api/v1/nothing', '/.env', '//mcp', '/mcp%2f'])(
    'has nothing at %s',
    async (path) => {
      const { server, key } = await openWithKey();
      const answer = await ask(`${server.url}${path}`, bearer(key), LIST);
      expect(refusalIn(answer)).toEqual({ status: 404, code: 'INPUT_INVALID' });
    },
  );

  it('takes other methods than POST from nobody', async () => {
    const { mcpUrl, key } = await openWithKey();
    for (const method of ['GET', 'DELETE', 'PUT', 'PATCH', 'OPTIONS'] as const) {
      const { status, headers } = await send(mcpUrl, { method, headers: bearer(key) });
      expect([method, status, headers['allow']]).toEqual([method, 405, 'POST']);
    }
  });

  it('may name one organization: its tools then meet that one alone', async () => {
    const { mcpUrl, key, alfa } = await openWithKey();
    const call = { name: 'list_organizations', arguments: {} };
    const answer = await ask(`${mcpUrl}/${alfa.organizationId}`, bearer(key), {
      method: 'tools/call',
      params: call,
    });
    const { structuredContent } = answer.json?.['result'] as {
      structuredContent: { organizations: { id: string }[] };
    };
    expect(structuredContent.organizations.map(({ id }) => id)).toEqual([alfa.organizationId]);
  });

  it('names a foreign organization in vain, and an unknown one in the same words', async () => {
    const { mcpUrl, keyFor, alfa, beta } = await openHttpOffice();
    const { key } = await keyFor({ organizations: [beta.organizationId] });
    const foreign = await ask(`${mcpUrl}/${alfa.organizationId}`, bearer(key), LIST);
    expect(refusalIn(foreign)).toEqual({ status: 422, code: 'ORGANIZATION_REQUIRED' });
    expect((await ask(`${mcpUrl}/ingen`, bearer(key), LIST)).text).toBe(foreign.text);
    const everywhere = await keyFor();
    expect((await ask(`${mcpUrl}/ingen`, bearer(everywhere.key), LIST)).text).toBe(foreign.text);
  });
});

describe('a body', () => {
  it('of 4 MiB is read, and one byte more is refused', async () => {
    const { mcpUrl, key } = await openWithKey();
    const wish = messageOf(LIST);
    const headers = { ...wish.headers, ...bearer(key) };
    const full = await send(mcpUrl, { ...wish, headers, body: padded(MESSAGE_BYTES_MAX) });
    expect(full.status).toBe(200);
    const pieces = [Buffer.from(padded(MESSAGE_BYTES_MAX)), Buffer.from(' ')];
    const over = await send(mcpUrl, { ...wish, headers, body: pieces });
    expect(refusalIn(over)).toEqual({ status: 413, code: 'INPUT_TOO_LARGE' });
    expect((await ask(mcpUrl, bearer(key), LIST)).status).toBe(200);
  });

  it('that is declared to be larger is refused before it is sent', async () => {
    const { mcpUrl, key } = await openWithKey();
    const { headers } = messageOf(LIST);
    const lines = Object.entries({
      ...{ ...headers, ...bearer(key), host: 'localhost' },
      'content-length': String(MESSAGE_BYTES_MAX + 1),
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    const { answer } = await writeByHand(mcpUrl, `POST /mcp HTTP/1.1\r\n${lines.join('')}\r\n`);
    expect(await answer).toMatch(/^HTTP\/1\.1 413 [^]*INPUT_TOO_LARGE/);
  });

  it('of somebody who is not signed in is not read', async () => {
    const { mcpUrl } = await openHttpOffice();
    const text = `POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4000000\r\n\r\n`;
    expect(await (await writeByHand(mcpUrl, text)).answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  it.each(['', '{', 'name\nA ApS\n', '\u0000', '{"jsonrpc":"2.0"} {}'])(
    'that is no JSON is refused with the code of JSON-RPC: %j',
    async (body) => {
      const { mcpUrl, key } = await openWithKey();
      const wish = messageOf(LIST);
      const answer = await send(mcpUrl, {
        ...wish,
        headers: { ...wish.headers, ...bearer(key) },
        body,
      });
      expect(answer.status).toBe(400);
      expect(answer.json).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32700 } });
    },
  );

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    '',
  ])('of the type %j is refused, so that no form of a web page can call', async (type) => {
    const { mcpUrl, key } = await openWithKey();
    const { body } = messageOf(LIST);
    const headers = { ...bearer(key), ...(type === '' ? {} : { 'content-type': type }) };
    expect((await send(mcpUrl, { method: 'POST', headers, body })).status).toBe(415);
  });
});

describe('a sign-in', () => {
  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer  ',
    'Basic bm9yYTpiYms=',
    'Bearer bbk_',
    'Bearer a.b.c',
    `Bearer ${'x'.repeat(9000)}`,
    'Bearer bbk_\u00e6\u00f8\u00e5',
  ])('by %j is refused with the way to a key or a token', async (authorization) => {
    const { mcpUrl } = await openHttpOffice();
    const answer = await ask(mcpUrl, authorization === undefined ? {} : { authorization }, LIST);
    expect(refusalIn(answer)).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
    const [, metadata = ''] =
      /^Bearer .*resource_metadata="([^"]+)"/.exec(String(answer.headers['www-authenticate'])) ??
      [];
    expect((await send(metadata)).json).toMatchObject({ resource: mcpUrl });
  });

  it('that fails at the address of one organization tells of the metadata of that address', async () => {
    const { mcpUrl, alfa } = await openHttpOffice();
    const own = `${mcpUrl}/${alfa.organizationId}`;
    const { headers } = await ask(own, {}, LIST);
    const [, metadata = ''] =
      /resource_metadata="([^"]+)"/.exec(String(headers['www-authenticate'])) ?? [];
    expect((await send(metadata)).json).toMatchObject({
      resource: own,
      bearer_methods_supported: ['header'],
      scopes_supported: ['bulk:read', 'bulk:write'],
    });
  });

  it('is no key in the query, nor in a cookie', async () => {
    const { mcpUrl, key } = await openWithKey();
    const query = await ask(`${mcpUrl}?access_token=${key}`, {}, LIST);
    const cookie = await ask(mcpUrl, { cookie: `session=${key}` }, LIST);
    expect([query.status, cookie.status]).toEqual([401, 401]);
  });
});
