/** Removes an organization from the server: its jobs are cancelled first, then its access token is erased. */
import type { Clock } from '../../core/clock.js';
import { InputError, JobError } from '../../core/errors.js';
import { isEnded } from '../../model/job-status.js';
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

async function cancelAll(deps: RemovalDeps, organizationId: string): Promise<void> {
  for (const job of await openJobsOf(deps, organizationId)) {
    // A rollback cannot be cancelled: it is waited for.
    if (job.status !== 'rolling_back' && !isEnded(job.status)) await deps.service.cancel(job.id);
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
    await cancelAll(deps, organizationId);
    if ((await openJobsOf(deps, organizationId)).length === 0) break;
    if (clock.monotonicMs() >= deadlineMs) throw stillOpen();
    await clock.sleep(POLL_MS);
  }
  await store.removeToken({ organizationId, by, nowMs: clock.nowMs() });
}

function stillOpen(): JobError {
  return new JobError({
    code: 'JOB_STATE',
    message: 'A job of this organization has not ended yet, so its token was kept.',
    hint: 'list_bulk_jobs shows the job. Try again once it has ended.',
  });
}
