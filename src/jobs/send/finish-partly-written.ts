/** Finishes items of which some steps are in Billy already, whatever stopped the job. */
import { LIMITS } from '../../core/limits.js';
import type { ItemRecord } from '../../model/item.js';
import type { PlanContext } from '../plan/plan-context.js';
import { replan } from '../plan/replan.js';
import { sendItem } from './send-item.js';
import { settleAll } from '../settle/settle.js';
import { changeItems, type JobContext } from '../job/job-context.js';

/**
 * Rows of which some steps are in Billy already get the rest, whatever stops the job: half a row is
 * nobody's wish. `contextOf` gives what rows are decided by, listed anew where this process did not run
 * them; it is asked once, and only where there are such rows. Rejects like `settleAll`.
 */
export async function finishPartlyWritten(
  context: JobContext,
  contextOf: () => Promise<PlanContext>,
): Promise<void> {
  const { store, jobId } = context;
  const begun = { jobId, states: ['ready'], hasWritten: true, limit: LIMITS.runBatchRows } as const;
  let planContext: PlanContext | null = null;
  for (;;) {
    await settleAll(context);
    if (context.stop.aborted) return;
    if ((await store.listItems(begun)).length === 0) return;
    planContext ??= await contextOf();
    for (const item of await store.listItems(begun)) await finishOne(context, item, planContext);
  }
}

async function finishOne(
  context: JobContext,
  item: ItemRecord,
  planContext: PlanContext,
): Promise<void> {
  if (item.needsPlan) {
    const patch = await replan(context, item, planContext);
    return changeItems(context, [{ seq: item.seq, from: ['ready'], patch }]);
  }
  const { error, end } = await sendItem(context, item);
  if (end === 'back' && error !== null) throw error;
}
