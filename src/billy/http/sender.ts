/** One call to Billy from first attempt to last: the lane, the exchange, the reading, the retries. */
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
import { createTransport, type Transport, type WireRequest } from './transport.js';
import type { BeforeSend, MayLeave, Priority } from '../types.js';

export interface SenderOptions {
  /** With its version, `https://api.billysbilling.com/v2`. */
  readonly baseUrl: string;
  readonly token: string;
  /** null: unlimited. */
  readonly rateLimit: RateLimit | null;
  /** Absent: the limit is kept by this process alone. */
  readonly sharedSends?: SendLog | null;
  readonly maxConcurrent: number;
  /** One exchange, from the request for a connection to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Carries the exchanges instead of HTTP; for simulations. */
  readonly transport?: Transport;
}

export interface Call {
  readonly method: WireRequest['method'];
  readonly path: string;
  /** It asks for a list. */
  readonly isList?: boolean;
  readonly body?: JsonObject;
  readonly priority: Priority;
  readonly patienceMs: number;
  readonly signal?: AbortSignal;
  readonly beforeSend?: BeforeSend;
}

/** Makes a result of a 2xx body, or null when it is none of Billy's. */
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
   * Rejects with a BillyFailure, with what `beforeSend` or the shared log rejected with, or with
   * the signal's reason; all but the first mean for a write that nothing has happened. Patience counts from the first failure,
   * so that time in the queue does not use it up.
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

  /** Drops what waits and breaks what is in flight: let writes finish first. */
  close(): Promise<void> {
    this.#queue.close();
    return this.#transport.close();
  }

  async #waitOrThrow(
    call: Call,
    failure: BillyFailure,
    so: { attempt: number; elapsedMs: number },
  ): Promise<void> {
    const { clock } = this.#options;
    const decision = decideRetry({
      ...so,
      retry: failure.retry,
      isWrite: isWrite(call),
      patienceMs: call.patienceMs,
      retryAfterMs: failure.retryAfterMs,
      random: clock.random(),
    });
    const isHopeless = failure.isUnreadable && so.attempt >= LIMITS.unreadableAttemptsMax;
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
    const { clock, log } = this.#options;
    const startedMs = clock.monotonicMs();
    let status: number | null = null;
    try {
      const response = await this.#transport.exchange({
        method: call.method,
        path: call.path,
        body: call.body === undefined ? undefined : JSON.stringify(call.body),
        // A write on its way is not broken off: its effect would be unknown.
        signal: isWrite(call) ? undefined : call.signal,
        isList: call.isList === true,
        onLeave: leaves,
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
      const ms = Math.round(clock.monotonicMs() - startedMs);
      log.debug({ event: 'billy.request', method: call.method, path: pathOf(call), status, ms });
    }
  }

  /** Should an answer quote the token, whatever its status, nothing that is made of it may carry it on. */
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

/** The `_clientId` of the record in a body that holds one record; null: there are several, or it has none. */
function aloneIdIn(body: JsonObject): string | null {
  const [record, ...others] = Object.values(body).flat();
  if (others.length > 0 || typeof record !== 'object' || record === null) return null;
  return '_clientId' in record && typeof record._clientId === 'string' ? record._clientId : null;
}

/** Every `_clientId` of a body, outermost first: children's refusals are keyed by their own. */
function clientIdsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = '_clientId' in value && typeof value._clientId === 'string' ? [value._clientId] : [];
  return [...own, ...Object.values(value).flatMap(clientIdsIn)];
}

/** Query values may be somebody's name; a hundred ids say no more than one. */
function pathOf(call: Call): string {
  return call.path.replace(/=[^&]*/g, '').replace(/(&ids\[\])+/, '&...');
}
