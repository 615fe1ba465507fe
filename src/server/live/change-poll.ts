/**
 * Looks for changes of jobs on behalf of all streams of a process, with one query, while there is a stream. Any process
 * may have made the changes.
 */
import type { Clock } from '../../core/clock.js';
import { messageOf } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { JobChanges } from '../../jobs/service/job-changes.js';
import { RecentChanges } from './recent-changes.js';

/** An event may be a second late at most, and it has to be made and sent as well. */
const LOOK_MS = 500;
/** Jobs of one query. */
const JOBS_MAX = 50;

/** A stream. `hasChanged`: the last look has found changes. */
export interface Waker {
  wake(hasChanged: boolean): void;
}

export interface PollParts {
  readonly changes: Pick<JobChanges, 'last' | 'next'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The time from the first stream to the end of the last one. */
interface Session {
  readonly recent: Promise<RecentChanges>;
  readonly stop: () => void;
}

export class ChangePoll {
  readonly #parts: PollParts;
  readonly #wakers = new Set<Waker>();
  #session: Session | null = null;
  #isLooking = false;
  #hasFailed = false;

  constructor(parts: PollParts) {
    this.#parts = parts;
  }

  /** The changes that are found from now on. Rejects if the store cannot be read. */
  join(waker: Waker): Promise<RecentChanges> {
    this.#wakers.add(waker);
    this.#session ??= this.#begin();
    return this.#session.recent;
  }

  /** The last stream that leaves ends the looking. */
  leave(waker: Waker): void {
    this.#wakers.delete(waker);
    if (this.#wakers.size > 0) return;
    this.#session?.stop();
    this.#session = null;
  }

  #begin(): Session {
    const { changes, clock } = this.#parts;
    const recent = changes.last().then((last) => new RecentChanges(last));
    const stop = clock.every(LOOK_MS, () => {
      void this.#look(recent);
    });
    return { recent, stop };
  }

  async #look(found: Promise<RecentChanges>): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    let hasChanged = false;
    try {
      hasChanged = await this.#readInto(await found);
      this.#hasFailed = false;
    } catch (error) {
      this.#fail(error);
    }
    this.#isLooking = false;
    for (const waker of this.#wakers) waker.wake(hasChanged);
  }

  /** The next look tries again. */
  #fail(error: unknown): void {
    if (!this.#hasFailed) {
      this.#parts.log.warn({ event: 'live.look-failed', error: messageOf(error) });
    }
    this.#hasFailed = true;
  }

  /** True if there were changes. */
  async #readInto(recent: RecentChanges): Promise<boolean> {
    const before = recent.seen;
    for (;;) {
      const changes = await this.#parts.changes.next({ after: recent.seen, limit: JOBS_MAX });
      recent.add(changes);
      if (changes.length < JOBS_MAX) return recent.seen > before;
    }
  }
}
