/**
 * One stream of events. It makes the next message only when its connection takes one: a slow client gets fewer events,
 * each with the newest state, and costs no memory.
 */
import { AppError, messageOf, type ErrorCode } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { Waker } from './change-poll.js';
import type { Follower } from './follower.js';
import type { JobEvents } from './job-events.js';
import { COMMENT, endEvent, OPENING } from './sse-message.js';

/** The caller may not see the job, or the organization, any more. */
const LOST: readonly ErrorCode[] = [
  'JOB_NOT_FOUND',
  'ORGANIZATION_REQUIRED',
  'ORGANIZATION_MISMATCH',
];

export interface StreamParts {
  readonly events: JobEvents;
  readonly log: Log;
}

export class LiveStream implements Waker {
  readonly #parts: StreamParts;
  #follower: Follower | null = null;
  #hasBegun = false;
  #isOver = false;
  /** Something may have come since the last message was looked for. */
  #isStirred = false;
  #hasFailed = false;
  #missedComments = 0;
  #awaken: (() => void) | null = null;
  #isTaken = false;

  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  /** Sets what the stream sends, before the first message is taken. */
  follow(follower: Follower): void {
    this.#follower = follower;
  }

  /** True while the connection waits for a message. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  wake(hasChanged: boolean): void {
    if (hasChanged || this.#hasFailed) this.#stir();
  }

  /** Sends a comment; returns the number of those that the connection has not taken yet. */
  comment(): number {
    this.#missedComments += 1;
    this.#stir();
    return this.#missedComments;
  }

  close(): void {
    this.#isOver = true;
    this.#stir();
  }

  /** Waits for the next message; null: there is none any more. Never rejects. */
  async next(): Promise<Uint8Array | null> {
    this.#isTaken = true;
    for (;;) {
      this.#isStirred = false;
      const message = this.#isOver ? null : await this.#message();
      // Closed meanwhile, perhaps.
      if (message !== null || this.#isOver) {
        this.#isTaken = false;
        return message;
      }
      await this.#rest();
    }
  }

  async #message(): Promise<Uint8Array | null> {
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      return OPENING;
    }
    if (this.#missedComments > 0) {
      this.#missedComments = 0;
      return COMMENT;
    }
    try {
      const event = await this.#event();
      this.#hasFailed = false;
      return event;
    } catch (error) {
      this.#fail(error);
      return null;
    }
  }

  async #event(): Promise<Uint8Array | null> {
    const follower = this.#follower;
    if (follower === null) return null;
    const change = await follower.peek();
    if (change !== null) {
      const event = await this.#parts.events.of(change);
      follower.pass(change);
      return event;
    }
    const last = follower.end();
    if (last === null) return null;
    this.#isOver = true;
    return endEvent(last.change, { id: last.jobId });
  }

  /** A stream with nothing left to show is over. Other failures pass: the next look tries again. */
  #fail(error: unknown): void {
    if (error instanceof AppError && LOST.includes(error.code)) this.#isOver = true;
    else if (!this.#hasFailed) {
      this.#parts.log.warn({ event: 'live.event-failed', error: messageOf(error) });
    }
    this.#hasFailed = true;
  }

  #stir(): void {
    this.#isStirred = true;
    this.#awaken?.();
    this.#awaken = null;
  }

  /** Resolves once something may have come, at once if it has. */
  #rest(): Promise<void> {
    if (this.#isStirred) return Promise.resolve();
    return new Promise((resolve) => {
      this.#awaken = resolve;
    });
  }
}
