/**
 * Remembers jobs that are stuck: the database cannot be read or written, or this process has no access token of the
 * job's organization. Neither can be stored, so the process keeps it in memory and shows it as a warning.
 */
import type { AppError } from '../../core/errors.js';
import type { JobsPort } from '../../store/ports/jobs.js';
import type { Problem } from '../../model/item.js';
import type { JobRecord } from '../../model/job.js';
import { isStoreFailure } from '../job/job-failures.js';

interface Standstill {
  readonly error: AppError;
  /** Time when the job was last stored; null: not known yet. */
  storedAtMs: number | null;
}

type StuckJob = Pick<JobRecord, 'id' | 'organizationId' | 'phase' | 'updatedAtMs'>;

const NO_TOKEN: Problem = {
  code: 'CONFIG_MISSING_TOKEN',
  message:
    'The job waits, because this server has no usable access token of its company. It continues once there is one: billy-bulk-mcp organizations add, or organizations check.',
};

export class Standstills {
  readonly #store: Pick<JobsPort, 'getJob'>;
  readonly #byJob = new Map<string, Standstill>();
  #withoutToken: readonly string[] = [];

  constructor(store: Pick<JobsPort, 'getJob'>) {
    this.#store = store;
  }

  /** Waits for the work on a job. If the database fails it, remembers the error. Rejects like the work. */
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
    // The job may be unreadable too. Then no status can be shown either until it is readable.
    const job = await this.#store.getJob({ jobId }).catch(() => null);
    this.#byJob.set(jobId, { error, storedAtMs: job?.updatedAtMs ?? null });
  }

  /** The organizations with unfinished jobs whose token this process does not have, or cannot open. */
  noteWithoutToken(organizationIds: readonly string[]): void {
    this.#withoutToken = organizationIds;
  }

  /** Returns the warning for a stuck job; null once any process has stored the job again. */
  warningFor(job: StuckJob): Problem | null {
    if (job.phase !== 'done' && this.#withoutToken.includes(job.organizationId)) return NO_TOKEN;
    const standstill = this.#byJob.get(job.id);
    if (standstill === undefined) return null;
    standstill.storedAtMs ??= job.updatedAtMs;
    if (job.phase === 'done' || standstill.storedAtMs !== job.updatedAtMs) {
      this.#byJob.delete(job.id);
      return null;
    }
    const { code, message } = standstill.error;
    const notice =
      'The job is stuck. It continues automatically once its state can be stored again.';
    return { code, message: `${notice} ${message}` };
  }
}
