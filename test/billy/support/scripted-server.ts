/** A server that answers whatever a test says, sensible or not, over real sockets. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  /** From 0, in order of arrival. */
  readonly index: number;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** Parsed JSON; undefined when there was no body. */
  readonly body: unknown;
  /** When its head arrived, monotonic. */
  readonly atMs: number;
}

export type Answer = (response: ServerResponse) => void;

export interface ScriptedServer {
  /** With the version path, as the client wants it. */
  readonly baseUrl: string;
  readonly seen: readonly Seen[];
  readonly connectionCount: () => number;
  close(): Promise<void>;
}

export interface ScriptOptions {
  /** Answers a request before its body was read; undefined: read it and go on. */
  readonly beforeBody?: (index: number) => Answer | undefined;
}

export async function startScriptedServer(
  script: (seen: Seen) => Answer | Promise<Answer>,
  options: ScriptOptions = {},
): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  let arrivals = 0;
  let connections = 0;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const atMs = performance.now();
    const index = arrivals;
    arrivals += 1;
    const early = options.beforeBody?.(index);
    if (early !== undefined) {
      early(response);
      return;
    }
    const one = await readRequest(request, { index, atMs });
    seen.push(one);
    (await script(one))(response);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${String(port)}/v2`,
    seen,
    connectionCount: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readRequest(
  request: IncomingMessage,
  known: { index: number; atMs: number },
): Promise<Seen> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(request.url ?? '/', 'http://localhost');
  return {
    ...known,
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: text === '' ? undefined : (JSON.parse(text) as unknown),
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return raw(status, JSON.stringify(body), { ...JSON_TYPE, ...headers });
}

/** Any text under any headers. */
export function raw(status: number, text: string, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, headers).end(text);
  };
}

/** Billy's refusal (billy-api.md section 2.4). */
export function refusal(status: number, errorCode: string, extra: object = {}): Answer {
  return json(status, {
    meta: { statusCode: status, success: false },
    errorCode,
    errorMessage: `Refused with ${errorCode}.`,
    ...extra,
  });
}

export function validation(errors: Record<string, unknown>): Answer {
  return refusal(422, 'OTHER', { validationErrors: errors });
}

/** The connection is reset instead of an answer. */
export const reset: Answer = (response) => {
  response.socket?.resetAndDestroy();
};

/** The answer stops in the middle, and so does the connection. */
export const cutOff: Answer = (response) => {
  response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' });
  response.write('{"meta":{"statusCode":200');
  setTimeout(() => response.socket?.resetAndDestroy(), 10);
};

/** Nothing ever comes. */
export const silence: Answer = () => undefined;

export function later(ms: number, answer: Answer): Answer {
  return (response) => {
    setTimeout(() => answer(response), ms);
  };
}

/** A list page with full paging. */
export function page(
  root: string,
  records: readonly unknown[],
  paging: { page: number; pageCount: number; pageSize: number; total: number },
): Answer {
  return json(200, { meta: { statusCode: 200, success: true, paging }, [root]: records });
}

/** The organization that every script has. */
export const ORGANIZATION = {
  id: 'ORG1',
  name: 'Prøve ApS',
  registrationNo: '12345678',
  countryId: 'DK',
  baseCurrencyId: 'DKK',
  defaultSalesAccountId: 'ACC1',
  defaultSalesTaxRulesetId: 'SET1',
  defaultTaxMode: 'excl',
  hasVat: true,
  isLocked: false,
  fiscalLockingDate: null,
  fiscalYearEndMonth: null,
};

export const organization: Answer = json(200, {
  meta: { statusCode: 200, success: true },
  organization: ORGANIZATION,
});
