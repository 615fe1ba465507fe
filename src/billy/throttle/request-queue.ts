/**
 * The queue of one organization's requests to Billy: a request takes its turn, waits out a 429 pause and its slot
 * in the send log, and leaves. A write that has its slot still lets a person's read go first, and an aborted
 * request uses up no slot: the slot is then for the next turn.
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
import { RANKS, TurnGroup, type Rank, type Turns } from './turns.js';
import type { BeforeSend, MayLeave, Priority } from '../types.js';

export interface RequestQueueOptions {
  /** null: no spacing, and no request waits for another's `beforeSend`. */
  readonly rateLimit: RateLimit | null;
  /** If absent, only this process counts towards the limit. */
  readonly sharedSends?: SendLog | null;
  readonly maxConcurrent: number;
  /** The turns of the organization in this process. If absent, the queue has turns of its own. */
  readonly turns?: Turns;
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

/** A request that has not left. */
interface Waiting {
  readonly task: QueuedRequest<unknown>;
  readonly onAbort: () => void;
  /** True as soon as its turn has begun: it waits for a pause or its slot only. */
  hasTurn: boolean;
  /** Takes back its turn. */
  takeBack: () => void;
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
  readonly #limited: Limited | null;
  readonly #turns: Turns;
  readonly #pause = new Pause();
  readonly #waiting = new Set<Waiting>();
  readonly #closing = new AbortController();
  /** Requests that have not ended. */
  #openCount = 0;
  #sentCount = 0;
  /** The time since which there has been work without a break. */
  #busySinceMs = 0;

  constructor(options: RequestQueueOptions) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#limited = limitedBy(options);
    this.#turns = options.turns ?? new TurnGroup(options).open('');
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
    if (this.#openCount === 0) this.#busySinceMs = this.#clock.monotonicMs();
    this.#openCount += 1;
    try {
      return (await this.#enter(task)) as T;
    } finally {
      this.#openCount -= 1;
    }
  }

  /** Rejects all waiting requests with an AbortError. */
  close(): void {
    const reason = new DOMException('the client was closed', 'AbortError');
    this.#closing.abort(reason);
    for (const waiting of this.#waiting) this.#giveUp(waiting, reason);
    this.#turns.close();
  }

  #enter(task: QueuedRequest<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        task,
        onAbort: () => {
          this.#giveUp(waiting, task.signal?.reason);
        },
        hasTurn: false,
        takeBack: () => undefined,
        resolve,
        reject,
      };
      task.signal?.addEventListener('abort', waiting.onAbort, { once: true });
      this.#waiting.add(waiting);
      this.#queueTurn(waiting, RANKS[task.priority]);
      this.#dismissImpatient();
    });
  }

  #queueTurn(waiting: Waiting, rank: Rank): void {
    waiting.takeBack = this.#turns.queue(rank, (left) => this.#turn(waiting, left));
  }

  /** Never rejects: errors go to the request. */
  async #turn(waiting: Waiting, left: () => void): Promise<void> {
    waiting.hasTurn = true;
    try {
      await this.#waitUntilClear(waiting);
      if (!this.#waiting.has(waiting)) return;
      if (this.#isPassed(waiting)) {
        this.#queueTurn(waiting, RANKS.passed);
        return;
      }
      this.#leave(waiting);
      const mayLeave = await this.#prepare(waiting.task);
      const answer = this.#send(waiting.task, mayLeave);
      left();
      waiting.resolve(await answer);
    } catch (error) {
      this.#leave(waiting);
      waiting.reject(error);
    }
  }

  /**
   * A write lets a person's read go first, even at the last moment; its slot is then for the read. A read that has
   * its turn needs nothing of the write: without a limit both wait for the end of the same pause.
   */
  #isPassed({ task }: Waiting): boolean {
    if (task.priority === 'interactive') return false;
    return [...this.#waiting].some(
      (other) => other.task.priority === 'interactive' && !other.hasTurn,
    );
  }

  /** Waits until no pause is left and the slot is taken, or until the request no longer waits. */
  async #waitUntilClear(waiting: Waiting): Promise<void> {
    const { signal } = this.#closing;
    while (this.#waiting.has(waiting)) {
      const pausedMs = this.#pause.leftMs(this.#clock.monotonicMs());
      const ms = pausedMs > 0 ? pausedMs : await this.#takeSlot();
      if (ms <= 0) return;
      await this.#clock.sleep(ms, signal);
    }
  }

  /** Milliseconds until the slot may be requested again; 0 if it was taken. */
  async #takeSlot(): Promise<number> {
    if (this.#limited === null) return 0;
    const { slot } = this.#limited;
    const verdict = await slot.take(this.#clock.monotonicMs() - this.#busySinceMs);
    this.#turns.setSpacing(slot.spacingMs);
    if (verdict.kind === 'taken') return 0;
    if (verdict.kind === 'paused') {
      this.#pause.extend(this.#clock.monotonicMs() + verdict.waitMs);
      this.#dismissImpatient();
    }
    return verdict.waitMs;
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
    for (const waiting of this.#waiting) {
      if (waiting.task.patienceMs < leftMs) this.#giveUp(waiting, pausedFailure(leftMs));
    }
  }

  #giveUp(waiting: Waiting, reason: unknown): void {
    this.#leave(waiting);
    waiting.takeBack();
    waiting.reject(reason);
  }

  #leave(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    waiting.task.signal?.removeEventListener('abort', waiting.onAbort);
  }
}
