/** The dependencies of the service's functions, and the look-up of a job for a caller. */
import type { CallerFiles } from '../job/job-files.js';
import type { JobRunner } from '../job/job-runner.js';
import type { MailRule } from '../job/mail-rule.js';
import type { PlanLimits } from '../job/plan-required.js';
import type { Clock } from '../../core/clock.js';
import { ConfigError, JobError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { FileStore } from '../../files/store/file-store.js';
import type { JobStore } from '../../store/job-store.js';
import type { JobRecord } from '../../model/job.js';
import type { Account, CurrentOrganization } from '../../organizations/account.js';
import type { Caller } from '../../organizations/caller.js';
import type { Organizations } from '../../organizations/organizations.js';
import type { AllowedRate } from './progress.js';

/** The parts that all callers share. */
export interface SharedDeps extends CallerFiles, PlanLimits {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly organizations: Organizations;
  readonly log: Log;
  readonly engine: JobRunner;
  /** The sources, exports and reports of the jobs. */
  readonly files: FileStore;
  readonly fileBytesMax: number;
  /** True where callers can upload files: over HTTP. Absent: false. */
  readonly takesUploads?: boolean;
  /** BULK_READ_ONLY; absent: off. */
  readonly isReadOnly?: boolean;
  /** BULK_JOBS_MAX_OPEN; absent: any number. */
  readonly openJobsMax?: number;
  /** The addresses that may be mailed; absent: no mail server is set. */
  readonly mailRule?: MailRule;
  /** BILLY_RATE_LIMIT; null: none. */
  readonly rateLimit: AllowedRate | null;
  /** The rate learned from Billy's 429s to an organization, in requests a second; null: none. */
  readonly learnedPerSecond: (organizationId: string) => Promise<number | null>;
}

/** The parts that the functions of one caller's service work with. */
export interface ServiceDeps extends SharedDeps {
  readonly caller: Caller;
  /** The files that the caller may name in a call about one organization. Absent: the same in every call. */
  readonly filesWithin?: ((organizationId: string) => CallerFiles) | undefined;
}

/** The files that the caller may name in a call about the organization; null: it is about none, or about several. */
export function callerFilesOf(deps: ServiceDeps, organizationId: string | null): CallerFiles {
  return organizationId === null ? deps : (deps.filesWithin?.(organizationId) ?? deps);
}

/** The same for a call that names the organization of the account, or none if it is the only one. */
export async function filesOfAccount(
  deps: ServiceDeps,
  account: Pick<Account, 'remembered'>,
  organizationId: string | undefined,
): Promise<CallerFiles> {
  // Where it makes no difference, Billy need not be asked.
  if (deps.filesWithin === undefined) return deps;
  return callerFilesOf(deps, (await account.remembered(organizationId)).id);
}

/** Throws `READ_ONLY` if this server may write nothing to Billy. Dry runs, exports, cancel and pause go on. */
export function checkWritable({ isReadOnly = false }: Pick<SharedDeps, 'isReadOnly'>): void {
  if (!isReadOnly) return;
  throw new JobError({
    code: 'READ_ONLY',
    message: 'This server only reads: BULK_READ_ONLY is on.',
    hint: 'Use options.dryRun: true for a preview, or an export. To write, start the server without BULK_READ_ONLY.',
  });
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

export function unknownJob(): JobError {
  return new JobError({
    code: 'JOB_NOT_FOUND',
    message: 'There is no such job in this organization.',
    hint: 'list_bulk_jobs shows the jobs and their ids.',
  });
}

/**
 * Returns the job if it belongs to an organization of the caller. Any other job is `JOB_NOT_FOUND`, by the
 * same query as an id that does not exist. Every use-case that takes a job id begins here.
 */
export async function findJob(
  { store, organizations, caller }: Pick<ServiceDeps, 'store' | 'organizations' | 'caller'>,
  jobId: string,
  organizationId?: string,
): Promise<JobRecord> {
  const organizationIds = await organizations.idsFor(caller, organizationId);
  const job = await store.findJob({ jobId, organizationIds });
  if (job === null) throw unknownJob();
  return job;
}

/**
 * Asks Billy for the organization of a job, and checks that the token still opens it. Throws
 * `CONFIG_MISSING_TOKEN` if this server has no token of it any more, else as `Account.current` does.
 */
export async function currentOrganizationOf(
  { organizations }: Pick<ServiceDeps, 'organizations'>,
  { organizationId }: Pick<JobRecord, 'organizationId'>,
): Promise<CurrentOrganization> {
  const account = await organizations.accountOf(organizationId);
  if (account !== null) return account.current(organizationId);
  throw new ConfigError({
    code: 'CONFIG_MISSING_TOKEN',
    message: 'This server has no access token for the organization of this job.',
    hint: 'Start the server with a token of that organization.',
  });
}
