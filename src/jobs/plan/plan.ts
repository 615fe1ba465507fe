/**
 * The second stage: list what Billy has once, then decide every row against it. What is listed is kept
 * for the run, whose rows may be sent while later ones are still being decided.
 */
import { AppError } from '../../core/errors.js';
import type { Lookups } from '../../resources/definition/resource.js';
import type { JobRecord } from '../../model/job.js';
import { planContext, type PlanContext } from './plan-context.js';
import type { Picture } from '../snapshot/listing-age.js';
import { Planner } from './planner.js';
import { listPool, listReferences } from '../snapshot/snapshot.js';
import { renewPicture } from './apply-refresh.js';
import { listUses } from '../snapshot/record-uses.js';
import { changeItems, itemBatches, readJob, type Work, loadRequestOf } from '../job/job-context.js';

/** What a dry run has foretold to be sent, or to be decided later, is not attempted after all. */
export async function withdrawPlan(work: Work): Promise<void> {
  for await (const items of itemBatches(work, { states: ['ended'] })) {
    const foretold = items.filter(({ plan: planned, waitsFor, outcome }) => {
      return outcome !== 'failed' && (planned !== null || waitsFor !== null);
    });
    await changeItems(
      work,
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
  readonly context: PlanContext;
  /** What the plan was decided on. */
  readonly picture: Picture;
}

/** Lists what Billy has, the snapshot that lost answers are told by; nothing is decided yet. */
export async function preparePlan(work: Work): Promise<PreparedPlan> {
  const { store, jobId, lease, resource, billy, clock } = work;
  const job = await readJob(work);
  const [takenMs, pagesBefore] = [clock.monotonicMs(), billy.listedPages()];
  await store.clearPool({ jobId, lease, layers: ['before', 'planned', 'done'] });
  const lookups = await resource.load(billy, loadRequestOf(work));
  checkOrganization(lookups, job);
  const recordCount = await listPool(work, 'before');
  await listReferences(work);
  const usedIds = job.operation === 'delete' ? await listUses(work) : new Set<string>();
  const context = { ...planContext(work, job, lookups), usedIds };
  const fresh = { isEmpty: recordCount === 0 };
  const requests = billy.listedPages() - pagesBefore;
  const picture = { takenMs, recordCount, requests, tookMs: clock.monotonicMs() - takenMs };
  return { planner: new Planner(work, { job, context, fresh }), context, picture };
}

/**
 * Goes on with a plan of which a part may be sent already. The snapshot that it began with goes on telling
 * lost answers; what is still to be sent is decided on a new listing.
 */
export async function resumePlan(work: Work): Promise<PreparedPlan> {
  const { resource, billy } = work;
  const job = await readJob(work);
  const lookups = await resource.load(billy, loadRequestOf(work));
  checkOrganization(lookups, job);
  // Nobody knows any more what was used when the rows were decided: each use counts as new.
  const context = { ...planContext(work, job, lookups), usedIds: new Set<string>() };
  const planner = new Planner(work, { job, context, fresh: null });
  const recordCount = job.totalItems ?? 0;
  return { planner, context, picture: await renewPicture(work, { planner, context, recordCount }) };
}

/**
 * Lists and decides; afterwards every item is ready, waiting or ended. False: a cancel or a pause broke
 * it off, and what is decided so far is to be decided anew.
 */
export async function plan(work: Work): Promise<boolean> {
  const { planner } = await preparePlan(work);
  return planner.toEnd();
}

/** What rows are decided by: as prepared in this process, else listed anew. */
export async function contextOf(work: Work, prepared: PreparedPlan | null): Promise<PlanContext> {
  return (prepared ?? (await resumePlan(work))).context;
}
