// What a server may do below the answers: endless heads, bodies that inflate, answers that never end.
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BillyFailure } from '../../src/billy/failure.js';
import { clientFor, READ, serve, WRITE } from './support/test-client.js';
import { json } from './support/scripted-server.js';

const TIMEOUT_MS = 1000;
const MIB = 1024 * 1024;

/** A bare socket server; the answer is written once a request has arrived. */
async function serveSockets(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      answer(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v2`;
}

/** Writes the same again and again until the other side has had enough. */
function endlessly(socket: Socket, text: string): void {
  const go = (): void => {
    if (socket.destroyed) return;
    if (socket.write(text)) setImmediate(go);
    else socket.once('drain', go);
  };
  go();
}

async function failureOf(work: Promise<unknown>): Promise<BillyFailure> {
  const thrown: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof BillyFailure) return thrown;
  throw new Error(`no failure, but ${String(thrown)}`);
}

const OK = 'HTTP/1.1 200 OK\r\n';

const WIRES: readonly (readonly [what: string, answer: (socket: Socket) => void])[] = [
  [
    'headers without end',
    (socket) => endlessly(socket.setNoDelay(), `${OK}X-A: ${'x'.repeat(999)}\r\n`),
  ],
  [
    'one header without end',
    (socket) => {
      socket.write(`${OK}X-A: `);
      endlessly(socket, 'x'.repeat(9999));
    },
  ],
  [
    'interim answers without end',
    (socket) => endlessly(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n'),
  ],
  [
    'a body without end',
    (socket) => {
      socket.write(`${OK}\r\n`);
      endlessly(socket, '{"contacts":[]}'.repeat(1000));
    },
  ],
  [
    'a byte now and then',
    (socket) => {
      socket.write(`${OK}Content-Length: 100000\r\n\r\n`);
      const timer = setInterval(() => socket.write('x'), 50);
      socket.once('close', () => clearInterval(timer));
    },
  ],
  [
    'chunks of a length that is none',
    (socket) => {
      socket.write(`${OK}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n`);
      endlessly(socket, 'x'.repeat(9999));
    },
  ],
  ['no HTTP', (socket) => endlessly(socket, '\0\xff'.repeat(9999))],
];

describe('a server that sends', () => {
  it.each(WIRES)('%s ends a read, and leaves a write to be looked up', async (_what, answer) => {
    const client = clientFor(await serveSockets(answer), { timeoutMs: TIMEOUT_MS });
    const before = process.memoryUsage().rss;
    const read = await failureOf(client.get('contacts', 'A', READ));
    expect(['BILLY_SERVER', 'BILLY_UNREACHABLE']).toContain(read.code);
    const write = await failureOf(client.create('contactPersons', {}, WRITE));
    expect(write.retry).toBe('reconcile');
    expect(process.memoryUsage().rss - before).toBeLessThan(80 * MIB);
  });
});

describe('a server that', () => {
  it('packs 256 MiB into a megabyte is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(256 * MIB), { level: 1 });
    const server = await serve(() => (response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' });
      response.end(bomb);
    });
    const before = process.memoryUsage().rss;
    const failure = await failureOf(clientFor(server.baseUrl).get('contacts', 'A', READ));
    expect(failure.code).toBe('BILLY_SERVER');
    expect(process.memoryUsage().rss - before).toBeLessThan(80 * MIB);
  });

  it('sends us elsewhere is not followed', async () => {
    const other = await serve(() => json(200, { contact: { id: 'A' } }));
    const server = await serve(() => json(307, {}, { location: `${other.baseUrl}/contacts/A` }));
    const client = clientFor(server.baseUrl);
    expect((await failureOf(client.get('contacts', 'A', READ))).code).toBe('BILLY_SERVER');
    expect((await failureOf(client.create('contactPersons', {}, WRITE))).retry).toBe('reconcile');
    expect(other.seen).toEqual([]);
  });
});
