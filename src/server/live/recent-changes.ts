/** The changes that a process has seen lately: of each job the last one, in order, up to a number of jobs. */
import type { JobChange } from '../../jobs/service/job-changes.js';

const JOBS_MAX = 100;

export class RecentChanges {
  /** By job; in the order of their numbers. */
  readonly #changes = new Map<string, JobChange>();
  #floor: number;
  #seen: number;

  /** `seen`: the number up to which nothing is held. */
  constructor(seen: number) {
    this.#floor = seen;
    this.#seen = seen;
  }

  /** Every change above this number, up to the last one seen, is held or replaced by a later one of its job. */
  get floor(): number {
    return this.#floor;
  }

  /** The number of the last change seen. */
  get seen(): number {
    return this.#seen;
  }

  /** `changes` follow the last change seen, in order. */
  add(changes: readonly JobChange[]): void {
    for (const change of changes) {
      this.#changes.delete(change.jobId);
      this.#changes.set(change.jobId, change);
      this.#seen = change.change;
    }
    for (const [jobId, { change }] of this.#changes) {
      if (this.#changes.size <= JOBS_MAX) break;
      this.#changes.delete(jobId);
      this.#floor = change;
    }
  }

  /** The last change of the job above that number; null: there is none. */
  ofJob(jobId: string, after: number): JobChange | null {
    const change = this.#changes.get(jobId);
    return change !== undefined && change.change > after ? change : null;
  }

  /** The first change above that number in one of the organizations; null: there is none. */
  next(after: number, organizationIds: ReadonlySet<string>): JobChange | null {
    for (const change of this.#changes.values()) {
      if (change.change > after && organizationIds.has(change.organizationId)) return change;
    }
    return null;
  }
}
