/**
 * The second stage of a job: lists Billy's records once, then decides every row against them. The run uses
 * the same snapshot, and may send rows while later ones are still being decided.
 */
import { AppError } from '../../core/errors.js';
import type { Lookups } from '../../resources/definition/resource.js';
import type { JobRecord } from '../../model/job.js';
import { chooseRows } from '../filter/choose-rows.js';
import { createPlanContext, type PlanContext } from './plan-context.js';
import type { Listing } from '../snapshot/listing-age.js';
import { Planner } from './planner.js';
import { listSnapshot, listReferences } from '../snapshot/snapshot.js';
import { refreshListing } from './apply-refresh.js';
import { listUses, RecordUses } from '../snapshot/record-uses.js';
import {
  changeItems,
  itemBatches,
  readJob,
  type JobContext,
  loadRequestOf,
} from '../job/job-context.js';

/** Cancels the plan of a dry run: rows forecast to be sent, or to be decided later, become ready again. */
export async function cancelPlan(context: JobContext): Promise<void> {
  for await (const items of itemBatches(context, { states: ['ended'] })) {
    const planned = items.filter(({ plan: itemPlan, waitsFor, outcome }) => {
      return outcome !== 'failed' && (itemPlan !== null || waitsFor !== null);
    });
    await changeItems(
      context,
      planned.map(({ seq }) => ({
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
    message: 'The token belongs to a different organization than this job.',
    hint: 'Start the server with the token of the organization that the job belongs to.',
  });
}

export interface PreparedPlan {
  readonly planner: Planner;
  readonly planContext: PlanContext;
  /** The listing that the plan was decided on. */
  readonly listing: Listing;
}

/**
 * Lists Billy's records into the snapshot, which also settles lost answers later. Nothing is decided yet.
 */
export async function preparePlan(context: JobContext): Promise<PreparedPlan> {
  const { store, jobId, lease, resource, billy, clock } = context;
  const begun = await readJob(context);
  const [takenMs, pagesBefore] = [clock.monotonicMs(), billy.listedPages()];
  await store.clearSnapshot({ jobId, lease, layers: ['before', 'planned', 'done'] });
  const lookups = await resource.load(billy, loadRequestOf(context));
  checkOrganization(lookups, begun);
  const recordCount = await listSnapshot(context, 'before');
  await listReferences(context);
  const uses = begun.operation === 'delete' ? await listUses(context) : new RecordUses();
  const job = await chooseRows(context, begun, lookups);
  const planContext = { ...createPlanContext(context, job, lookups), uses };
  const fresh = { isEmpty: recordCount === 0 };
  const requests = billy.listedPages() - pagesBefore;
  const listing = { takenMs, requests, tookMs: clock.monotonicMs() - takenMs };
  return {
    planner: new Planner(context, { job, planContext, fresh }),
    planContext,
    listing,
  };
}

/**
 * Resumes a plan that may be partly sent already. The first snapshot stays, because it settles lost answers;
 * rows that are not sent yet are decided on a new listing.
 */
export async function resumePlan(context: JobContext): Promise<PreparedPlan> {
  const { resource, billy } = context;
  const job = await readJob(context);
  const lookups = await resource.load(billy, loadRequestOf(context));
  checkOrganization(lookups, job);
  // The references known when the rows were decided are lost with the process, so every use counts as new.
  const planContext = {
    ...createPlanContext(context, job, lookups),
    uses: new RecordUses(),
  };
  const planner = new Planner(context, { job, planContext, fresh: null });
  return {
    planner,
    planContext,
    listing: await refreshListing(context, { planner, planContext }),
  };
}

/**
 * Lists and decides; afterwards every item is ready, waiting or ended. Returns false if a cancel or a pause
 * interrupted it; the items decided so far must then be decided again.
 */
export async function plan(context: JobContext): Promise<boolean> {
  const { planner } = await preparePlan(context);
  return planner.toEnd();
}

/** The context that this process has prepared, or else a new one from a new listing. */
export async function contextOf(
  context: JobContext,
  prepared: PreparedPlan | null,
): Promise<PlanContext> {
  return (prepared ?? (await resumePlan(context))).planContext;
}
