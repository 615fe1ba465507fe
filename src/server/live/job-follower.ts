/** Follows one job: its state first, then each change, until the job and any rollback of it are done. */
import { unknownJob } from '../../jobs/service/service-deps.js';
import type { JobChange } from '../../jobs/service/job-changes.js';
import type { Service } from '../../jobs/service/service.js';
import type { Follower } from './follower.js';
import type { RecentChanges } from './recent-changes.js';

export interface JobFollowerParts {
  readonly service: Pick<Service, 'lastChangeOf'>;
  readonly visible: () => Promise<ReadonlySet<string>>;
  readonly recent: RecentChanges;
  /** The job when the stream was asked for. */
  readonly first: JobChange;
  /** The number of the last change that the client has; null: it has none. */
  readonly after: number | null;
}

/** Below the number of any change. */
const NOTHING = -1;

export class JobFollower implements Follower {
  readonly #parts: JobFollowerParts;
  /** The job as it was last seen. */
  #last: JobChange;
  /** Later changes of the job have not been sent. */
  #position: number;

  constructor(parts: JobFollowerParts) {
    this.#parts = parts;
    this.#last = parts.first;
    this.#position = parts.after ?? NOTHING;
  }

  /** Rejects with `JOB_NOT_FOUND` once the caller may not see the job any more. */
  async peek(): Promise<JobChange | null> {
    const { recent, visible } = this.#parts;
    if (this.#position < recent.floor) return this.#read();
    const change = recent.ofJob(this.#last.jobId, this.#position);
    if (change === null) return null;
    if (!(await visible()).has(change.organizationId)) throw unknownJob();
    this.#last = change;
    return change;
  }

  pass({ change }: JobChange): void {
    this.#position = change;
  }

  end(): JobChange | null {
    return this.#last.isDone && this.#position >= this.#last.change ? this.#last : null;
  }

  /** What was seen before the query is in its answer. */
  async #read(): Promise<JobChange | null> {
    const { service, recent } = this.#parts;
    const { seen } = recent;
    this.#last = await service.lastChangeOf(this.#last.jobId);
    if (this.#last.change > this.#position) return this.#last;
    this.#position = Math.max(this.#position, seen);
    return null;
  }
}
