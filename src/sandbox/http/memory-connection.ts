/** Connections to a sandbox inside its own process: the same HTTP, without a socket. */
import type { Server } from 'node:http';
import { duplexPair, type Duplex } from 'node:stream';

/** The server's end, with what a TCP socket offers beyond a stream. */
type ServerEnd = Duplex & { resetAndDestroy?: () => void };

function resetError(): NodeJS.ErrnoException {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
}

/** Opens a connection to `server` and returns the client's end. */
export function connectInMemory(server: Server): Duplex {
  const [client, end] = duplexPair();
  const serverEnd: ServerEnd = end;
  serverEnd.resetAndDestroy = () => {
    client.destroy(resetError());
    serverEnd.destroy();
  };
  client.once('close', () => {
    serverEnd.destroy();
  });
  serverEnd.once('close', () => {
    if (!client.readableEnded) client.destroy(client.readableLength > 0 ? undefined : resetError());
  });
  server.emit('connection', serverEnd);
  return client;
}
