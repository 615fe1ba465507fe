/** The port of the purge: rows and images of an old job are removed, its record stays. */
import type { JobRecord } from '../../model/job.js';
import type { Journalled } from './journal.js';

export interface PurgePort {
  /** Lists ended jobs that are due, and jobs with a purge that has begun and is not done. */
  listPurgeable(filter: { endedBeforeMs: number }): Promise<JobRecord[]>;
  /** Marks the job as purged; false when it is not due by now, or another process was first. */
  beginPurge(
    ask: { jobId: string; endedBeforeMs: number; nowMs: number } & Journalled,
  ): Promise<boolean>;
  /** Removes rows and images; may be repeated. Record ids stay, so that they count as owned. */
  purgeContents(job: { jobId: string }): Promise<void>;
  endPurge(job: { jobId: string }): Promise<void>;
  /** True when another job that is not purged reads the same copy: a dry run, or a run of its plan. */
  isSourceShared(job: { jobId: string; planOfJobId: string | null }): Promise<boolean>;
}
