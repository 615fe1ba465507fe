/**
 * The network between a simulated process and the sandbox's Billy, without sockets: what leaves,
 * arrives, is saved, answered or lost, in virtual time. The client above it is the real one.
 */
import { transportFailure } from '../../src/billy/failure.js';
import type { Transport, WireRequest, WireResponse } from '../../src/billy/transport.js';
import { answer, occasionOf, type ApiRequest, type Billy } from '../../src/sandbox/api.js';
import { errorReply, garbled } from '../../src/sandbox/ending.js';
import type { Reply } from '../../src/sandbox/envelope.js';
import { FAULTS, type Ending, type Fault, type FaultDealer } from '../../src/sandbox/faults.js';
import type { Random } from '../../src/sandbox/seeded.js';
import { tooManyRequests } from '../../src/sandbox/throttle.js';
import type { VirtualTime } from './virtual-time.js';

/** Hears what happens; the line is only made when somebody listens. */
export type Trace = (line: () => string) => void;

/** Billy is away from one moment to another. */
export interface Outage {
  readonly fromMs: number;
  readonly toMs: number;
  readonly how: 'refused' | 'reset' | '503';
}

export interface Net {
  readonly time: VirtualTime;
  readonly billy: Billy;
  readonly random: Random;
  /** null once the weather has cleared up. */
  dealer: FaultDealer | null;
  readonly outages: readonly Outage[];
  readonly latencyMsMax: number;
  readonly timeoutMs: number;
  /** A write that is saved late is saved at most so long after it was sent. */
  readonly lateMsMax: number;
  readonly trace: Trace;
}

/** The end of the line that belongs to a process: it may die, or sleep, at each of these moments. */
export type Pass = (moment: string) => Promise<void> | undefined;

const BASE_URL = 'http://127.0.0.1:1/v2';
/** What a 429 fault asks for. */
const THROTTLED_MS = 1000;

export function apiRequest(
  billy: Billy,
  request: Pick<WireRequest, 'method' | 'path' | 'body'>,
): ApiRequest {
  const url = new URL(BASE_URL + request.path);
  return {
    method: request.method,
    path: url.pathname.slice('/v2/'.length),
    query: url.searchParams,
    baseUrl: BASE_URL,
    token: billy.token,
    acceptLanguage: undefined,
    body: request.body ?? '',
    startedMs: billy.clock.monotonicMs(),
  };
}

function responseOf({ status, headers, body }: Reply): WireResponse {
  return { status, headers, text: body };
}

class Line implements Transport {
  readonly #net: Net;
  readonly #pass: Pass;

  constructor(net: Net, pass: Pass) {
    this.#net = net;
    this.#pass = pass;
  }

  async exchange(request: WireRequest): Promise<WireResponse> {
    const { signal } = request;
    signal?.throwIfAborted();
    await this.#pass(`send ${request.method}`);
    const brokenOff = new Promise<never>((_resolve, reject) => {
      const abort = (): void => {
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', abort, { once: true });
    });
    try {
      return await Promise.race([this.#travel(request), brokenOff]);
    } finally {
      await this.#pass(`answer ${request.method}`);
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #travel(request: WireRequest): Promise<WireResponse> {
    const { time, dealer, outages, trace } = this.#net;
    const isWrite = request.method !== 'GET';
    const sentMs = time.ms;
    const outage = outages.find(({ fromMs, toMs }) => fromMs <= sentMs && sentMs < toMs);
    if (outage !== undefined) return this.#turnAway(request, outage);
    const kind = dealer?.next(isWrite) ?? null;
    if (kind !== null)
      trace(() => `fault ${kind} on ${request.method} ${request.path.slice(0, 60)}`);
    await this.#latency();
    if (kind !== null) return this.#strike(request, FAULTS[kind], sentMs);
    const reply = this.#execute(request);
    await this.#pass(`saved ${request.method}`);
    await this.#latency();
    return responseOf(reply);
  }

  #latency(): Promise<void> {
    const { time, random, latencyMsMax } = this.#net;
    return time.sleep(Math.floor((random() * latencyMsMax) / 2));
  }

  #execute(request: WireRequest): Reply {
    const { billy, trace } = this.#net;
    const reply = answer(billy, apiRequest(billy, request));
    trace(() => `billy ${request.method} ${request.path.slice(0, 60)} -> ${String(reply.status)}`);
    return reply;
  }

  #broken(request: WireRequest, wasSent: boolean): Error {
    const isWrite = request.method !== 'GET';
    return transportFailure(new Error('simulated'), { isWrite, wasSent });
  }

  #occasion(request: WireRequest) {
    const { billy } = this.#net;
    return occasionOf(billy.clock, apiRequest(billy, request));
  }

  async #turnAway(request: WireRequest, { how }: Outage): Promise<WireResponse> {
    await this.#latency();
    if (how === '503') return responseOf(errorReply(503, false, this.#occasion(request)));
    throw this.#broken(request, how === 'reset');
  }

  async #strike(request: WireRequest, fault: Fault, sentMs: number): Promise<WireResponse> {
    const { time, random, lateMsMax } = this.#net;
    const { executes, ending } = fault;
    if (executes === 'late') {
      time.at(sentMs + Math.floor(random() * lateMsMax), () => this.#execute(request));
    }
    const isAnswered = ending.kind === 'close' || ending.kind === 'mangled';
    const first = executes !== 'never' && executes !== 'late';
    let reply = first || isAnswered ? this.#execute(request) : null;
    if (ending.kind === 'whole') {
      const second = this.#execute(request);
      if (ending.answerOf === 'second') reply = second;
    }
    await this.#pass(`saved ${request.method}`);
    return this.#end(request, { ending, reply, sentMs });
  }

  async #end(
    request: WireRequest,
    { ending, reply, sentMs }: { ending: Ending; reply: Reply | null; sentMs: number },
  ): Promise<WireResponse> {
    const { time, random, billy, timeoutMs } = this.#net;
    const occasion = this.#occasion(request);
    switch (ending.kind) {
      case 'reset':
        throw this.#broken(request, true);
      case 'hang':
        await time.sleep(Math.max(0, sentMs + timeoutMs - time.ms));
        throw this.#broken(request, true);
      case 'throttled':
        return responseOf(tooManyRequests(THROTTLED_MS, billy.unknowns.retryAfter, occasion));
      case 'status':
        return responseOf(errorReply(ending.status, ending.isHtml, occasion));
      case 'whole':
      case 'close':
      case 'mangled': {
        if (reply === null) throw new TypeError('an answered fault has an answer');
        if (!('how' in ending)) return responseOf(reply);
        if (ending.how !== 'truncated') return responseOf(garbled(reply, ending.how));
        if (random() < 0.5) throw this.#broken(request, true);
        return responseOf({ ...reply, body: reply.body.slice(0, reply.body.length / 2) });
      }
    }
  }
}

export function createLine(net: Net, pass: Pass): Transport {
  return new Line(net, pass);
}
