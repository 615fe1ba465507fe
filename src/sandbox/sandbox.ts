/** A local Billy: a server on the loopback interface that follows billy-api.md section 9. */
import { setMaxListeners } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createBilly } from './account/made-up-account.js';
import { createControl, type SandboxControl, type Conditions } from './account/control.js';
import { FaultPicker } from './faults/faults.js';
import type { SandboxOptions } from './world/options.js';
import { RequestLog } from './account/request-log.js';
import { connectInMemory } from './http/memory-connection.js';
import { createSandboxServer } from './http/server.js';
import { Throttle } from './http/throttle.js';

export interface Sandbox {
  /** `http://127.0.0.1:PORT/v2`: the base URL of Billy for a client. */
  readonly url: string;
  readonly token: string;
  readonly control: SandboxControl;
  /** Opens a connection without a socket, for callers in this process. */
  connect(): Duplex;
  /** Answers a request that another server received, so that several accounts may have one address. */
  serve(message: IncomingMessage, response: ServerResponse): void;
  /** Breaks every connection; pending late writes do not happen. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.removeListener('error', reject);
      // The address of a TCP server is an object; only a pipe has a text.
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

/** Starts a sandbox; rejects if the port is in use. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { faults, rateLimit, latencyMs, clock } = options;
  const { billy, addMadeUpRecords } = createBilly(options);
  const log = new RequestLog();
  const conditions: Conditions = {
    faultPicker: faults === null ? null : new FaultPicker(faults),
    down: null,
  };
  const control = createControl({ billy, addMadeUpRecords, log, conditions });
  const closing = new AbortController();
  // One listener for each request in progress: many are not a leak.
  setMaxListeners(0, closing.signal);
  const server = createSandboxServer({
    billy,
    control,
    log,
    conditions,
    throttle: rateLimit === null ? null : new Throttle(rateLimit),
    latency: latencyMs,
    clock,
    onWrite: options.onWrite,
    closing: closing.signal,
  });
  const port = await listen(server, options.port);
  return {
    url: `http://${HOST}:${String(port)}/v2`,
    token: billy.token,
    control,
    connect: () => connectInMemory(server),
    serve: (message, response) => {
      server.emit('request', message, response);
    },
    close: () => {
      closing.abort();
      return stop(server);
    },
  };
}
