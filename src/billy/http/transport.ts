/** Carries one HTTP exchange with Billy, under one deadline, over kept-alive connections. */
import { Agent, type buildConnector, type Dispatcher } from 'undici';
import type { Clock } from '../../core/clock.js';
import { JsonTrim } from '../../core/json-trim.js';
import { LIMITS } from '../../core/limits.js';
import { heldUpFailure, oversizedAnswer, transportFailure, unusableToken } from '../failure.js';
import type { MayLeave } from '../types.js';

export interface TransportOptions {
  readonly baseUrl: string;
  readonly token: string;
  readonly maxConcurrent: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Opens connections in place of TCP. */
  readonly connect?: buildConnector.connector;
}

export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base address, beginning with a slash, with its query. */
  readonly path: string;
  /** The answer is a page of a list, which may be larger than other answers. */
  readonly isList?: boolean | undefined;
  /** JSON text. */
  readonly body?: string | undefined;
  /** Aborts the exchange; for reads only, since an aborted write has an unknown effect. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called right before the first byte leaves, even if the request has waited long for a connection. If it
   * returns false, nothing leaves, and the exchange rejects with `heldUpFailure`.
   */
  readonly mayLeave?: MayLeave | undefined;
  /** Called right before the first byte leaves. */
  readonly onLeave?: (() => void) | undefined;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Values nested deeper than `LIMITS.answerDepthMax` are replaced by null. */
  readonly text: string;
}

export interface Transport {
  /** Resolves with an answer of any status; rejects with a BillyFailure, or with the signal's reason. */
  exchange(request: WireRequest): Promise<WireResponse>;
  /** Aborts the exchanges in flight. */
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS_MAX = 10_000;
const HEADER_VALUE = /^[\x21-\x7e]+$/;

export function createTransport(options: TransportOptions): Transport {
  const { clock, timeoutMs } = options;
  const base = new URL(options.baseUrl);
  const prefix = base.pathname.replace(/\/+$/, '');
  const agent = new Agent({
    connections: options.maxConcurrent,
    // A connection that fails to open must delay only its own request.
    connect: options.connect ?? { timeout: Math.min(CONNECT_TIMEOUT_MS_MAX, timeoutMs) },
    // The deadline below is the only timeout.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    exchange: (request) => {
      if (!HEADER_VALUE.test(options.token)) return Promise.reject(unusableToken());
      const dispatch: Dispatcher.DispatchOptions = {
        origin: base.origin,
        path: `${prefix}${request.path}`,
        method: request.method,
        headers: headersFor(request, options.token),
        body: request.body ?? null,
      };
      const deadline = clock.deadline(timeoutMs);
      return new Exchange(request, deadline.signal)
        .run((handler) => agent.dispatch(dispatch, handler))
        .finally(deadline.cancel);
    },
    close: () => agent.destroy(),
  };
}

function headersFor(request: WireRequest, token: string): Record<string, string> {
  return {
    'X-Access-Token': token,
    Accept: 'application/json',
    // A fixed language, not the account's, so that equal causes have equal texts.
    'Accept-Language': 'en_US',
    ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
  };
}

/** Follows one request from the queue of the connection pool to the last byte of the answer. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: WireRequest;
  readonly #deadline: AbortSignal;
  readonly #bytesMax: number;
  readonly #trim: JsonTrim;
  #chunks: Buffer[] = [];
  #sizeBytes = 0;
  #status = 0;
  #headers: WireResponse['headers'] = {};
  /** Set at the moment the request is handed to a connected socket, right before its first byte. */
  #controller: Dispatcher.DispatchController | null = null;
  #isOver = false;
  #resolve: (response: WireResponse) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;

  constructor(request: WireRequest, deadline: AbortSignal) {
    this.#request = request;
    this.#deadline = deadline;
    const isList = request.isList === true;
    this.#bytesMax = isList ? LIMITS.pageBytesMax : LIMITS.answerBytesMax;
    const valuesMax = isList ? LIMITS.pageValuesMax : LIMITS.answerValuesMax;
    this.#trim = new JsonTrim({
      ...{ valuesMax, membersMax: Infinity, skipsPrefix: true },
      isLeftOut: (depth) => depth > LIMITS.answerDepthMax,
    });
  }

  async run(dispatch: (handler: Dispatcher.DispatchHandler) => unknown): Promise<WireResponse> {
    const { signal } = this.#request;
    signal?.throwIfAborted();
    try {
      return await new Promise((resolve, reject) => {
        this.#resolve = resolve;
        this.#reject = reject;
        this.#deadline.addEventListener('abort', this.#onDeadline, { once: true });
        signal?.addEventListener('abort', this.#onAbort, { once: true });
        dispatch(this);
      });
    } finally {
      this.#isOver = true;
      this.#deadline.removeEventListener('abort', this.#onDeadline);
      signal?.removeEventListener('abort', this.#onAbort);
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // The caller gave up while the request waited for a connection, so it must not leave now.
    if (this.#isOver) controller.abort(new Error('given up before it was sent'));
    else if (this.#request.mayLeave?.() === false) this.#breakOff(heldUpFailure());
    else this.#request.onLeave?.();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: WireResponse['headers'],
  ): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#sizeBytes += chunk.length;
    this.#chunks.push(this.#trim.take(chunk));
    if (this.#sizeBytes <= this.#bytesMax && !this.#trim.isOver) return;
    this.#chunks = [];
    this.#breakOff(oversizedAnswer(this.#status, { isWrite: this.#isWrite }));
  }

  onResponseEnd(): void {
    const text = Buffer.concat(this.#chunks).toString('utf8');
    this.#chunks = [];
    this.#resolve({ status: this.#status, headers: this.#headers, text });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(this.#broken(error));
  }

  readonly #onDeadline = (): void => {
    this.#breakOff(this.#broken(this.#deadline.reason));
  };

  readonly #onAbort = (): void => {
    this.#breakOff(this.#request.signal?.reason);
  };

  /** Ends the exchange with `reason` at once, and aborts the request at whatever stage it is. */
  #breakOff(reason: unknown): void {
    this.#isOver = true;
    this.#reject(reason);
    this.#controller?.abort(new Error('broken off'));
  }

  #broken(cause: unknown): Error {
    return transportFailure(cause, {
      isWrite: this.#isWrite,
      wasSent: this.#controller !== null,
    });
  }

  get #isWrite(): boolean {
    return this.#request.method !== 'GET';
  }
}
