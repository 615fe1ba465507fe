/** The dependencies of the service's functions, and the look-up of a job for a caller. */
import type { CallerFiles } from '../job/job-files.js';
import type { JobRunner } from '../job/job-runner.js';
import type { BillyClient } from '../../billy/types.js';
import type { Clock } from '../../core/clock.js';
import { JobError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { JobStore } from '../../store/job-store.js';
import type { JobRecord } from '../../model/job.js';
import type { Account } from '../../organizations/account.js';
import type { AllowedRate } from './progress.js';

export interface ServiceDeps extends CallerFiles {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly account: Account;
  readonly billy: BillyClient;
  readonly log: Log;
  readonly engine: JobRunner;
  readonly dataDir: string;
  readonly fileBytesMax: number;
  /** BILLY_RATE_LIMIT; null: none. */
  readonly rateLimit: AllowedRate | null;
  /** The rate learned from Billy's 429s, in requests a second; null: none. */
  readonly learnedPerSecond: () => Promise<number | null>;
}

/** Throws `JOB_STATE` if the rows of the job have been purged. */
export function checkKept(job: JobRecord): void {
  if (job.purgedAtMs === null) return;
  throw new JobError({
    code: 'JOB_STATE',
    message: 'The stored rows and the before and after values of this job have been purged.',
    hint: 'They are deleted after BULK_RETENTION_DAYS; the counts (get_bulk_job_status) and the journal stay.',
  });
}

function unknownJob(): JobError {
  return new JobError({
    code: 'JOB_NOT_FOUND',
    message: 'There is no such job in this organization.',
    hint: 'list_bulk_jobs shows the jobs and their ids.',
  });
}

/** Returns the job to callers of its organization. For all other callers it does not exist. */
export async function findJob(
  deps: Pick<ServiceDeps, 'store' | 'account'>,
  jobId: string,
  organizationId?: string,
): Promise<JobRecord> {
  const job = await deps.store.getJob({ jobId });
  if (job === null) throw unknownJob();
  const organization = await deps.account.remembered(organizationId);
  if (job.organizationId !== organization.id) throw unknownJob();
  return job;
}
