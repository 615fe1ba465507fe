/**
 * The second stage: list what Billy has once, then decide every row against it. What is listed is kept
 * for the run, whose rows may be sent while later ones are still being decided.
 */
import { AppError } from '../../core/errors.js';
import type { Lookups } from '../../resources/definition/resource.js';
import type { JobRecord } from '../../model/job.js';
import { createPlanContext, type PlanContext } from './plan-context.js';
import type { Listing } from '../snapshot/listing-age.js';
import { Planner } from './planner.js';
import { listSnapshot, listReferences } from '../snapshot/snapshot.js';
import { refreshListing } from './apply-refresh.js';
import { listUses } from '../snapshot/record-uses.js';
import {
  changeItems,
  itemBatches,
  readJob,
  type JobContext,
  loadRequestOf,
} from '../job/job-context.js';

/** What a dry run has foretold to be sent, or to be decided later, is not attempted after all. */
export async function cancelPlan(context: JobContext): Promise<void> {
  for await (const items of itemBatches(context, { states: ['ended'] })) {
    const foretold = items.filter(({ plan: planned, waitsFor, outcome }) => {
      return outcome !== 'failed' && (planned !== null || waitsFor !== null);
    });
    await changeItems(
      context,
      foretold.map(({ seq }) => ({
        seq,
        from: ['ended'],
        patch: { state: 'ready', outcome: null },
      })),
    );
  }
}

function checkOrganization(lookups: Lookups, job: JobRecord): void {
  if (lookups.organization.id === job.organizationId) return;
  throw new AppError({
    code: 'ORGANIZATION_MISMATCH',
    message: 'The token belongs to another organization than this job.',
    hint: 'Start the server with the token of the organization that the job belongs to.',
  });
}

export interface PreparedPlan {
  readonly planner: Planner;
  readonly planContext: PlanContext;
  /** What the plan was decided on. */
  readonly listing: Listing;
}

/** Lists what Billy has, the snapshot that lost answers are told by; nothing is decided yet. */
export async function preparePlan(context: JobContext): Promise<PreparedPlan> {
  const { store, jobId, lease, resource, billy, clock } = context;
  const job = await readJob(context);
  const [takenMs, pagesBefore] = [clock.monotonicMs(), billy.listedPages()];
  await store.clearSnapshot({ jobId, lease, layers: ['before', 'planned', 'done'] });
  const lookups = await resource.load(billy, loadRequestOf(context));
  checkOrganization(lookups, job);
  const recordCount = await listSnapshot(context, 'before');
  await listReferences(context);
  const referencedIds = job.operation === 'delete' ? await listUses(context) : new Set<string>();
  const planContext = { ...createPlanContext(context, job, lookups), referencedIds };
  const fresh = { isEmpty: recordCount === 0 };
  const requests = billy.listedPages() - pagesBefore;
  const picture = { takenMs, recordCount, requests, tookMs: clock.monotonicMs() - takenMs };
  return {
    planner: new Planner(context, { job, planContext, fresh }),
    planContext,
    listing: picture,
  };
}

/**
 * Goes on with a plan of which a part may be sent already. The snapshot that it began with goes on telling
 * lost answers; what is still to be sent is decided on a new listing.
 */
export async function resumePlan(context: JobContext): Promise<PreparedPlan> {
  const { resource, billy } = context;
  const job = await readJob(context);
  const lookups = await resource.load(billy, loadRequestOf(context));
  checkOrganization(lookups, job);
  // Nobody knows any more what was used when the rows were decided: each use counts as new.
  const planContext = {
    ...createPlanContext(context, job, lookups),
    referencedIds: new Set<string>(),
  };
  const planner = new Planner(context, { job, planContext, fresh: null });
  const recordCount = job.totalItems ?? 0;
  return {
    planner,
    planContext,
    listing: await refreshListing(context, { planner, planContext, recordCount }),
  };
}

/**
 * Lists and decides; afterwards every item is ready, waiting or ended. False: a cancel or a pause broke
 * it off, and what is decided so far is to be decided anew.
 */
export async function plan(context: JobContext): Promise<boolean> {
  const { planner } = await preparePlan(context);
  return planner.toEnd();
}

/** What rows are decided by: as prepared in this process, else listed anew. */
export async function contextOf(
  context: JobContext,
  prepared: PreparedPlan | null,
): Promise<PlanContext> {
  return (prepared ?? (await resumePlan(context))).planContext;
}
