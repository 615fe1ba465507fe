/**
 * Jobs that stand still because the database cannot be read or written. That cannot be stored, so the
 * process that works on them remembers it, and tells it beside what is stored.
 */
import type { AppError } from '../../core/errors.js';
import type { JobStore } from '../../store/job-store.js';
import type { Problem } from '../../model/item.js';
import type { JobRecord } from '../../model/job.js';
import { isStoreFailure } from '../job/job-failures.js';

interface Standstill {
  readonly error: AppError;
  /** When the job was last stored; null: not known yet. */
  storedAtMs: number | null;
}

export class Standstills {
  readonly #store: Pick<JobStore, 'getJob'>;
  readonly #byJob = new Map<string, Standstill>();

  constructor(store: Pick<JobStore, 'getJob'>) {
    this.#store = store;
  }

  /** Waits for the work on a job, and remembers why it broke off, if the database is the reason. */
  async watch(jobId: string, working: Promise<void>): Promise<void> {
    try {
      await working;
      this.#byJob.delete(jobId);
    } catch (error) {
      if (isStoreFailure(error)) await this.#note(jobId, error);
      else this.#byJob.delete(jobId);
      throw error;
    }
  }

  async #note(jobId: string, error: AppError): Promise<void> {
    // Perhaps it cannot even be read; then nobody can be told either, until it can.
    const job = await this.#store.getJob({ jobId }).catch(() => null);
    this.#byJob.set(jobId, { error, storedAtMs: job?.updatedAtMs ?? null });
  }

  /** The warning for a job that stands still; null once something was stored of it, by whichever process. */
  warningFor(job: Pick<JobRecord, 'id' | 'phase' | 'updatedAtMs'>): Problem | null {
    const standstill = this.#byJob.get(job.id);
    if (standstill === undefined) return null;
    standstill.storedAtMs ??= job.updatedAtMs;
    if (job.phase === 'done' || standstill.storedAtMs !== job.updatedAtMs) {
      this.#byJob.delete(job.id);
      return null;
    }
    const { code, message } = standstill.error;
    const says = 'The job stands still, and goes on by itself once its state can be stored again.';
    return { code, message: `${says} ${message}` };
  }
}
