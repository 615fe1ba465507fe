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
import { AppError, InputError, messageOf } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { clip } from '../../core/text.js';
import type { Caller } from '../../organizations/caller.js';
import { CallSignals } from '../call-signals.js';
import { watchJobs, type JobWatch } from '../job-changes.js';
import { withoutForbiddenKey } from '../mcp/arguments.js';
import { createMcpServer, type McpParts } from '../mcp/mcp-server.js';

export type EndpointParts = Omit<
  McpParts,
  'watch' | 'callerOf' | 'canSubscribe' | 'onCall' | 'signals'
>;

/** Streams end first when the server stops, so they have a handler of their own. */
interface Desk {
  readonly calls: McpHttpHandler;
  readonly streams: McpHttpHandler;
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
  readonly #signals = new CallSignals();
  #isEnding = false;

  constructor(parts: EndpointParts) {
    this.#parts = parts;
  }

  /** Answers a request of a signed-in caller; `onCall` gets the end of each tool call in it. */
  async fetch(
    request: Request,
    caller: Caller,
    onCall: NonNullable<McpParts['onCall']>,
  ): Promise<Response> {
    const authInfo = { token: '', clientId: caller.actor, scopes: [], extra: { caller, onCall } };
    const { calls, streams, watch } = this.#deskOf(caller);
    if (request.method !== 'POST') return calls.fetch(request, { authInfo });
    const parsedBody = await readMessage(request);
    if (parsedBody === undefined) return notJson();
    const uris = listenedUris(parsedBody);
    if (uris === null) return calls.fetch(request, { authInfo, parsedBody });
    if (this.#isEnding) throw stopping();
    // The router of the SDK does not show the addresses of a subscription.
    for (const uri of uris) await watch.subscribe(uri);
    return streams.fetch(request, { authInfo, parsedBody });
  }

  /** Ends the streams, which do not end by themselves, and opens no more; calls go on, without their waits. */
  async endStreams(): Promise<void> {
    this.#isEnding = true;
    this.#signals.stop();
    await Promise.all([...this.#desks.values()].map(({ streams }) => streams.close()));
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
    const service = this.#parts.serviceFor({ ...caller, actor: 'a subscription' });
    const watch = watchJobs({ ...this.#parts, service }, (uri) => {
      streams.notify.resourceUpdated(uri);
    });
    const open = (): McpHttpHandler => this.#handler(watch);
    const [calls, streams] = [open(), open()];
    return { calls, streams, watch };
  }

  #handler(watch: JobWatch): McpHttpHandler {
    const { log } = this.#parts;
    return createMcpHandler(
      ({ authInfo, era }) => {
        // Set by `fetch` for each request.
        const { caller: own, onCall } = authInfo?.extra as {
          caller: Caller;
          onCall: NonNullable<McpParts['onCall']>;
        };
        // Without sessions, a client of 2025 has no stream for such messages.
        const canSubscribe = era === 'modern';
        const signals = this.#signals;
        const deps = { ...this.#parts, callerOf: () => own, onCall, watch, canSubscribe, signals };
        return createMcpServer(deps);
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
  }
}

/** The message of a request; undefined: it is not JSON. Rejects with `INPUT_TOO_LARGE`, by the declared length unread. */
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
const FILTER = z.object({
  params: z.object({ notifications: z.object({ resourceSubscriptions: z.array(z.string()) }) }),
});

/** The addresses that a message subscribes to; null: it opens no subscription. Throws `INPUT_TOO_LARGE`. */
function listenedUris(message: unknown): readonly string[] | null {
  if (!LISTEN.safeParse(message).success) return null;
  const uris = FILTER.safeParse(message).data?.params.notifications.resourceSubscriptions ?? [];
  if (uris.length <= URIS_MAX) return uris;
  throw new InputError({
    code: 'INPUT_TOO_LARGE',
    message: `A stream may listen for at most ${String(URIS_MAX)} addresses.`,
    hint: 'Open another stream for the others.',
  });
}

function stopping(): AppError {
  return new AppError({
    code: 'RATE_LIMITED',
    message: 'The server is stopping.',
    hint: 'Connect again in a few seconds. Unfinished jobs are taken up when it runs again.',
  });
}

async function close({ calls, streams, watch }: Desk): Promise<void> {
  watch.stop();
  await Promise.all([calls.close(), streams.close()]);
}
