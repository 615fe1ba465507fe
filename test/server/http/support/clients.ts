/** Clients as hosts embed them, over HTTP. */
import { StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { onTestFinished } from 'vitest';
import { openSession, type ClientKind, type Session } from '../../../support/stdio-clients.js';
import { bearer } from './raw.js';

/** A client that signs in with the key, until the test ends. */
export async function connectOver(url: string, key: string, kind: ClientKind): Promise<Session> {
  const options = { requestInit: { headers: bearer(key) } };
  const session = await openSession(kind, {
    // Its session id may be undefined, which the type of a transport does not say.
    old: () => new OldTransport(new URL(url), options) as Transport,
    modern: () => new ModernTransport(new URL(url), options),
  });
  onTestFinished(() => session.close());
  return session;
}
