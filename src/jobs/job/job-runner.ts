/** The engine's interface for the service. A process may have a server without an engine, or the reverse. */
import type { Problem } from '../../model/item.js';
import type { JobRecord } from '../../model/job.js';

export interface JobRunner {
  /** Queues the job's next work in its lane. Does nothing if the job is queued already. */
  enqueue(job: JobRecord): void;
  /** Judges a rollback in the job's lane and stores the forecast. */
  forecastRollback(job: JobRecord, reason: string | null): Promise<void>;
  /** Queues every job that has work left, the oldest first. */
  takeUp(): Promise<void>;
  /** Returns the warning if the job is stuck because of the database; null: it is not stuck. */
  standstillOf(job: JobRecord): Problem | null;
}
