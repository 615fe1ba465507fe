/** Counts over all organizations, for operators of a server. None of them names an organization. */
import type { Outcome } from './item.js';
import type { JobStatus } from './job.js';

/** Runs of the last day; dry runs are left out. */
export interface RecentRuns {
  /** Items with an outcome, and those among them that are in Billy as the row wants them. */
  readonly processed: number;
  readonly successful: number;
  /** Items of the runs that have ended, and the time that these took. */
  readonly endedItems: number;
  readonly endedMs: number;
}

/** The requests of one organization. */
export interface SentInWindow {
  readonly sends: number;
  /** The stored learned rate; null: none. */
  readonly pace: unknown;
}

export interface StoreFigures {
  readonly jobs: Readonly<Partial<Record<JobStatus, number>>>;
  /** Jobs that no worker has begun, and the time since which the oldest of them waits. */
  readonly waiting: { readonly jobs: number; readonly sinceMs: number | null };
  /** Items of all stored jobs; dry runs are left out. */
  readonly items: Readonly<Record<Outcome, number>>;
  readonly recent: RecentRuns;
  readonly liveLeases: number;
  /** The last change of the oldest unfinished job in a lane that no process holds; null: there is none. */
  readonly unheldSinceMs: number | null;
  readonly sizeBytes: number;
  readonly sent: readonly SentInWindow[];
}
