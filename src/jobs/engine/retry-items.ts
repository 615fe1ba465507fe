/**
 * Prepares the retry of a job: failed, unknown and not attempted items are planned again, no others. Items
 * with an unknown outcome are looked up first: only items known not to be in Billy are sent again.
 */
import type { ItemPatch, ItemRecord } from '../../model/item.js';
import { recheckUnknown, settleAll } from '../settle/settle.js';
import { changeItems, itemBatches, type ItemsWanted, type JobContext } from '../job/job-context.js';

/** Resets the decision about an item. The record that it has already written to Billy stays known. */
const AFRESH: ItemPatch = {
  state: 'read',
  outcome: null,
  code: null,
  field: null,
  message: null,
  waitsFor: null,
  hasFollowers: false,
  needsPlan: false,
  attempts: 0,
  intentAtMs: null,
  lostAtMs: null,
  lookedAtMs: null,
};
const FORGOTTEN: ItemPatch = { plan: null, step: 0, recordId: null, before: null, after: null };

/** The new plan replaces the snapshot that could have shown the outcome, so it can no longer be decided. */
const UNDECIDABLE: ItemPatch = { intentAtMs: null };

function patchFor(item: ItemRecord): ItemPatch {
  if (item.outcome === 'unknown') return UNDECIDABLE;
  return item.hasWritten ? AFRESH : { ...AFRESH, ...FORGOTTEN };
}

async function patchEach(context: JobContext, wanted: ItemsWanted): Promise<void> {
  for await (const items of itemBatches(context, wanted)) {
    await changeItems(
      context,
      items.map((item) => ({ seq: item.seq, from: [item.state], patch: patchFor(item) })),
    );
  }
}

/** Puts every item that is to be tried again into state `read`. May be repeated after a crash. */
export async function prepareRetry(context: JobContext): Promise<void> {
  await recheckUnknown(context);
  await settleAll(context);
  if (context.stop.aborted) return;
  await patchEach(context, { isTrouble: true });
  await patchEach(context, { states: ['ready', 'waiting'] });
}
