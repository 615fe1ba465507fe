/**
 * MCP over HTTP, both eras. Callers with the same reach share a handler. The SDK's router of subscriptions checks no
 * rights, so each reach has a router of its own.
 */
import {
  createMcpHandler,
  ProtocolErrorCode,
  readRequestBody,
  type McpHttpHandler,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { InputError, messageOf } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { clip } from '../../core/text.js';
import type { Caller } from '../../organizations/caller.js';
import { watchJobs, type JobWatch } from '../job-changes.js';
import { withoutForbiddenKey } from '../mcp/arguments.js';
import { createMcpServer, type McpParts } from '../mcp/mcp-server.js';

export type EndpointParts = Omit<McpParts, 'watch' | 'callerOf' | 'canSubscribe'>;

interface Desk {
  readonly handler: McpHttpHandler;
  readonly watch: JobWatch;
}

/** Handlers kept open; the one that was used longest ago is closed for a new one. */
const DESKS_MAX = 200;
/** Addresses that one stream listens for. */
const URIS_MAX = 100;
/** Streams of subscriptions of callers with one reach. */
const SUBSCRIPTIONS_MAX = 200;

/** Callers of one reach and one role may see the same. */
function reachOf({ organizations, role }: Caller): string {
  return JSON.stringify([organizations === 'all' ? 'all' : [...organizations].sort(), role]);
}

export class McpEndpoint {
  readonly #parts: EndpointParts;
  readonly #desks = new Map<string, Desk>();

  constructor(parts: EndpointParts) {
    this.#parts = parts;
  }

  /** Answers a request of a signed-in caller. `onStream` is called if the answer does not end by itself. */
  async fetch(request: Request, caller: Caller, onStream: () => void): Promise<Response> {
    const authInfo = { token: '', clientId: caller.actor, scopes: [], extra: { caller } };
    const { handler, watch } = this.#deskOf(caller);
    if (request.method !== 'POST') return handler.fetch(request, { authInfo });
    const parsedBody = await readMessage(request);
    if (parsedBody === undefined) return notJson();
    // The router of the SDK does not show the addresses of a subscription.
    const uris = listenedUris(parsedBody);
    if (uris !== null) onStream();
    for (const uri of uris ?? []) await watch.subscribe(uri);
    return handler.fetch(request, { authInfo, parsedBody });
  }

  async close(): Promise<void> {
    const desks = [...this.#desks.values()];
    this.#desks.clear();
    await Promise.all(desks.map(close));
  }

  #deskOf(caller: Caller): Desk {
    const reach = reachOf(caller);
    const desk = this.#desks.get(reach) ?? this.#open(caller);
    this.#desks.delete(reach);
    this.#desks.set(reach, desk);
    const [oldest] = this.#desks;
    if (this.#desks.size > DESKS_MAX && oldest !== undefined) {
      this.#desks.delete(oldest[0]);
      void close(oldest[1]);
    }
    return desk;
  }

  #open(caller: Caller): Desk {
    const { log } = this.#parts;
    const service = this.#parts.serviceFor({ ...caller, actor: 'a subscription' });
    const watch = watchJobs({ ...this.#parts, service }, (uri) => {
      handler.notify.resourceUpdated(uri);
    });
    const handler = createMcpHandler(
      ({ authInfo, era }) => {
        // Set by `fetch` for each request.
        const own = authInfo?.extra?.['caller'] as Caller;
        // Without sessions, a client of 2025 has no stream on which it could be told.
        const canSubscribe = era === 'modern';
        return createMcpServer({ ...this.#parts, callerOf: () => own, watch, canSubscribe });
      },
      {
        maxRequestBodySize: LIMITS.httpMessageBytesMax,
        maxSubscriptions: SUBSCRIPTIONS_MAX,
        onerror: (error) => {
          // The SDK quotes the client's own text.
          log.warn({ event: 'mcp.error', error: clip(messageOf(error), LIMITS.fieldCharsMax) });
        },
      },
    );
    return { handler, watch };
  }
}

/** The message of a request; undefined: it is not JSON. Rejects with `INPUT_TOO_LARGE`. */
async function readMessage(request: Request): Promise<unknown> {
  const body = await readRequestBody(request, LIMITS.httpMessageBytesMax);
  if (body.tooLarge) {
    throw new InputError({
      code: 'INPUT_TOO_LARGE',
      message: `A message may have at most ${String(LIMITS.httpMessageBytesMax)} bytes.`,
      hint: 'Upload the file and pass uploadId.',
    });
  }
  try {
    return withoutForbiddenKey(JSON.parse(body.text) as unknown);
  } catch {
    return undefined;
  }
}

function notJson(): Response {
  const error = { code: ProtocolErrorCode.ParseError, message: 'The body is not JSON.' };
  return Response.json({ jsonrpc: '2.0', id: null, error }, { status: 400 });
}

const LISTEN = z.object({ method: z.literal('subscriptions/listen') });

const ADDRESSES = z.object({
  params: z.object({
    notifications: z.object({ resourceSubscriptions: z.array(z.string()).max(URIS_MAX) }),
  }),
});

/** The addresses that a message subscribes to; null: it opens no subscription. */
function listenedUris(message: unknown): readonly string[] | null {
  if (!LISTEN.safeParse(message).success) return null;
  const parsed = ADDRESSES.safeParse(message);
  return parsed.success ? parsed.data.params.notifications.resourceSubscriptions : [];
}

async function close({ handler, watch }: Desk): Promise<void> {
  watch.stop();
  await handler.close();
}
