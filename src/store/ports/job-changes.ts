/**
 * The port of changes. Every write that alters the look of a job gives the job the next number of the whole
 * database, in its own transaction (`JobRecord.change`). A reader that has seen all numbers up to N misses nothing by
 * asking for those above N.
 */
import type { JobRecord } from '../../model/job.js';

export interface ChangedJobsFilter {
  /** Absent: jobs of all organizations. */
  readonly organizationIds?: readonly string[];
  /** Only jobs with a last change above this number. */
  readonly after: number;
  /** Ended jobs are left out up to this number; absent: none is. */
  readonly endedAfter?: number;
  readonly limit: number;
}

export interface JobChangesPort {
  /** The number of the last change; 0: there is none. */
  lastJobChange(): Promise<number>;
  /** In the order of their numbers. */
  listChangedJobs(filter: ChangedJobsFilter): Promise<JobRecord[]>;
  /** The highest number that leaves `count` jobs of the organizations above it; 0: there are not more. */
  changeBefore(newest: { organizationIds: readonly string[]; count: number }): Promise<number>;
}
