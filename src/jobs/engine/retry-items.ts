/**
 * A retry sends failed, unknown and not attempted items back to be planned afresh, and no other. What
 * is unknown is looked up first: only what is known not to be in Billy is sent again.
 */
import type { ItemPatch, ItemRecord } from '../../model/item.js';
import { recheckUnknown, settleAll } from '../settle/settle.js';
import { changeItems, itemBatches, type ItemsWanted, type JobContext } from '../job/job-context.js';

/** Nothing of the item is decided any more; what it has in Billy already stays known. */
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

/** The snapshot that could have told is taken anew for the plan: from now on nobody can. */
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

/** Afterwards every item that is to be tried again is in state `read`. May be repeated after a crash. */
export async function prepareRetry(context: JobContext): Promise<void> {
  await recheckUnknown(context);
  await settleAll(context);
  if (context.stop.aborted) return;
  await patchEach(context, { isTrouble: true });
  await patchEach(context, { states: ['ready', 'waiting'] });
}
