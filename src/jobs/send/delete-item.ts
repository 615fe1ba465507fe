/**
 * Sends one deletion to Billy. A 200 alone proves nothing (billy-api.md section 2.2): the record is
 * deleted when `meta.deletedRecords` lists it, or when it is gone afterwards. It was there when the job was
 * planned, so then this job deleted it. A record that Billy refuses to delete is archived if the job's
 * options ask for it.
 */
import { AppError } from '../../core/errors.js';
import { archiveChange, archiveStep } from '../../resources/definition/archive.js';
import type { ItemPatch, ItemRecord, Step } from '../../model/item.js';
import {
  beginProgress,
  sendOptions,
  settleFailure,
  type Progress,
  type SendResult,
} from './send-item.js';
import { changeItems, lookUp, type JobContext } from '../job/job-context.js';
import { targetOf, isRemoval, stepsOf } from '../job/item-steps.js';

/** The step of an item that takes a record away; null: it does something else. */
export function removalOf(context: Pick<JobContext, 'resource'>, item: ItemRecord): Step | null {
  const step = stepsOf(item)[item.step];
  return step !== undefined && isRemoval(step, context.resource) ? step : null;
}

export const DELETED: ItemPatch = {
  state: 'ended',
  outcome: 'deleted',
  after: null,
  hasWritten: true,
};
const GONE: ItemPatch = {
  state: 'ended',
  outcome: 'skipped',
  plan: null,
  message: 'the record no longer exists in Billy',
};

/** The end of an item after Billy refused its deletion because the record does not exist. */
function refusedAsGone({ attempts, lostAtMs }: ItemRecord): ItemPatch {
  // An earlier attempt with a lost answer may have deleted it: then the deletion is ours.
  return attempts > 0 || lostAtMs !== null ? DELETED : GONE;
}

async function end(context: JobContext, progress: Progress, patch: ItemPatch): Promise<void> {
  const { item, notes } = progress;
  const from = ['ready', 'sending'] as const;
  await changeItems(context, [{ seq: item.seq, from, patch }], { journal: notes.take() });
}

/** After a refusal: archives the record if the options ask for it and the resource has an archive. */
async function archiveInstead(context: JobContext, progress: Progress): Promise<SendResult | null> {
  const { item } = progress;
  const step = archiveStep(context.resource, item.recordId ?? '');
  if (step === null) return null;
  const changes = [archiveChange(item.before)];
  const plan = { outcome: 'archived' as const, steps: [step], changes };
  await end(context, progress, { state: 'ready', plan, step: 0 });
  return { end: 'notSent', error: null, image: null };
}

async function afterFailure(
  context: JobContext,
  progress: Progress,
  failed: { readonly error: unknown; readonly archives: boolean },
): Promise<SendResult> {
  const { error, archives } = failed;
  const code = error instanceof AppError ? error.code : null;
  if (code === 'RECORD_NOT_FOUND') {
    await end(context, progress, refusedAsGone(progress.item));
    return { end: 'written', error: null, image: null };
  }
  const isRefused = archives && code === 'BILLY_VALIDATION';
  const archived = isRefused ? await archiveInstead(context, progress) : null;
  return archived ?? settleFailure(context, progress, error);
}

/** Sends the deletion. Rejects only when the worker itself must stop. */
export async function sendDeletion(
  context: JobContext,
  item: ItemRecord,
  sending: { readonly step: Step; readonly archives: boolean },
): Promise<SendResult> {
  const { step, archives } = sending;
  const progress = beginProgress(context, item);
  const { notes } = progress;
  const target = targetOf(step);
  try {
    const options = sendOptions(context, [progress]);
    const { deleted } = await context.billy.remove(target, options);
    const isListed = deleted[target.collection]?.includes(target.id) === true;
    if (!isListed && (await lookUp(context, target.id)) !== null) throw notDeleted();
    notes.saved(step, target.id);
    await end(context, progress, DELETED);
    return { end: 'written', error: null, image: null };
  } catch (error) {
    notes.failed(step, error);
    return await afterFailure(context, progress, { error, archives });
  }
}

/** Neither deleted nor refused; a later look decides. */
export function notDeleted(): AppError {
  return new AppError({
    code: 'BILLY_SERVER',
    message: 'Billy answered the deletion without deleting, and did not refuse.',
    retry: 'reconcile',
  });
}
