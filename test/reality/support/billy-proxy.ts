// Stands between a client and Billy, over real sockets, and does to the exchanges what a test wants:
// what a network does, what another Billy would answer, and what people do between two requests.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProxyRequest {
  readonly method: string;
  /** Below `/v2`, without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Parsed JSON; null where there is none. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ProxyAnswer {
  readonly status: number;
  /** Parsed JSON, or text where it is none. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** The connection breaks without an answer. */
export const LOST = 'lost';

/** The connection stays open, and no answer ever comes: the client times out. */
export const SILENT = 'silent';

type Reply = ProxyAnswer | typeof LOST | typeof SILENT;

/** Hands a request on, to the next hook or to Billy. */
export type Pass = (request: ProxyRequest) => Promise<Reply>;

/**
 * May change the request before it passes it on, pass it on twice, later or never, change the answer,
 * wait, or call anything before and after: `(request, pass) => pass(request)` changes nothing.
 */
export type Hook = (request: ProxyRequest, pass: Pass) => Promise<Reply>;

export interface BillyProxy {
  /** What a client takes for Billy's base address. */
  readonly url: string;
  /** Billy's own base address, ending in `/v2`; to be set before the first request. */
  target: string;
  /** Every request of the client, in the order in which they arrived. */
  readonly requests: readonly ProxyRequest[];
  /** The hook that is added last sees a request first. Returns what takes the hook away again. */
  use(hook: Hook): () => void;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const BASE_PATH = '/v2';

/** Headers that belong to one connection, or to a coding that `fetch` has already undone. */
const OWN_HEADERS = new Set([
  'host',
  'connection',
  'keep-alive',
  'content-length',
  'content-encoding',
  'accept-encoding',
  'transfer-encoding',
]);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text === '' ? null : text;
  }
}

function written(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

async function readRequest(incoming: IncomingMessage): Promise<ProxyRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? '/', `http://${HOST}`);
  const headers = Object.entries(incoming.headers).flatMap(([name, value]) =>
    OWN_HEADERS.has(name) || value === undefined ? [] : [[name, String(value)] as const],
  );
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname.replace(BASE_PATH, ''),
    query: url.searchParams,
    body: parsed(Buffer.concat(chunks).toString('utf8')),
    headers: Object.fromEntries(headers),
  };
}

/** Billy itself; an answer that breaks on its way is lost. */
function passTo(target: () => string): Pass {
  return async ({ method, path, query, body, headers }) => {
    const search = query.size === 0 ? '' : `?${query.toString()}`;
    const init = { method, headers: { ...headers } };
    try {
      const response = await fetch(
        `${target()}${path}${search}`,
        body === null ? init : { ...init, body: written(body) },
      );
      const text = await response.text();
      const kept = [...response.headers].filter(([name]) => !OWN_HEADERS.has(name));
      return { status: response.status, body: parsed(text), headers: Object.fromEntries(kept) };
    } catch {
      return LOST;
    }
  };
}

function reply(answer: Reply, outgoing: ServerResponse): void {
  if (answer === SILENT) return;
  if (answer === LOST) {
    outgoing.socket?.destroy();
    return;
  }
  outgoing.writeHead(answer.status, answer.headers);
  outgoing.end(answer.body === null ? '' : written(answer.body));
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, () => {
      // A TCP server's address is an object; only pipes have text.
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Starts a proxy on a free port. */
export async function startBillyProxy(): Promise<BillyProxy> {
  const hooks: Hook[] = [];
  const requests: ProxyRequest[] = [];
  const billy = passTo(() => proxy.target);
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const request = await readRequest(incoming);
      requests.push(request);
      const first = hooks.reduce<Pass>((pass, hook) => (each) => hook(each, pass), billy);
      reply(await first(request), outgoing);
    })().catch(() => outgoing.socket?.destroy());
  });
  const port = await listen(server);
  const proxy: BillyProxy = {
    url: `http://${HOST}:${port}${BASE_PATH}`,
    target: '',
    requests,
    use: (hook) => {
      hooks.push(hook);
      return () => {
        hooks.splice(hooks.indexOf(hook), 1);
      };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return proxy;
}
