/**
 * The network between a simulated process and the sandbox's Billy, without sockets: what leaves,
 * arrives, is saved, answered or lost, in virtual time. The client above it is the real one.
 */
import { heldUpFailure, transportFailure } from '../../src/billy/failure.js';
import type { Transport, WireRequest, WireResponse } from '../../src/billy/http/transport.js';
import { answer, occasionOf, type ApiRequest, type Billy } from '../../src/sandbox/api/api.js';
import { errorReply, garbled } from '../../src/sandbox/http/fault-effects.js';
import type { Reply } from '../../src/sandbox/api/envelope.js';
import {
  FAULTS,
  type FaultEffect,
  type Fault,
  type FaultPicker,
} from '../../src/sandbox/faults/faults.js';
import type { Random } from '../../src/sandbox/world/seeded-random.js';
import { tooManyRequests } from '../../src/sandbox/http/throttle.js';
import type { Met } from './events.js';
import type { Alter, Sending } from './facts/facts.js';
import type { Recorder } from './facts/recorder.js';
import {
  alteredBody,
  gatewayReply,
  isAltering,
  silenced,
  withHighTotal,
  type Moods,
} from './moods.js';
import type { VirtualTime } from '../../test/support/simulation/virtual-time.js';

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
  /** Answers lists where they lag; else the same Billy. */
  readonly listBilly: Billy;
  /** Reads by id lag as lists do. */
  readonly readsLag: boolean;
  readonly random: Random;
  readonly recorder: Recorder;
  readonly met: Met;
  /** null once the faults have ended. */
  faultPicker: FaultPicker | null;
  /** null: Billy does as its page says. */
  moods: Moods | null;
  readonly alter: Alter;
  outages: readonly Outage[];
  readonly latencyMsMax: number;
  readonly throttledMs: number;
  readonly timeoutMs: number;
  /** A write that is saved late is saved at most so long after it was sent. */
  readonly lateMsMax: number;
  /** Called once a write of the program is saved, before anybody is told. */
  onSaved: () => void;
  readonly trace: Trace;
}

/** The end of the line that belongs to a process: it may die, or sleep, at each of these moments. */
export type Pass = (moment: string) => Promise<void> | undefined;

const BASE_URL = 'http://127.0.0.1:1/v2';

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

function isWrite({ method }: Pick<WireRequest, 'method'>): boolean {
  return method !== 'GET';
}

/** A request on its way, and what the oracle is told of it. */
interface Parcel {
  readonly request: WireRequest;
  readonly sending: Sending;
}

class Line implements Transport {
  readonly #net: Net;
  readonly #process: number;
  readonly #pass: Pass;

  constructor(net: Net, process: number, pass: Pass) {
    this.#net = net;
    this.#process = process;
    this.#pass = pass;
  }

  async exchange(request: WireRequest): Promise<WireResponse> {
    const { signal } = request;
    const { trace } = this.#net;
    signal?.throwIfAborted();
    await this.#pass(`send ${request.method}`);
    if (request.mayLeave?.() === false) {
      trace(() => `held up: ${request.method} ${request.path.slice(0, 60)}`);
      throw heldUpFailure();
    }
    request.onLeave?.();
    const sending = this.#net.recorder.send(this.#process, request);
    let abort = (): void => undefined;
    const brokenOff = new Promise<never>((_resolve, reject) => {
      abort = (): void => {
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', abort, { once: true });
    });
    try {
      const response = await Promise.race([this.#travel({ request, sending }), brokenOff]);
      sending.status = response.status;
      return response;
    } finally {
      // A joined signal that somebody listens to lives, with all it reaches, until it is aborted.
      signal?.removeEventListener('abort', abort);
      await this.#pass(`answer ${request.method}`);
      sending.doneMs = this.#net.time.ms;
      if (sending.status === null) this.#lost(request);
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #travel(parcel: Parcel): Promise<WireResponse> {
    const { time, faultPicker, outages, trace, moods, met } = this.#net;
    const { request } = parcel;
    const sentMs = time.ms;
    const outage = outages.find(({ fromMs, toMs }) => fromMs <= sentMs && sentMs < toMs);
    if (outage !== undefined) return this.#turnAway(request, outage);
    const gateway = isWrite(request) ? this.#gateway() : null;
    if (gateway !== null) {
      met.note(gateway.isSaved ? 'gateway status, saved' : 'gateway status, not saved');
      trace(() => `gateway ${JSON.stringify(gateway)} on ${request.method} ${request.path}`);
      await this.#latency();
      if (gateway.isSaved) this.#execute(parcel);
      return responseOf(gatewayReply(gateway));
    }
    const kind = faultPicker?.next(isWrite(request)) ?? null;
    if (kind !== null) {
      trace(() => `fault ${kind} on ${request.method} ${request.path.slice(0, 60)}`);
    }
    await this.#latency();
    if (kind !== null) return this.#strike(parcel, FAULTS[kind], sentMs);
    const reply = this.#shown(parcel, this.#deliver(parcel, moods));
    await this.#pass(`saved ${request.method}`);
    await this.#latency();
    this.#heard(parcel, reply);
    return responseOf(reply);
  }

  #gateway() {
    const { moods, random } = this.#net;
    return moods?.gateways.find(({ chance }) => random() < chance) ?? null;
  }

  /** Once, or (a proxy that tries again) twice. */
  #deliver(parcel: Parcel, moods: Moods | null): Reply {
    const { random, met } = this.#net;
    const first = this.#execute(parcel);
    const mayRepeat = parcel.request.method === 'DELETE' || parcel.request.method === 'PUT';
    if (moods === null || !mayRepeat || random() >= moods.duplicates) return first;
    met.note('delivered twice');
    return this.#execute(parcel);
  }

  /** What becomes of an answer on its way. */
  #shown({ request, sending }: Parcel, reply: Reply): Reply {
    const { moods, random, time, met } = this.#net;
    if (moods === null || reply.status !== 200) return reply;
    if (request.method === 'DELETE' && random() < moods.silentDeletions) {
      met.note('silent deletion');
      return silenced(reply);
    }
    const { highTotals } = moods;
    if (highTotals === null || !sending.isList) return reply;
    const isHigh = highTotals.untilMs === null || time.ms < highTotals.untilMs;
    if (!isHigh || highTotals.collection !== sending.collection) return reply;
    met.note('total too high');
    return withHighTotal(reply);
  }

  #latency(): Promise<void> {
    const { time, random, latencyMsMax } = this.#net;
    return time.sleep(Math.floor((random() * latencyMsMax) / 2));
  }

  #execute({ request, sending }: Parcel): Reply {
    const { billy, listBilly, trace, recorder, moods, met, alter, onSaved } = this.#net;
    const isRead = sending.isList || (this.#net.readsLag && !isWrite(request));
    const isLagging = isRead && listBilly !== billy;
    if (isLagging) met.note('lagging list');
    const read = moods !== null && isAltering(moods) && request.body !== undefined;
    const sent = read ? { ...request, body: alteredBody(request.body ?? '', alter) } : request;
    if (sent.body !== request.body) met.note('altered value');
    const reply = recorder.execute(sending, () =>
      answer(isLagging ? listBilly : billy, apiRequest(billy, sent)),
    );
    trace(() => `billy ${request.method} ${request.path.slice(0, 60)} -> ${String(reply.status)}`);
    if (isWrite(request)) onSaved();
    return reply;
  }

  #lost(request: WireRequest): void {
    if (isWrite(request)) this.#net.met.note('lost answer');
  }

  #broken(request: WireRequest, wasSent: boolean): Error {
    return transportFailure(new Error('simulated'), { isWrite: isWrite(request), wasSent });
  }

  #occasion(request: WireRequest) {
    const { billy } = this.#net;
    return occasionOf(billy.clock, apiRequest(billy, request));
  }

  async #turnAway(request: WireRequest, { how }: Outage): Promise<WireResponse> {
    this.#net.met.note('outage');
    await this.#latency();
    if (how === '503') return responseOf(errorReply(503, false, this.#occasion(request)));
    throw this.#broken(request, how === 'reset');
  }

  async #strike(parcel: Parcel, fault: Fault, sentMs: number): Promise<WireResponse> {
    const { time, random, lateMsMax, met } = this.#net;
    const { executes, effect } = fault;
    if (executes === 'late') {
      if (isWrite(parcel.request)) met.note('late save');
      time.at(sentMs + Math.floor(random() * lateMsMax), () => this.#execute(parcel));
    }
    const isAnswered = effect.kind === 'close' || effect.kind === 'mangled';
    const reply = executes === 'first' || isAnswered ? this.#execute(parcel) : null;
    await this.#pass(`saved ${parcel.request.method}`);
    if (effect.kind === 'close' && reply !== null) this.#heard(parcel, reply);
    return this.#end(parcel.request, { effect, reply, sentMs });
  }

  #heard({ sending }: Parcel, { status }: Reply): void {
    sending.isHeard = true;
    sending.isRefused = status >= 400;
  }

  async #end(
    request: WireRequest,
    { effect, reply, sentMs }: { effect: FaultEffect; reply: Reply | null; sentMs: number },
  ): Promise<WireResponse> {
    const { time, random, billy, timeoutMs, met, throttledMs } = this.#net;
    const occasion = this.#occasion(request);
    switch (effect.kind) {
      case 'reset':
        throw this.#broken(request, true);
      case 'hang':
        await time.sleep(Math.max(0, sentMs + timeoutMs - time.ms));
        throw this.#broken(request, true);
      case 'throttled':
        met.note('429');
        return responseOf(tooManyRequests(throttledMs, billy.unknowns.retryAfter, occasion));
      case 'status':
        return responseOf(errorReply(effect.status, effect.isHtml, occasion));
      // Only plans of the sandbox hold answers to two deliveries; here they are a mood.
      case 'whole':
      case 'close':
      case 'mangled': {
        if (reply === null) throw new TypeError('an answered fault has an answer');
        if (!('how' in effect)) return responseOf(reply);
        if (effect.how !== 'truncated') return responseOf(garbled(reply, effect.how));
        if (random() < 0.5) throw this.#broken(request, true);
        return responseOf({ ...reply, body: reply.body.slice(0, reply.body.length / 2) });
      }
    }
  }
}

/** The line of one process, known by its number. */
export function createLine(net: Net, process: number, pass: Pass): Transport {
  return new Line(net, process, pass);
}
