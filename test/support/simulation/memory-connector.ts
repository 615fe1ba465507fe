/** Connections to a sandbox in memory, which virtual time can see. */
import type { Socket } from 'node:net';
import type { TransportOptions } from '../../../src/billy/http/transport.js';
import type { Sandbox } from '../../../src/sandbox/sandbox.js';

/** Opens connections to the sandbox in place of TCP. */
export function connectorTo(sandbox: Sandbox): NonNullable<TransportOptions['connect']> {
  return (_options, callback) => {
    // The client expects its answer later; a stream is all that it needs of a socket.
    setImmediate(() => {
      const connection: unknown = sandbox.connect();
      callback(null, connection as Socket);
    });
  };
}
