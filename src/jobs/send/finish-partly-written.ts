/** Finishes partly written items, even when the job is stopped. */
import { LIMITS } from '../../core/limits.js';
import type { ItemRecord } from '../../model/item.js';
import type { PlanContext } from '../plan/plan-context.js';
import { replan } from '../plan/replan.js';
import { sendItem } from './send-item.js';
import { settleAll } from '../settle/settle.js';
import { changeItems, type JobContext } from '../job/job-context.js';

/**
 * Sends the remaining steps of items that have some steps in Billy already, so that no row stays half
 * written. `contextOf` returns the plan context, from a new listing if this process did not run the job; it
 * is called once, and only if there are such items. Rejects like `settleAll`.
 */
export async function finishPartlyWritten(
  context: JobContext,
  contextOf: () => Promise<PlanContext>,
): Promise<void> {
  const { store, jobId } = context;
  const partlyWritten = {
    jobId,
    states: ['ready'],
    hasWritten: true,
    limit: LIMITS.runBatchRows,
  } as const;
  let planContext: PlanContext | null = null;
  for (;;) {
    await settleAll(context);
    if (context.stop.aborted) return;
    if ((await store.listItems(partlyWritten)).length === 0) return;
    planContext ??= await contextOf();
    for (const item of await store.listItems(partlyWritten))
      await finishOne(context, item, planContext);
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
  if (end === 'notSent' && error !== null) throw error;
}
