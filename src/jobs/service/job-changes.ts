/** The changes of jobs in the order in which the store numbered them, for those that follow jobs live. */
import type { JobRecord } from '../../model/job.js';
import type { JobView } from './job-view.js';
import { findJob, type ServiceDeps } from './service-deps.js';
import { viewOf, type ViewDeps } from './watch-job.js';

/** A job as its last change left it. */
export interface JobChange {
  readonly jobId: string;
  readonly organizationId: string;
  /** Its number among the changes of all jobs. */
  readonly change: number;
  /** The job waits for no worker; neither does its rollback. */
  readonly isDone: boolean;
  /** Reads lists from the store, so callers keep the result. */
  readonly view: () => Promise<JobView>;
}

export interface ChangesFilter {
  readonly organizationIds: readonly string[];
  readonly after: number;
  readonly limit: number;
  /** Ended jobs are left out up to this number; absent: none is. */
  readonly endedAfter?: number;
}

/**
 * The changes as a process follows them, in one query for all its callers. A change is passed on to a caller only if
 * its organization is among those that the caller's service names (`visibleOrganizations`).
 */
export interface JobChanges {
  /** The number of the last change; 0: there is none. */
  last(): Promise<number>;
  /** The next changes of all organizations. */
  next(ask: { readonly after: number; readonly limit: number }): Promise<JobChange[]>;
  /** The next changes of some organizations. */
  ofOrganizations(filter: ChangesFilter): Promise<JobChange[]>;
  /** The highest number that leaves `count` jobs of the organizations above it. */
  before(newest: {
    readonly organizationIds: readonly string[];
    readonly count: number;
  }): Promise<number>;
}

function changeOf(deps: ViewDeps, job: JobRecord): JobChange {
  return {
    jobId: job.id,
    organizationId: job.organizationId,
    change: job.change,
    isDone: job.phase === 'done',
    view: () => viewOf(deps, job),
  };
}

export function jobChanges(deps: ViewDeps): JobChanges {
  const { store } = deps;
  const list = async (filter: Parameters<typeof store.listChangedJobs>[0]): Promise<JobChange[]> =>
    (await store.listChangedJobs(filter)).map((job) => changeOf(deps, job));
  return {
    last: () => store.lastJobChange(),
    next: list,
    ofOrganizations: list,
    before: (newest) => store.changeBefore(newest),
  };
}

/** The last change of a job of the caller. Throws `JOB_NOT_FOUND` as every use-case does. */
export async function lastChangeOf(deps: ServiceDeps, jobId: string): Promise<JobChange> {
  return changeOf(deps, await findJob(deps, jobId));
}

/** The organizations with jobs that the caller may see: the named one, or all of its own. */
export function visibleOrganizations(
  { organizations, caller }: Pick<ServiceDeps, 'organizations' | 'caller'>,
  organizationId: string | undefined,
): Promise<string[]> {
  return organizations.idsFor(caller, organizationId);
}
