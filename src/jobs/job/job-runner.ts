/** The engine as the service sees it: a process may serve without an engine, or work without a server. */
import type { Problem } from '../../model/item.js';
import type { JobRecord } from '../../model/job.js';

export interface JobRunner {
  /** Queues the job's next work in its lane; once, however often it is called. */
  enqueue(job: JobRecord): void;
  /** Judges a rollback in the job's lane and stores the forecast. */
  forecastRollback(job: JobRecord, reason: string | null): Promise<void>;
  /** Queues every job that has work left, the oldest first. */
  takeUp(): Promise<void>;
  /** The reason why the job stands still, if it is the database; null: it does not stand still. */
  standstillOf(job: JobRecord): Problem | null;
}
