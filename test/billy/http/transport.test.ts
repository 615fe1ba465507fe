import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createTransport,
  type Transport,
  type TransportOptions,
} from '../../../src/billy/http/transport.js';
import { systemClock } from '../../../src/core/clock.js';
import { LIMITS } from '../../../src/core/limits.js';
import { FakeClock } from '../../support/fake-clock.js';
import {
  cutOff,
  json,
  later,
  raw,
  reset,
  silence,
  startScriptedServer,
  type Answer,
  type ScriptedServer,
} from '../support/scripted-server.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function transportTo(baseUrl: string, options: Partial<TransportOptions> = {}): Transport {
  const transport = createTransport({
    baseUrl,
    token: 'secret',
    maxConcurrent: 2,
    timeoutMs: 5000,
    clock: systemClock,
    ...options,
  });
  closing.push(() => transport.close());
  return transport;
}

async function serve(answer: Answer, beforeBody?: Answer): Promise<ScriptedServer> {
  const server = await startScriptedServer(() => answer, { beforeBody: () => beforeBody });
  closing.push(() => server.close());
  return server;
}

const READ = { method: 'GET', path: '/contacts?page=1' } as const;
const WRITE = { method: 'POST', path: '/contacts', body: '{"contact":{"name":"Æ"}}' } as const;

/** A bare socket server, for what node:http would not do. */
async function serveSockets(onSocket: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v2`;
}

describe('what is sent', () => {
  it('carries the token, the language and the body, below the base address', async () => {
    const server = await serve(json(200, { meta: {} }));
    await transportTo(`${server.baseUrl}/`).exchange(WRITE);
    const [seen] = server.seen;
    expect(seen).toMatchObject({ method: 'POST', path: '/v2/contacts' });
    expect(seen?.body).toEqual({ contact: { name: 'Æ' } });
    expect(seen?.headers).toMatchObject({
      'x-access-token': 'secret',
      accept: 'application/json',
      'accept-language': 'en_US',
      'content-type': 'application/json',
    });
  });

  it('names no content type without a body', async () => {
    const server = await serve(json(200, { meta: {} }));
    await transportTo(server.baseUrl).exchange(READ);
    expect(server.seen[0]?.headers).not.toHaveProperty('content-type');
    expect(server.seen[0]?.query.get('page')).toBe('1');
  });

  it('is told of as its first byte leaves: once connected, before it is seen', async () => {
    const server = await serve(json(200, { meta: {} }));
    const seen: number[] = [];
    const onLeave = (): void => void seen.push(server.seen.length);
    const transport = transportTo(server.baseUrl);
    await transport.exchange({ ...READ, onLeave });
    await transport.exchange({ ...WRITE, onLeave });
    expect(seen).toEqual([0, 1]);
    const nowhere = transportTo('http://127.0.0.1:9/v2').exchange({ ...READ, onLeave });
    await expect(nowhere).rejects.toBeInstanceOf(Error);
    expect(seen).toHaveLength(2);
  });

  it('reuses its connections', async () => {
    const server = await serve(json(200, { meta: {} }));
    const transport = transportTo(server.baseUrl);
    for (let sent = 0; sent < 10; sent += 1) await transport.exchange(READ);
    expect(server.connectionCount()).toBeLessThanOrEqual(2);
  });

  it('is nothing when the token cannot stand in a header', async () => {
    const server = await serve(json(200, {}));
    for (const token of ['', 'two words', 'line\r\nbreak', 'æ']) {
      const refused = transportTo(server.baseUrl, { token }).exchange(READ);
      await expect(refused).rejects.toMatchObject({ code: 'BILLY_AUTH', retry: 'never' });
    }
    expect(server.seen).toHaveLength(0);
  });
});

describe('what is answered', () => {
  it.each([200, 302, 404, 429, 500])('resolves with status %i', async (status) => {
    const headers = { location: 'http://127.0.0.1:1/', 'retry-after': '3' };
    const server = await serve(raw(status, 'Ærø', headers));
    const response = await transportTo(server.baseUrl).exchange(READ);
    expect(response).toMatchObject({ status, text: 'Ærø', headers: { 'retry-after': '3' } });
    expect(server.seen).toHaveLength(1);
  });

  it('is not read beyond its bound', async () => {
    const chunk = Buffer.alloc(8 * 1024 * 1024, 32);
    const server = await serve((response) => {
      response.writeHead(200);
      response.write(chunk);
      response.end(chunk);
    });
    const transport = transportTo(server.baseUrl);
    const oversized = { code: 'BILLY_SERVER', isOversized: true };
    for (const read of [READ, { ...READ, isList: true }]) {
      await expect(transport.exchange(read)).rejects.toMatchObject({
        ...oversized,
        retry: 'never',
      });
    }
    const write = transport.exchange(WRITE);
    await expect(write).rejects.toMatchObject({ ...oversized, retry: 'reconcile' });
  });

  it('is not read when it holds more values than a page', async () => {
    const text = `{"contacts":[${'{},'.repeat(LIMITS.answerValuesMax)}{}]}`;
    const transport = transportTo((await serve(raw(200, text))).baseUrl);
    await expect(transport.exchange(READ)).rejects.toMatchObject({ isOversized: true });
    expect((await transport.exchange({ ...READ, isList: true })).text).toBe(text);
  });

  it('is read as null where it lies too deep', async () => {
    const nest = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
    const transport = transportTo((await serve(raw(422, nest(100_000)))).baseUrl);
    const { text } = await transport.exchange(WRITE);
    expect(text).toBe(nest(LIMITS.answerDepthMax).replace('1', 'null'));
  });

  it('is read as it is where nothing is wrong with it', async () => {
    const text = JSON.stringify({ contacts: [{ id: 'A', name: '{[\"Ærø' }] });
    const transport = transportTo((await serve(raw(200, text))).baseUrl);
    expect((await transport.exchange(READ)).text).toBe(text);
  });
});

describe('a broken connection', () => {
  const refused = { code: 'BILLY_UNREACHABLE', retry: 'wait' };

  it('that was never made is known not to have sent anything', async () => {
    const closed = transportTo('http://127.0.0.1:1/v2').exchange(WRITE);
    await expect(closed).rejects.toMatchObject(refused);
    const nowhere = transportTo('http://billy.invalid/v2').exchange(WRITE);
    await expect(nowhere).rejects.toMatchObject(refused);
  });

  it('that fails its TLS handshake is known not to have sent anything', async () => {
    const url = await serveSockets((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const failed = transportTo(url.replace('http:', 'https:')).exchange(WRITE);
    await expect(failed).rejects.toMatchObject(refused);
  });

  it('that hangs in its TLS handshake is told apart from a missing answer', async () => {
    const url = await serveSockets(() => undefined);
    const options = { timeoutMs: 400 };
    const hung = transportTo(url.replace('http:', 'https:'), options).exchange(WRITE);
    await expect(hung).rejects.toMatchObject(refused);
  });

  it.each([
    ['reset after the request was read', reset, undefined],
    ['reset before the request was read', reset, reset],
    ['cut off in the answer', cutOff, undefined],
  ])('%s leaves the effect of a write unknown', async (_case, answer, beforeBody) => {
    const server = await serve(answer, beforeBody);
    const transport = transportTo(server.baseUrl);
    await expect(transport.exchange(WRITE)).rejects.toMatchObject({ retry: 'reconcile' });
    await expect(transport.exchange(READ)).rejects.toMatchObject(refused);
  });

  it.each(['\u0000\u0001garbage', 'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n'])(
    'that answers %j leaves it unknown too',
    async (bytes) => {
      const url = await serveSockets((socket) => socket.once('data', () => socket.end(bytes)));
      await expect(transportTo(url).exchange(WRITE)).rejects.toMatchObject({
        code: 'BILLY_UNREACHABLE',
        retry: 'reconcile',
      });
    },
  );

  it("that the server closed while idle is not the next request's trouble", async () => {
    const server = await startScriptedServer(() => (response) => {
      json(200, { meta: {} })(response);
      const socket = response.socket;
      setTimeout(() => socket?.end(), 5);
    });
    closing.push(() => server.close());
    const transport = transportTo(server.baseUrl);
    for (let sent = 0; sent < 5; sent += 1) {
      await transport.exchange(WRITE);
      await systemClock.sleep(25);
    }
    expect(server.seen).toHaveLength(5);
  });
});

describe('the deadline', () => {
  it('covers the whole exchange, however slowly bytes drip', async () => {
    const server = await serve((response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });
    const startedMs = performance.now();
    const slow = transportTo(server.baseUrl, { timeoutMs: 300 }).exchange(WRITE);
    await expect(slow).rejects.toMatchObject({ code: 'BILLY_UNREACHABLE', retry: 'reconcile' });
    expect(performance.now() - startedMs).toBeLessThan(1500);
  });

  it('makes a silent server a lost answer', async () => {
    const server = await serve(silence);
    const transport = transportTo(server.baseUrl, { timeoutMs: 100 });
    await expect(transport.exchange(WRITE)).rejects.toMatchObject({ retry: 'reconcile' });
    await expect(transport.exchange(READ)).rejects.toMatchObject({ retry: 'wait' });
  });

  it('frees the connection of what it ended', async () => {
    const server = await startScriptedServer(({ index }) =>
      index === 0 ? silence : json(200, {}),
    );
    closing.push(() => server.close());
    const transport = transportTo(server.baseUrl, { timeoutMs: 200, maxConcurrent: 1 });
    await expect(transport.exchange(READ)).rejects.toMatchObject({ retry: 'wait' });
    expect((await transport.exchange(READ)).status).toBe(200);
  });

  it('keeps what still waited for a connection from being sent at all', async () => {
    const server = await serve(later(150, json(200, { meta: {} })));
    const deadlinesMs = [5000, 50];
    const clock = {
      ...systemClock,
      deadline: (ms: number) => systemClock.deadline(deadlinesMs.shift() ?? ms),
    };
    const transport = transportTo(server.baseUrl, { clock, maxConcurrent: 1 });
    const first = transport.exchange(WRITE);
    await expect(transport.exchange(WRITE)).rejects.toMatchObject({ retry: 'wait' });
    expect((await first).status).toBe(200);
    await transport.exchange(READ);
    expect(server.seen.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  it('is freed with the answer', async () => {
    const server = await serve(json(200, { meta: {} }));
    const clock = new FakeClock();
    await transportTo(server.baseUrl, { clock }).exchange(READ);
    expect(clock.pendingCount).toBe(0);
  });
});

describe('the last moment', () => {
  const heldUp = { code: 'BILLY_UNREACHABLE', retry: 'wait', status: null };

  it('is asked of once connected, and can keep everything from leaving', async () => {
    let connections = 0;
    const bytes: string[] = [];
    const url = await serveSockets((socket) => {
      connections += 1;
      socket.on('data', (chunk) => bytes.push(chunk.toString()));
    });
    const told: string[] = [];
    const mayLeave = (): boolean => {
      told.push('asked');
      return false;
    };
    const onLeave = (): void => void told.push('left');
    const transport = transportTo(url);
    const sent = transport.exchange({ ...WRITE, mayLeave, onLeave });
    await expect(sent).rejects.toMatchObject(heldUp);
    await systemClock.sleep(50);
    expect({ told, bytes, connections }).toEqual({ told: ['asked'], bytes: [], connections: 1 });
  });

  it('comes after the wait for a connection', async () => {
    const server = await serve(later(100, json(200, { meta: {} })));
    const transport = transportTo(server.baseUrl, { maxConcurrent: 1 });
    const first = transport.exchange(WRITE);
    const startedMs = performance.now();
    const mayLeave = (): boolean => performance.now() - startedMs < 50;
    const second = transport.exchange({ ...WRITE, path: '/late', mayLeave });
    await expect(second).rejects.toMatchObject(heldUp);
    expect((await first).status).toBe(200);
    const third = await transport.exchange({ ...WRITE, path: '/third', mayLeave: () => true });
    expect(third.status).toBe(200);
    expect(server.seen.map(({ path }) => path)).toEqual(['/v2/contacts', '/v2/third']);
  });
});

describe('a signal', () => {
  it('breaks a read off with its reason', async () => {
    const server = await serve(silence);
    const controller = new AbortController();
    const read = transportTo(server.baseUrl).exchange({ ...READ, signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 50);
    await expect(read).rejects.toThrow('enough');
  });

  it('that has aborted before keeps the request from being sent', async () => {
    const server = await serve(json(200, {}));
    const read = transportTo(server.baseUrl).exchange({ ...READ, signal: AbortSignal.abort() });
    await expect(read).rejects.toMatchObject({ name: 'AbortError' });
    expect(server.seen).toHaveLength(0);
  });
});

describe('close', () => {
  it('breaks what is in flight', async () => {
    const server = await serve(silence);
    const transport = transportTo(server.baseUrl);
    const lost = transport.exchange(WRITE).catch((error: unknown) => error);
    await systemClock.sleep(50);
    await transport.close();
    expect(await lost).toMatchObject({ retry: 'reconcile' });
  });
});
