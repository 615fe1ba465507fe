/**
 * The way of one organization's requests to Billy: who goes next, and when. Bottleneck grants turns,
 * spaced, never more than `maxConcurrent` at once. A turn waits out a 429 pause and the send log, and
 * picks who goes only at its very end: so whoever waits for an answer passes any number of queued
 * job writes, and whoever left the queue has cost nothing.
 */
import { setMaxListeners } from 'node:events';
import Bottleneck from 'bottleneck';
import type { Clock } from '../core/clock.js';
import type { Log } from '../core/log.js';
import { BillyFailure, pausedFailure } from './failure.js';
import { Pause } from './pause.js';
import { guardedWindowMs, SendLog, type RateLimit } from './send-log.js';
import type { Priority } from './types.js';

export interface LaneOptions {
  /** null: no spacing, and no request waits for another's `beforeSend`. */
  readonly rateLimit: RateLimit | null;
  readonly maxConcurrent: number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface LaneTask<T> {
  readonly priority: Priority;
  /** A pause that lasts longer than this is not waited for. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly beforeSend?: (() => Promise<void>) | undefined;
  readonly send: () => Promise<T>;
}

interface Waiting {
  readonly task: LaneTask<unknown>;
  readonly onAbort: () => void;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

// Turns come slightly closer than the limit allows, so that late timers cost no rate; the send log,
// which is exact, holds back what that brings forward.
const SPACING_SHARE = 0.95;

function createBottleneck(limit: RateLimit, maxConcurrent: number): Bottleneck {
  const minTime = (guardedWindowMs(limit.windowMs) / limit.count) * SPACING_SHARE;
  // No reservoir: refilled at once, it would let a whole window's worth through in a burst.
  return new Bottleneck({ maxConcurrent, minTime });
}

export class Lane {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #maxConcurrent: number;
  readonly #sendLog: SendLog | null;
  readonly #bottleneck: Bottleneck | null;
  readonly #pause = new Pause();
  readonly #waiting: Readonly<Record<Priority, Set<Waiting>>> = {
    interactive: new Set(),
    job: new Set(),
  };
  readonly #closing = new AbortController();
  /** Turns asked for that have not ended, and those among them that have not sent yet. */
  #turns = 0;
  #openTurns = 0;
  #sentCount = 0;

  constructor(options: LaneOptions) {
    const { rateLimit, maxConcurrent } = options;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#maxConcurrent = maxConcurrent;
    this.#sendLog = rateLimit === null ? null : new SendLog(rateLimit);
    this.#bottleneck = rateLimit === null ? null : createBottleneck(rateLimit, maxConcurrent);
  }

  /** Requests sent so far. */
  get sentCount(): number {
    return this.#sentCount;
  }

  /**
   * Settles as `send` does. Rejects with nothing sent when `beforeSend` rejects, when the signal
   * aborts before sending (with its reason), or when a pause outlasts the task's patience.
   */
  async run<T>(task: LaneTask<T>): Promise<T> {
    task.signal?.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    // A job's signal ends all its requests, so many may listen: no leak to be warned of on stderr.
    if (task.signal !== undefined) setMaxListeners(0, task.signal);
    const result = await new Promise<unknown>((resolve, reject) => {
      const waiting: Waiting = {
        task,
        onAbort: () => {
          this.#leave(waiting);
          waiting.reject(task.signal?.reason);
        },
        resolve,
        reject,
      };
      task.signal?.addEventListener('abort', waiting.onAbort, { once: true });
      this.#waiting[task.priority].add(waiting);
      this.#dismissImpatient();
      this.#grantTurns();
    });
    return result as T;
  }

  /** Rejects all that still waits, with an AbortError. */
  close(): void {
    const reason = new DOMException('the client was closed', 'AbortError');
    this.#closing.abort(reason);
    for (const waiting of this.#everyoneWaiting()) {
      this.#leave(waiting);
      waiting.reject(reason);
    }
  }

  /** With a limit one turn at a time is asked for, so that only one stands before the send log. */
  #grantTurns(): void {
    for (;;) {
      const { interactive, job } = this.#waiting;
      const hasRoom =
        this.#bottleneck === null ? this.#turns < this.#maxConcurrent : this.#openTurns === 0;
      if (!hasRoom || interactive.size + job.size <= this.#openTurns) return;
      this.#turns += 1;
      this.#openTurns += 1;
      void (this.#bottleneck?.schedule(() => this.#turn()) ?? this.#turn());
    }
  }

  /** Never rejects: what goes wrong belongs to the task. */
  async #turn(): Promise<void> {
    await this.#waitUntilClear();
    const waiting = this.#pickNext();
    const answer = waiting === null ? null : await this.#start(waiting);
    this.#openTurns -= 1;
    this.#grantTurns();
    if (waiting !== null && answer !== null) {
      await answer.promise.then(waiting.resolve, waiting.reject);
    }
    this.#turns -= 1;
    this.#grantTurns();
  }

  async #waitUntilClear(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const nowMs = this.#clock.monotonicMs();
      const ms = Math.max(this.#pause.leftMs(nowMs), this.#sendLog?.waitMs(nowMs) ?? 0);
      if (ms <= 0) return;
      await this.#clock.sleep(ms, signal);
    }
  }

  #pickNext(): Waiting | null {
    const { interactive, job } = this.#waiting;
    const [next] = interactive.size > 0 ? interactive : job;
    if (next === undefined) return null;
    this.#leave(next);
    return next;
  }

  /** The answer on its way, boxed so that it is not awaited here; null when nothing was sent. */
  async #start(waiting: Waiting): Promise<{ promise: Promise<unknown> } | null> {
    const { task } = waiting;
    try {
      await task.beforeSend?.();
      task.signal?.throwIfAborted();
      this.#closing.signal.throwIfAborted();
    } catch (error) {
      waiting.reject(error);
      return null;
    }
    return { promise: this.#send(task) };
  }

  async #send(task: LaneTask<unknown>): Promise<unknown> {
    const sentAtMs = this.#clock.monotonicMs();
    this.#sendLog?.stamp(sentAtMs);
    this.#sentCount += 1;
    try {
      const result = await task.send();
      this.#pause.answered(sentAtMs);
      return result;
    } catch (error) {
      this.#noteFailure(error, sentAtMs);
      throw error;
    }
  }

  #noteFailure(error: unknown, sentAtMs: number): void {
    if (!(error instanceof BillyFailure)) return;
    if (error.retry === 'never') this.#pause.answered(sentAtMs);
    if (error.code !== 'BILLY_RATE_LIMIT') return;
    const nowMs = this.#clock.monotonicMs();
    const { retryAfterMs } = error;
    this.#pause.refused({ sentAtMs, nowMs, retryAfterMs, random: this.#clock.random() });
    this.#log.info({ event: 'billy.paused', ms: Math.round(this.#pause.leftMs(nowMs)) });
    this.#dismissImpatient();
  }

  #dismissImpatient(): void {
    const leftMs = this.#pause.leftMs(this.#clock.monotonicMs());
    if (leftMs === 0) return;
    for (const waiting of this.#everyoneWaiting()) {
      if (waiting.task.patienceMs >= leftMs) continue;
      this.#leave(waiting);
      waiting.reject(pausedFailure(leftMs));
    }
  }

  #leave(waiting: Waiting): void {
    this.#waiting[waiting.task.priority].delete(waiting);
    waiting.task.signal?.removeEventListener('abort', waiting.onAbort);
  }

  #everyoneWaiting(): Waiting[] {
    return [...this.#waiting.interactive, ...this.#waiting.job];
  }
}
