/**
 * The queue of one organization's requests to Billy: decides which request goes next, and when. With a limit,
 * one turn at a time waits for a slot in the send log. A turn waits out a 429 pause and its slot, and picks its
 * request only at the very end. So an interactive request passes any number of queued job writes, and an
 * aborted request uses up no slot.
 */
import { setMaxListeners } from 'node:events';
import type { Clock } from '../../core/clock.js';
import { messageOf } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import { BillyFailure, pausedFailure } from '../failure.js';
import { Pause } from './pause.js';
import type { LearnedRate } from './learned-rate.js';
import { RateLearner } from './rate-learner.js';
import { MemorySendLog } from './memory-send-log.js';
import type { RateLimit, SendLog } from './rate-limit.js';
import { SendSlot, type Stamped } from './send-slot.js';
import type { BeforeSend, MayLeave, Priority } from '../types.js';

export interface RequestQueueOptions {
  /** null: no spacing, and no request waits for another's `beforeSend`. */
  readonly rateLimit: RateLimit | null;
  /** If absent, only this process counts towards the limit. */
  readonly sharedSends?: SendLog | null;
  readonly maxConcurrent: number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface QueuedRequest<T> {
  readonly priority: Priority;
  /** The request does not wait for a pause that is longer than this. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly beforeSend?: BeforeSend | undefined;
  /** Calls `mayLeave` right before the first byte leaves, and `leaves` when it does, if it knows. */
  readonly send: (leaves: () => void, mayLeave: MayLeave) => Promise<T>;
}

interface Waiting {
  readonly task: QueuedRequest<unknown>;
  readonly onAbort: () => void;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** The parts that a queue needs to keep a limit, and to learn a lower one. */
interface Limited {
  readonly slot: SendSlot;
  readonly learner: RateLearner;
}

function limitedBy({ sharedSends, rateLimit, clock }: RequestQueueOptions): Limited | null {
  if (rateLimit === null) return null;
  const parts = { sharedSends: sharedSends ?? new MemorySendLog(), limit: rateLimit, clock };
  return { slot: new SendSlot(parts), learner: new RateLearner(parts) };
}

function always(): boolean {
  return true;
}

export class RequestQueue {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #maxConcurrent: number;
  readonly #limited: Limited | null;
  readonly #pause = new Pause();
  readonly #waiting: Readonly<Record<Priority, Set<Waiting>>> = {
    interactive: new Set(),
    job: new Set(),
  };
  readonly #closing = new AbortController();
  /** Turns that have not ended, and those among them that have not sent yet. */
  #turns = 0;
  #openTurns = 0;
  #sentCount = 0;
  /** The time since which there has been work without a break. */
  #busySinceMs = 0;

  constructor(options: RequestQueueOptions) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#maxConcurrent = options.maxConcurrent;
    this.#limited = limitedBy(options);
  }

  /** The number of requests sent so far. */
  get sentCount(): number {
    return this.#sentCount;
  }

  /**
   * Settles as `send` does. Rejects with nothing sent if `beforeSend` or the shared log rejects, if the signal
   * aborts before sending (with its reason), or if a pause is longer than the task's patience.
   */
  async run<T>(task: QueuedRequest<T>): Promise<T> {
    task.signal?.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    // A job's signal ends all its requests, so many may listen. Node's leak warning would be wrong here.
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
      if (this.#isIdle()) this.#busySinceMs = this.#clock.monotonicMs();
      this.#waiting[task.priority].add(waiting);
      this.#dismissImpatient();
      this.#grantTurns();
    });
    return result as T;
  }

  /** Rejects all waiting requests with an AbortError. */
  close(): void {
    const reason = new DOMException('the client was closed', 'AbortError');
    this.#closing.abort(reason);
    for (const waiting of this.#everyoneWaiting()) {
      this.#leave(waiting);
      waiting.reject(reason);
    }
  }

  /** Starts turns. With a limit, one turn at a time waits for a slot in the log. */
  #grantTurns(): void {
    for (;;) {
      const { interactive, job } = this.#waiting;
      const isTaken = this.#limited !== null && this.#openTurns > 0;
      if (isTaken || this.#turns >= this.#maxConcurrent) return;
      if (interactive.size + job.size <= this.#openTurns) return;
      this.#turns += 1;
      this.#openTurns += 1;
      void this.#turn();
    }
  }

  /** Never rejects: errors go to the task. */
  async #turn(): Promise<void> {
    const waiting = await this.#nextWhenClear();
    const answer = waiting === null ? null : await this.#start(waiting);
    this.#openTurns -= 1;
    this.#grantTurns();
    if (waiting !== null && answer !== null) {
      await answer.promise.then(waiting.resolve, waiting.reject);
    }
    this.#turns -= 1;
    this.#grantTurns();
  }

  /** The next request; null if none waits any more, or if the slot could not be taken. */
  async #nextWhenClear(): Promise<Waiting | null> {
    try {
      await this.#waitUntilClear();
      return this.#pickNext();
    } catch (error) {
      this.#pickNext()?.reject(error);
      return null;
    }
  }

  async #waitUntilClear(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const pausedMs = this.#pause.leftMs(this.#clock.monotonicMs());
      const ms = pausedMs > 0 ? pausedMs : await this.#takeSlot();
      if (ms <= 0) return;
      await this.#clock.sleep(ms, signal);
    }
  }

  #isIdle(): boolean {
    const { interactive, job } = this.#waiting;
    return this.#turns === 0 && interactive.size + job.size === 0;
  }

  /** Milliseconds until the slot may be requested again; 0 if it was taken, or no request waits. */
  async #takeSlot(): Promise<number> {
    const { interactive, job } = this.#waiting;
    if (this.#limited === null || interactive.size + job.size === 0) return 0;
    const busyMs = this.#clock.monotonicMs() - this.#busySinceMs;
    const verdict = await this.#limited.slot.take(busyMs);
    if (verdict.kind === 'taken') return 0;
    if (verdict.kind === 'paused') {
      this.#pause.extend(this.#clock.monotonicMs() + verdict.waitMs);
      this.#dismissImpatient();
    }
    return verdict.waitMs;
  }

  #pickNext(): Waiting | null {
    const { interactive, job } = this.#waiting;
    const [next] = interactive.size > 0 ? interactive : job;
    if (next === undefined) return null;
    this.#leave(next);
    return next;
  }

  /** The promise of the answer, boxed so that it is not awaited here; null if nothing was sent. */
  async #start(waiting: Waiting): Promise<{ promise: Promise<unknown> } | null> {
    try {
      const mayLeave = await this.#prepare(waiting.task);
      return { promise: this.#send(waiting.task, mayLeave) };
    } catch (error) {
      waiting.reject(error);
      return null;
    }
  }

  async #prepare({ beforeSend, signal }: QueuedRequest<unknown>): Promise<MayLeave> {
    const mayLeave = await beforeSend?.();
    await this.#limited?.slot.due(this.#closing.signal);
    signal?.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    return mayLeave ?? always;
  }

  async #send(task: QueuedRequest<unknown>, mayLeave: MayLeave): Promise<unknown> {
    const sentAtMs = this.#clock.monotonicMs();
    const stamped = this.#limited?.slot.used() ?? null;
    this.#sentCount += 1;
    this.#noteLeft(stamped);
    try {
      // A sender that knows when the first byte leaves reports it again, more exactly.
      const result = await task.send(() => {
        this.#noteLeft(stamped);
      }, mayLeave);
      this.#noteAnswered(sentAtMs, stamped);
      return result;
    } catch (error) {
      await this.#noteFailure(error, { sentAtMs, stamped });
      throw error;
    }
  }

  #noteLeft(stamped: Stamped | null): void {
    if (this.#limited === null || stamped === null) return;
    void this.#limited.slot.left(stamped).catch(this.#noteUnshared);
  }

  #noteAnswered(sentAtMs: number, stamped: Stamped | null): void {
    this.#pause.answered(sentAtMs);
    if (this.#limited === null || stamped === null) return;
    const { slot, learner } = this.#limited;
    void slot.answered(stamped).catch(this.#noteUnshared);
    void learner.accepted(slot.pace).then(this.#notePace, this.#noteUnshared);
  }

  readonly #notePace = (learnedRate: LearnedRate | null): void => {
    if (learnedRate !== null)
      this.#log.info({ event: 'billy.pace', perSecond: learnedRate.perSecond });
  };

  /** Logs a failed write to the shared log. The request itself succeeds or fails by Billy's answer alone. */
  readonly #noteUnshared = (cause: unknown): void => {
    this.#log.warn({ event: 'billy.send-not-shared', error: messageOf(cause) });
  };

  async #noteFailure(
    error: unknown,
    { sentAtMs, stamped }: { sentAtMs: number; stamped: Stamped | null },
  ): Promise<void> {
    if (!(error instanceof BillyFailure)) return;
    if (error.retry === 'never') this.#pause.answered(sentAtMs);
    if (error.code !== 'BILLY_RATE_LIMIT') return;
    const nowMs = this.#clock.monotonicMs();
    const { retryAfterMs } = error;
    this.#pause.refused({ sentAtMs, nowMs, retryAfterMs, random: this.#clock.random() });
    const leftMs = this.#pause.leftMs(nowMs);
    this.#log.info({ event: 'billy.paused', ms: Math.round(leftMs) });
    this.#dismissImpatient();
    if (this.#limited === null || stamped === null) return;
    const { slot, learner } = this.#limited;
    await slot.pause(leftMs).catch(this.#noteUnshared);
    await learner.refused(stamped.slot).then(this.#notePace, this.#noteUnshared);
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
