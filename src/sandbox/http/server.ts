/** The HTTP server: arrival, limits, delays and faults around the answers of Billy and the side channel. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../../core/clock.js';
import { answer, occasionOf, type ApiRequest, type Billy } from '../api/api.js';
import { readBody } from './body.js';
import type { SandboxControl, Conditions } from '../account/control.js';
import { isBody } from '../api/draft.js';
import { errorReply, garbled, reset, send, sendAndClose, sendTruncated } from './fault-effects.js';
import { failure, type Reply } from '../api/envelope.js';
import { FAULTS, type FaultEffect, type Fault, type FaultPicker } from '../faults/faults.js';
import { isLocalCaller } from './local-caller.js';
import type { FaultKind, Latency, WriteMoment } from '../world/options.js';
import type { LoggedRequest, RequestLog } from '../account/request-log.js';
import { answerSideChannel, FOREIGN_CALLER } from './side-channel.js';
import { TEXT } from '../world/texts.js';
import { tooManyRequests, type Throttle } from './throttle.js';

export interface ServerParts {
  readonly billy: Billy;
  readonly control: SandboxControl;
  readonly log: RequestLog;
  readonly conditions: Conditions;
  readonly throttle: Throttle | null;
  readonly latency: Latency | null;
  readonly clock: Clock;
  readonly onWrite: ((moment: WriteMoment) => void) | undefined;
  /** Aborted at close: delays end, and late writes no longer happen. */
  readonly closing: AbortSignal;
}

/** One request in progress. */
interface Exchange {
  readonly response: ServerResponse;
  readonly entry: LoggedRequest;
  readonly request: ApiRequest;
  /** The faults in force when the request arrived. */
  readonly faultPicker: FaultPicker | null;
}

/** Idle connections stay open longer than in any client's pool, so that only faults close them. */
const KEEP_ALIVE_MS = 120_000;
/** The wait that a 429 fault asks for. */
const FAULT_WAIT_MS = 1000;

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

function headerOf(message: IncomingMessage, name: string): string | undefined {
  const value = message.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The URL of a request, built on the address of the connection, since `Host` can be any text. */
function urlOf({ url = '/', socket }: IncomingMessage): URL {
  const origin = `http://127.0.0.1:${String(socket.localPort ?? 80)}`;
  return new URL(url.startsWith('/') ? origin + url : origin);
}

function toApiRequest(message: IncomingMessage, body: string, startedMs: number): ApiRequest {
  const url = urlOf(message);
  return {
    method: message.method ?? 'GET',
    path: url.pathname.startsWith('/v2/') ? url.pathname.slice('/v2/'.length) : '',
    query: url.searchParams,
    baseUrl: `${url.origin}/v2`,
    token: headerOf(message, 'x-access-token'),
    acceptLanguage: headerOf(message, 'accept-language'),
    body,
    startedMs,
  };
}

/** The `_clientId` of the written record (in a bulk save, of the first one), for the log only. */
function clientIdIn(body: string): string | null {
  if (!body.includes('"_clientId"')) return null;
  try {
    const parsed: unknown = JSON.parse(body);
    const [root] = isBody(parsed) ? Object.values(parsed) : [];
    const record: unknown = Array.isArray(root) ? root[0] : root;
    const clientId = isBody(record) ? record['_clientId'] : null;
    return typeof clientId === 'string' ? clientId : null;
  } catch {
    return null;
  }
}

/** The duration of a request; half of it passes before Billy acts. */
function latencyOf({ latency, clock }: ServerParts): number {
  if (latency === null) return 0;
  const { min, max, tailChance, tailMs } = latency;
  if (clock.random() < tailChance) return tailMs * (1 + clock.random());
  return min + clock.random() * (max - min);
}

/** Lets Billy answer, and logs if the request changed anything. */
function execute({ request, entry }: Exchange, { billy, onWrite }: ServerParts): Reply {
  const before = billy.world.commits;
  const reply = answer(billy, request);
  if (billy.world.commits > before) {
    entry.committed = true;
    onWrite?.('saved');
  }
  return reply;
}

function reportWrite(entry: LoggedRequest, moment: WriteMoment, { onWrite }: ServerParts): void {
  if (!READS.has(entry.method)) onWrite?.(moment);
}

function finish({ response, entry }: Exchange, reply: Reply, parts: ServerParts): void {
  parts.log.answered(entry, reply.status);
  send(response, reply);
  reportWrite(entry, 'answered', parts);
}

function truncate(exchange: Exchange, reply: Reply, { log }: ServerParts): void {
  log.answered(exchange.entry, reply.status);
  sendTruncated(exchange.response, reply, exchange.faultPicker?.isNextCutOff() === true);
}

/** Executes the request twice and sends one of the answers. */
function executeTwice(exchange: Exchange, answerOf: 'first' | 'second', parts: ServerParts): void {
  const replies = { first: execute(exchange, parts), second: execute(exchange, parts) };
  finish(exchange, replies[answerOf], parts);
}

/** Applies the effects that send Billy's own answer, perhaps damaged. */
function sendBillyAnswer(exchange: Exchange, effect: FaultEffect, parts: ServerParts): void {
  const reply = execute(exchange, parts);
  if (effect.kind === 'close') {
    parts.log.answered(exchange.entry, reply.status);
    sendAndClose(exchange.response, reply);
  } else if (effect.kind === 'mangled') {
    if (effect.how === 'truncated') truncate(exchange, reply, parts);
    else finish(exchange, garbled(reply, effect.how), parts);
  }
}

function applyEffect(exchange: Exchange, { effect, executes }: Fault, parts: ServerParts): void {
  if (effect.kind === 'close' || effect.kind === 'mangled') {
    sendBillyAnswer(exchange, effect, parts);
    return;
  }
  if (effect.kind === 'whole') {
    executeTwice(exchange, effect.answerOf, parts);
    return;
  }
  if (executes === 'first') execute(exchange, parts);
  const occasion = occasionOf(parts.clock, exchange.request);
  if (effect.kind === 'reset') reset(exchange.response);
  else if (effect.kind === 'status') {
    finish(exchange, errorReply(effect.status, effect.isHtml, occasion), parts);
  } else if (effect.kind === 'throttled') {
    const shape = parts.billy.unknowns.retryAfter;
    finish(exchange, tooManyRequests(FAULT_WAIT_MS, shape, occasion), parts);
  }
}

async function applyFault(exchange: Exchange, kind: FaultKind, parts: ServerParts): Promise<void> {
  const fault = FAULTS[kind];
  parts.log.strike(exchange.entry, kind);
  applyEffect(exchange, fault, parts);
  if (fault.executes !== 'late') return;
  await parts.clock.sleep(exchange.faultPicker?.plan.lateMs ?? 0, parts.closing);
  if (!parts.closing.aborted) execute(exchange, parts);
}

/** Answers a request without Billy if the server is down or the limit is reached. True if it did. */
function isAnsweredEarly(exchange: Exchange, parts: ServerParts): boolean {
  const { conditions, throttle, clock, billy } = parts;
  const occasion = occasionOf(clock, exchange.request);
  if (conditions.down === 'reset') {
    reset(exchange.response);
    return true;
  }
  if (conditions.down === '503') {
    finish(exchange, errorReply(503, false, occasion), parts);
    return true;
  }
  const waitMs = throttle?.admit(exchange.entry.timeMs) ?? null;
  if (waitMs === null) return false;
  finish(exchange, tooManyRequests(waitMs, billy.unknowns.retryAfter, occasion), parts);
  return true;
}

async function serveBilly(
  message: IncomingMessage,
  response: ServerResponse,
  parts: ServerParts,
): Promise<void> {
  const { log, clock, conditions, closing } = parts;
  const startedMs = clock.monotonicMs();
  const method = message.method ?? 'GET';
  const entry = log.arrive(clock.nowMs(), method, message.url ?? '/');
  response.once('close', () => {
    log.leave();
  });
  const body = await readBody(message);
  const { faultPicker } = conditions;
  const request = toApiRequest(message, body ?? '', startedMs);
  const exchange: Exchange = { response, entry, request, faultPicker };
  entry.clientId = clientIdIn(body ?? '');
  reportWrite(entry, 'arrived', parts);
  if (isAnsweredEarly(exchange, parts)) return;
  const kind = faultPicker?.next(!READS.has(method)) ?? null;
  const latencyMs = latencyOf(parts);
  if (latencyMs > 0) await clock.sleep(latencyMs / 2, closing);
  if (kind !== null) {
    await applyFault(exchange, kind, parts);
    return;
  }
  const occasion = occasionOf(clock, exchange.request);
  const reply =
    body === null
      ? failure([413, 'REQUEST_TOO_LARGE'], TEXT.bodyTooLarge, occasion)
      : execute(exchange, parts);
  if (latencyMs > 0) await clock.sleep(latencyMs / 2, closing);
  finish(exchange, reply, parts);
}

async function serveSideChannel(
  message: IncomingMessage,
  response: ServerResponse,
  { control }: ServerParts,
): Promise<void> {
  const url = urlOf(message);
  const request = {
    method: message.method ?? 'GET',
    path: url.pathname.slice('/sandbox/'.length),
    query: url.searchParams,
    body: (await readBody(message)) ?? '',
  };
  const isLocal = isLocalCaller(message.headers);
  send(response, isLocal ? answerSideChannel(request, control) : FOREIGN_CALLER);
}

function serve(
  message: IncomingMessage,
  response: ServerResponse,
  parts: ServerParts,
): Promise<void> {
  const isSideChannel = message.url?.startsWith('/sandbox/') === true;
  return (isSideChannel ? serveSideChannel : serveBilly)(message, response, parts);
}

/** Creates a server that is not listening yet. */
export function createSandboxServer(parts: ServerParts): Server {
  const server = createServer((message, response) => {
    serve(message, response, parts).catch((thrown: unknown) => {
      // A sender that disconnected needs no answer; any other error is a bug and must be visible.
      if (message.complete) server.emit('error', thrown);
      response.destroy();
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.requestTimeout = 0;
  return server;
}
