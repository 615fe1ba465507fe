/** Sends one call to Billy: waits in the request queue, exchanges, reads the answer, retries. */
import type { Clock } from '../../core/clock.js';
import { LIMITS } from '../../core/limits.js';
import type { Log } from '../../core/log.js';
import { keepSecrets, type SecretKeeper } from '../../core/secrets.js';
import { parseBody } from './envelope.js';
import {
  BillyFailure,
  foreignAnswer,
  refusalFailure,
  type Asked,
  type JsonObject,
} from '../failure.js';
import { RequestQueue } from '../throttle/request-queue.js';
import { decideRetry } from './retry.js';
import type { RateLimit, SendLog } from '../throttle/rate-limit.js';
import type { Turns } from '../throttle/turns.js';
import { createTransport, type Transport, type WireRequest } from './transport.js';
import type { BeforeSend, MayLeave, Priority } from '../types.js';

export interface SenderOptions {
  /** With its version, `https://api.billysbilling.com/v2`. */
  readonly baseUrl: string;
  readonly token: string;
  /** null: unlimited. */
  readonly rateLimit: RateLimit | null;
  /** If absent, only this process counts towards the limit. */
  readonly sharedSends?: SendLog | null;
  readonly maxConcurrent: number;
  /** If absent, the sender has turns of its own. */
  readonly turns?: Turns;
  /** One exchange, from the request for a connection to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Replaces HTTP in simulations. */
  readonly transport?: Transport;
  /** Called for every request that has left, once its answer has come or is given up. */
  readonly onRequest?: ((request: SentRequest) => void) | undefined;
}

export interface SentRequest {
  readonly method: WireRequest['method'];
  /** null: no answer came. */
  readonly status: number | null;
  readonly ms: number;
}

export interface Call {
  readonly method: WireRequest['method'];
  readonly path: string;
  /** The call requests a list. */
  readonly isList?: boolean;
  readonly body?: JsonObject;
  readonly priority: Priority;
  readonly patienceMs: number;
  readonly signal?: AbortSignal;
  readonly beforeSend?: BeforeSend;
}

/** Reads the result from a 2xx body; null if the body is not Billy's. */
export type ReadBody<T> = (body: JsonObject) => T | null;

export class Sender {
  readonly #options: SenderOptions;
  readonly #queue: RequestQueue;
  readonly #transport: Transport;
  readonly #secrets: SecretKeeper;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#secrets = keepSecrets([options.token]);
    this.#queue = new RequestQueue(options);
    this.#transport = options.transport ?? createTransport(options);
  }

  /**
   * Rejects with a BillyFailure, with the error of `beforeSend` or of the shared log, or with the signal's
   * reason. All but a BillyFailure mean for a write that nothing has happened. Patience counts from the first
   * failure, so that time in the queue does not use it up.
   */
  async send<T>(call: Call, read: ReadBody<T>): Promise<T> {
    const { clock } = this.#options;
    let firstFailureMs: number | null = null;
    for (let attempt = 1; ; attempt += 1) {
      const elapsedMs = firstFailureMs === null ? 0 : clock.monotonicMs() - firstFailureMs;
      try {
        return await this.#attempt(call, read, call.patienceMs - elapsedMs);
      } catch (error) {
        if (!(error instanceof BillyFailure)) throw error;
        firstFailureMs ??= clock.monotonicMs();
        await this.#waitOrThrow(call, error, {
          attempt,
          elapsedMs: clock.monotonicMs() - firstFailureMs,
        });
      }
    }
  }

  /** Drops waiting requests and aborts requests in flight. Callers let writes finish first. */
  close(): Promise<void> {
    this.#queue.close();
    return this.#transport.close();
  }

  async #waitOrThrow(
    call: Call,
    failure: BillyFailure,
    progress: { attempt: number; elapsedMs: number },
  ): Promise<void> {
    const { clock } = this.#options;
    const decision = decideRetry({
      ...progress,
      retry: failure.retry,
      isWrite: isWrite(call),
      patienceMs: call.patienceMs,
      retryAfterMs: failure.retryAfterMs,
      random: clock.random(),
    });
    const isHopeless = failure.isUnreadable && progress.attempt >= LIMITS.unreadableAttemptsMax;
    if (decision.kind !== 'wait' || isHopeless) throw failure;
    await clock.sleep(decision.ms, call.signal);
    call.signal?.throwIfAborted();
  }

  #attempt<T>(call: Call, read: ReadBody<T>, patienceMs: number): Promise<T> {
    return this.#queue.run({
      priority: call.priority,
      patienceMs,
      signal: call.signal,
      beforeSend: call.beforeSend,
      send: (leaves, mayLeave) => this.#exchange(call, { read, leaves, mayLeave }),
    });
  }

  async #exchange<T>(
    call: Call,
    { read, leaves, mayLeave }: { read: ReadBody<T>; leaves: () => void; mayLeave: MayLeave },
  ): Promise<T> {
    const { clock, log, onRequest } = this.#options;
    const startedMs = clock.monotonicMs();
    let status: number | null = null;
    const wire = { hasLeft: false };
    try {
      const response = await this.#transport.exchange({
        method: call.method,
        path: call.path,
        body: call.body === undefined ? undefined : JSON.stringify(call.body),
        // A write on its way is not aborted: its effect would be unknown.
        signal: isWrite(call) ? undefined : call.signal,
        isList: call.isList === true,
        onLeave: () => {
          wire.hasLeft = true;
          leaves();
        },
        mayLeave,
      });
      status = response.status;
      const isSuccess = status >= 200 && status < 300;
      const body = this.#parsed(response.text);
      if (!isSuccess) {
        throw refusalFailure({ ...response, body }, askedBy(call), clock.nowMs());
      }
      const result = body === null ? null : read(body);
      if (result === null) throw foreignAnswer(status, { ...askedBy(call), isJson: body !== null });
      return result;
    } finally {
      const ms = clock.monotonicMs() - startedMs;
      const path = pathOf(call);
      const { method } = call;
      log.debug({ event: 'billy.request', method, path, status, ms: Math.round(ms) });
      if (wire.hasLeft) onRequest?.({ method, status, ms });
    }
  }

  /** Parses an answer and redacts the token, in case the answer quotes it. */
  #parsed(text: string): JsonObject | null {
    const body = parseBody(text);
    if (body === null || !this.#secrets.isIn(text)) return body;
    return this.#secrets.hushValue(body) as JsonObject;
  }
}

function isWrite(call: Call): boolean {
  return call.method !== 'GET';
}

function askedBy(call: Call): Asked {
  const { body = {}, isList = false } = call;
  const clientIds = clientIdsIn(body);
  return { isWrite: isWrite(call), isList, clientIds, aloneId: aloneIdIn(body) };
}

/** The `_clientId` of the only record in a body; null if there are several records, or it has none. */
function aloneIdIn(body: JsonObject): string | null {
  const [record, ...others] = Object.values(body).flat();
  if (others.length > 0 || typeof record !== 'object' || record === null) return null;
  return '_clientId' in record && typeof record._clientId === 'string' ? record._clientId : null;
}

/** Every `_clientId` of a body, outermost first: Billy keys the refusals of children by their own ids. */
function clientIdsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = '_clientId' in value && typeof value._clientId === 'string' ? [value._clientId] : [];
  return [...own, ...Object.values(value).flatMap(clientIdsIn)];
}

/** The path for the log: without query values, which may be names, and with only one of many `ids[]`. */
function pathOf(call: Call): string {
  return call.path.replace(/=[^&]*/g, '').replace(/(&ids\[\])+/, '&...');
}
