/** The streams of events that are open: how many there may be, their comments, and their end. */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../core/clock.js';
import { AppError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { Redact } from '../../core/outgoing.js';
import type { JobChanges } from '../../jobs/service/job-changes.js';
import type { Service } from '../../jobs/service/service.js';
import type { Caller } from '../../organizations/caller.js';
import { ChangePoll } from './change-poll.js';
import type { Follower } from './follower.js';
import { JobEvents } from './job-events.js';
import { JobFollower } from './job-follower.js';
import { LiveStream } from './live-stream.js';
import { OrganizationsFollower } from './organizations-follower.js';
import type { RecentChanges } from './recent-changes.js';
import { lastEventIdOf } from './sse-message.js';
import { VisibleOrganizations } from './visible-organizations.js';

export interface LiveParts {
  readonly changes: JobChanges;
  readonly serviceFor: (caller: Caller) => Service;
  readonly clock: Clock;
  readonly log: Log;
  readonly redact: Redact;
}

/** A request for a stream. */
export interface LiveRequest {
  readonly caller: Caller;
  /** Differs between callers. */
  readonly callerId: string;
  /** The stream ends with this connection. */
  readonly outgoing: ServerResponse;
  /** The header of that name. */
  readonly lastEventId: string | undefined;
}

/** What a stream begins with. */
interface Start {
  readonly recent: RecentChanges;
  /** The number of the last change that the client has; null: it has none. */
  readonly after: number | null;
}

const STREAMS_MAX = 1000;
/** Enough for the pages of all people that share a key. */
const CALLER_STREAMS_MAX = 250;
const COMMENT_EVERY_MS = 15_000;
/** A client that has taken nothing for a minute is cut off. It may come back with its last event id. */
const MISSED_COMMENTS_MAX = 4;

const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // nginx then passes each event on at once.
  'x-accel-buffering': 'no',
};

function tooManyStreams(): AppError {
  return new AppError({
    code: 'RATE_LIMITED',
    message: 'Too many event streams are open.',
    hint: 'Close some of them. One stream at /api/v1/events follows all jobs.',
  });
}

function stopping(): AppError {
  return new AppError({
    code: 'RATE_LIMITED',
    message: 'The server is stopping.',
    hint: 'Connect again in a few seconds.',
  });
}

/** The next message is made when the connection takes it. */
function bodyOf(stream: LiveStream): ReadableStream<Uint8Array> {
  let isCancelled = false;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const message = await stream.next();
        if (isCancelled) return;
        if (message === null) controller.close();
        else controller.enqueue(message);
      },
      cancel() {
        isCancelled = true;
        stream.close();
      },
    },
    { highWaterMark: 0 },
  );
}

export class LiveStreams {
  readonly #parts: LiveParts;
  readonly #poll: ChangePoll;
  readonly #events: JobEvents;
  readonly #visible: VisibleOrganizations;
  readonly #open = new Map<LiveStream, LiveRequest>();
  readonly #stopComments: () => void;
  #isEnding = false;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    this.#poll = new ChangePoll(parts);
    this.#events = new JobEvents(parts);
    this.#visible = new VisibleOrganizations(parts.clock);
    this.#stopComments = parts.clock.every(COMMENT_EVERY_MS, () => {
      this.#comment();
    });
  }

  /** Number of streams that are open. */
  get size(): number {
    return this.#open.size;
  }

  /** The stream of one job. Rejects with `JOB_NOT_FOUND` as every use-case does, or with `RATE_LIMITED`. */
  async ofJob(request: LiveRequest, jobId: string): Promise<Response> {
    const { caller } = request;
    const service = this.#parts.serviceFor(caller);
    const first = await service.lastChangeOf(jobId);
    const visible = () => this.#visible.of({ caller, service, organizationId: undefined });
    return this.#begin(
      request,
      ({ recent, after }) => new JobFollower({ service, visible, recent, first, after }),
    );
  }

  /** The stream of all jobs of the caller, or of those of one organization. Rejects as a list of jobs does. */
  async ofOrganizations(request: LiveRequest, organizationId?: string): Promise<Response> {
    const { caller } = request;
    const { changes, serviceFor } = this.#parts;
    const service = serviceFor(caller);
    const visible = () => this.#visible.of({ caller, service, organizationId });
    await visible();
    return this.#begin(
      request,
      ({ recent, after }) => new OrganizationsFollower({ changes, visible, recent, after }),
    );
  }

  /** Ends all streams, which do not end by themselves. Further ones are refused. */
  endStreams(): void {
    this.#isEnding = true;
    this.#stopComments();
    for (const [stream, { outgoing }] of this.#open) {
      stream.close();
      // A client that takes nothing would not take the end either.
      if (!stream.isTaken) outgoing.destroy();
    }
  }

  async #begin(request: LiveRequest, followerOf: (start: Start) => Follower): Promise<Response> {
    this.#checkPlace(request);
    const stream = new LiveStream({ events: this.#events, log: this.#parts.log });
    const { outgoing, lastEventId } = request;
    this.#open.set(stream, request);
    // Comes at the end of every answer, also of a refusal.
    outgoing.once('close', () => {
      this.#end(stream);
    });
    const recent = await this.#poll.join(stream);
    const after = await this.#knownChange(lastEventId);
    stream.follow(followerOf({ recent, after }));
    if (outgoing.destroyed) this.#end(stream);
    return new Response(bodyOf(stream), { headers: HEADERS });
  }

  #checkPlace({ callerId }: LiveRequest): void {
    if (this.#isEnding) throw stopping();
    const own = [...this.#open.values()].filter((request) => request.callerId === callerId);
    if (this.#open.size >= STREAMS_MAX || own.length >= CALLER_STREAMS_MAX) throw tooManyStreams();
  }

  /** The number in the header; null where it is none of this database. Then the stream begins with the state. */
  async #knownChange(lastEventId: string | undefined): Promise<number | null> {
    const number = lastEventIdOf(lastEventId);
    if (number === null) return null;
    return number <= (await this.#parts.changes.last()) ? number : null;
  }

  #comment(): void {
    for (const [stream, { outgoing }] of this.#open) {
      if (stream.comment() > MISSED_COMMENTS_MAX) outgoing.destroy();
    }
  }

  #end(stream: LiveStream): void {
    this.#open.delete(stream);
    this.#poll.leave(stream);
    stream.close();
  }
}
