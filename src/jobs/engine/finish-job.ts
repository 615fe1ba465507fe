/** Ends a job: stores the rows that were never planned, then the outcome, then clears the job's snapshot. */
import { messageOf } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import type { ItemPatch } from '../../model/item.js';
import type { JobFailure, JobPatch, JobStatus } from '../../model/job.js';
import { storeRest } from '../scan/source-rows.js';
import { settledNote } from '../job/journal-notes.js';
import { markInterrupted } from '../settle/settle.js';
import { moneyPatch } from '../job/sum-money.js';
import { changeItems, patchJob, readJob, type JobContext } from '../job/job-context.js';
import { isStop, isStoreFailure } from '../job/job-failures.js';

/** Stores the rows that the plan did not reach, so that the report lists them and a retry finds them. */
async function storeUnplannedRows(context: JobContext): Promise<void> {
  try {
    await storeRest(context);
  } catch (error) {
    if (isStop(error) || isStoreFailure(error)) throw error;
    context.log.warn({ event: 'job.rest-unread', jobId: context.jobId, error: messageOf(error) });
  }
}

export async function finishJob(
  context: JobContext,
  end: { status: JobStatus; error?: JobFailure },
): Promise<void> {
  const { store, jobId, lease, clock } = context;
  if (end.status !== 'completed') await storeUnplannedRows(context);
  const money = await moneyPatch(context);
  const patch: JobPatch = { ...end, ...money, phase: 'done', completedAtMs: clock.nowMs() };
  await patchJob(context, patch);
  // Only after the end is stored: after a kill before that, the job resumes and needs its snapshot.
  // The layer `before` stays while outcomes are unknown: a later look compares with it.
  const layers =
    (await readJob(context)).outcomes.unknown > 0
      ? (['planned', 'done', 'references'] as const)
      : (['before', 'planned', 'done', 'references'] as const);
  await store.clearSnapshot({ jobId, lease, layers });
}

/** Ends unconfirmed items as unknown: a job that must stop now cannot wait for Billy's settling time. */
export async function markUnknown(context: JobContext): Promise<void> {
  const { store, jobId } = context;
  await markInterrupted(context);
  const states = ['doubt'] as const;
  const patch: ItemPatch = {
    state: 'ended',
    outcome: 'unknown',
    code: 'OUTCOME_UNKNOWN',
    message: 'the answer was lost, and the job had to stop before it could look up the record',
  };
  for (;;) {
    const items = await store.listItems({ jobId, states, limit: LIMITS.storeBatchRows });
    if (items.length === 0) return;
    await changeItems(
      context,
      items.map(({ seq }) => ({ seq, from: states, patch })),
      { journal: items.map((item) => settledNote(item, 'unknown', null)) },
    );
  }
}
