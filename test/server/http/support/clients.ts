/** Clients as hosts embed them, over HTTP. */
import { StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { onTestFinished } from 'vitest';
import { openSession, type ClientKind, type Session } from '../../../support/stdio-clients.js';
import { bearer } from './raw.js';

/** A client that signs in with the key, until the test ends. */
export async function connectOver(url: string, key: string, kind: ClientKind): Promise<Session> {
  const options = { requestInit: { headers: bearer(key) } };
  const session = await openSession(kind, {
    old: () => new OldTransport(new URL(url), options),
    modern: () => new ModernTransport(new URL(url), options),
  });
  onTestFinished(() => session.close());
  return session;
}
