/** Removes an organization from the server: its jobs are cancelled first, then its access token is erased. */
import type { Clock } from '../../core/clock.js';
import { InputError, JobError } from '../../core/errors.js';
import type { JobRecord } from '../../model/job.js';
import type { JobStore } from '../../store/job-store.js';
import type { Service } from '../service/service.js';

const POLL_MS = 200;
/** A cancelled job settles what is under way: as long as Billy may still save it, and somewhat more. */
const WAIT_MS = 120_000;

export interface RemovalDeps {
  readonly store: JobStore;
  readonly clock: Clock;
  /** The service of the caller that removes the organization. */
  readonly service: Pick<Service, 'cancel'>;
  readonly by: string;
}

/** Throws `INPUT_INVALID` if the server has no token of the organization. */
export async function checkStored(
  { store }: Pick<RemovalDeps, 'store'>,
  organizationId: string,
): Promise<void> {
  const tokens = await store.listTokens();
  if (tokens.some((token) => token.organizationId === organizationId)) return;
  throw new InputError({
    code: 'INPUT_INVALID',
    message: 'This server has no token of an organization with that id.',
    hint: 'billy-bulk-mcp organizations list shows the organizations and their ids.',
  });
}

/** The jobs of the organization that have not ended, oldest first. */
export async function openJobsOf(
  { store }: Pick<RemovalDeps, 'store'>,
  organizationId: string,
): Promise<JobRecord[]> {
  return store.listUnfinished({ organizationIds: [organizationId] });
}

/** True if the job is still to be cancelled. A rollback cannot be: it is waited for. */
function isToCancel({ status, cancelRequested }: JobRecord): boolean {
  return !cancelRequested && status !== 'rolling_back';
}

/** Asks each job once. One that has ended since it was listed is what the removal waits for. */
async function cancelAll(
  { service }: Pick<RemovalDeps, 'service'>,
  jobs: readonly JobRecord[],
): Promise<void> {
  for (const { id } of jobs.filter(isToCancel)) {
    await service.cancel(id).catch((error: unknown) => {
      if (!(error instanceof JobError && error.code === 'JOB_STATE')) throw error;
    });
  }
}

/**
 * Cancels the organization's jobs, waits for their end, and erases its token; jobs and journal stay. Rejects with
 * `JOB_STATE`, and erases nothing, if a job does not end in time. The process must run an engine.
 */
export async function removeOrganization(deps: RemovalDeps, organizationId: string): Promise<void> {
  const { store, clock, by } = deps;
  await checkStored(deps, organizationId);
  const deadlineMs = clock.monotonicMs() + WAIT_MS;
  for (;;) {
    const jobs = await openJobsOf(deps, organizationId);
    const isQuiet = jobs.length === 0;
    // Another process may have started a job since: then the token stays, and that job is cancelled too.
    if (isQuiet && (await store.removeToken({ organizationId, by, nowMs: clock.nowMs() }))) return;
    if (isQuiet) await checkStored(deps, organizationId);
    await cancelAll(deps, jobs);
    if (clock.monotonicMs() >= deadlineMs) throw stillOpen();
    await clock.sleep(POLL_MS);
  }
}

function stillOpen(): JobError {
  return new JobError({
    code: 'JOB_STATE',
    message: 'A job of this organization has not ended yet, so its token was kept.',
    hint: 'list_bulk_jobs shows the job. Try again once it has ended.',
  });
}
