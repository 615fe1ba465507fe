/** The port of what a caller without a lease may ask of a job. Each method is one atomic check and change. */
import type { JobStatus } from '../../model/job.js';
import type { JournalNote } from '../../model/journal.js';
import type { Journalled } from './journal.js';

export interface JobRequestsPort {
  /** Cancels a job that has not begun; else asks its worker to. False when the job has ended. */
  requestCancel(
    ask: {
      jobId: string;
      by: string;
      nowMs: number;
      /** Further notes for a job that ends with this call. */
      endJournal?: readonly JournalNote[];
    } & Journalled,
  ): Promise<boolean>;
  /** False when the job has ended, is being rolled back or cancelled. */
  requestPause(ask: { jobId: string; nowMs: number }): Promise<boolean>;
  /** False when no pause was asked for. */
  requestResume(ask: { jobId: string; nowMs: number }): Promise<boolean>;
  /** Sends an ended job back to work; false when its status has left `from`, or its rows are purged. */
  requestRetry(
    ask: { jobId: string; from: readonly JobStatus[]; nowMs: number } & Journalled,
  ): Promise<boolean>;
  /** Moves an ended job to `rolling_back`; false when its status has left `from`, or its rows are purged. */
  requestRollback(
    ask: {
      jobId: string;
      from: readonly JobStatus[];
      reason: string | null;
      by?: string;
      nowMs: number;
    } & Journalled,
  ): Promise<boolean>;
}
