/** The port of job records: create, find, list, and change by the worker that holds the lease. */
import type { JobPatch, JobRecord, JobStatus, Lease, NewJob, Operation } from '../../model/job.js';
import type { Journalled } from './journal.js';

export interface JobFilter {
  readonly organizationIds: readonly string[];
  readonly status?: JobStatus;
  readonly resourceType?: string;
  readonly operation?: Operation;
  readonly label?: string;
  /** A part of the label or of the source's name, in either case of letters. */
  readonly text?: string;
  readonly createdBy?: string;
  readonly dryRun?: boolean;
  /** The first and the last moment of creation. */
  readonly createdFromMs?: number;
  readonly createdToMs?: number;
}

export interface JobSourceFilter {
  readonly organizationId: string;
  readonly operation: Operation;
  readonly resourceType: string;
  /** The hash of the source's content. */
  readonly sha256: string;
  readonly limit: number;
}

export interface JobsPort {
  /**
   * Returns the new job; or the job that already has its fingerprint (its id is another). Rejects with
   * `JOBS_TOO_MANY`, and stores nothing, if the organization would have more than `openMax` unfinished jobs.
   */
  createJob(job: NewJob & Journalled & { readonly openMax?: number }): Promise<JobRecord>;
  /** Takes the fingerprint off the job, so that the same start makes a new job. */
  releaseFingerprint(job: { jobId: string }): Promise<void>;
  getJob(job: { jobId: string }): Promise<JobRecord | null>;
  /** The job if it is of one of the organizations; null, by the same query, if it is not or does not exist. */
  findJob(job: { jobId: string; organizationIds: readonly string[] }): Promise<JobRecord | null>;
  /** Newest first; `cursor` is the `nextCursor` of the page before. */
  listJobs(
    page: JobFilter & { limit: number; cursor?: string },
  ): Promise<{ jobs: JobRecord[]; nextCursor: string | null }>;
  /** Jobs that ran, newest first, on a source of that content; dry runs are left out. */
  listJobsOfSource(source: JobSourceFilter): Promise<JobRecord[]>;
  countJobs(filter: {
    organizationIds: readonly string[];
  }): Promise<Partial<Record<JobStatus, number>>>;
  /** The ids of the organizations that have jobs with work left. */
  listWaitingOrganizations(): Promise<string[]>;
  /** Jobs with work left, oldest first. A job that is to start after another one is left out until that has ended. */
  listUnfinished(filter: { organizationIds: readonly string[] }): Promise<JobRecord[]>;
  /** The job of the same lane that was created last before this one, of those that `listUnfinished` lists. */
  jobAhead(job: { jobId: string; lane: string }): Promise<string | null>;
  /**
   * The other job of the lane that is being worked on; a rollback only if it was asked for before `sinceMs`.
   * A rollback or retry of an older job waits for it.
   */
  jobAtWork(job: { jobId: string; lane: string; sinceMs: number }): Promise<string | null>;
  /**
   * With `whileStatus`, a job of any other status stays unchanged. Rejects with `INTERNAL`, and changes
   * nothing, when the job's status may not become that of the patch (`model/job-status`).
   */
  updateJob(
    change: {
      jobId: string;
      lease: Lease;
      patch: JobPatch;
      nowMs: number;
      whileStatus?: readonly JobStatus[];
    } & Journalled,
  ): Promise<void>;
  /** Marks that a worker has begun a stage of the job; false when the job has ended meanwhile. Rejects like `updateJob`. */
  beginStage(stage: {
    jobId: string;
    lease: Lease;
    status: JobStatus;
    startedAtMs: number;
    nowMs: number;
  }): Promise<boolean>;
}
