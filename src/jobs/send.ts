/**
 * One item on its way to Billy: the intent goes to disk before the bytes leave, the outcome after the
 * answer, and an answer that was lost leaves the item in doubt. Nothing here sends a write twice.
 */
import { BillyFailure } from '../billy/failure.js';
import type { Collection, WireBody, WriteAnswer } from '../billy/types.js';
import { AppError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import { clip, quote } from '../core/text.js';
import { applyStep, imageOfAnswer, relationOf } from '../resources/image.js';
import type { ItemChange, ItemPatch, ItemRecord, RecordImage, Step } from '../store/types.js';
import { shareImage } from './follow.js';
import { WriteNotes } from './journal.js';
import { changeItems, checkJustNow, stepsOf, type Work } from './work.js';

/** back: nothing happened, the item is ready again. */
export type SendEnd = 'written' | 'failed' | 'doubt' | 'back';

export interface Sent {
  readonly end: SendEnd;
  readonly error: AppError | null;
  readonly image: RecordImage | null;
}

const FIELD_NAME_CHARS = 60;

/** Where an item stands while its steps are sent. */
export interface Progress {
  readonly item: ItemRecord;
  readonly step: number;
  readonly recordId: string | null;
  readonly image: RecordImage | null;
  readonly hasWritten: boolean;
  /** This sender has put an intent on disk; before that, only an item that is ready is its to take. */
  readonly hasIntent: boolean;
  /** Writes that the next change of the item tells the journal of. */
  readonly notes: WriteNotes;
}

/** The name by which Billy ties a refusal to its record (billy-api.md section 2.1). */
function clientIdOf(item: ItemRecord, suffix: string): string {
  return `${item.jobId}-${String(item.seq)}${suffix}`;
}

function withClientIds(item: ItemRecord, body: WireBody): WireBody {
  const named = Object.entries(body).map(([key, value]) => {
    if (!Array.isArray(value)) return [key, value] as const;
    const children = (value as readonly object[]).map((child, index) => ({
      ...child,
      _clientId: clientIdOf(item, `-${key}-${String(index + 1)}`),
    }));
    return [key, children] as const;
  });
  return { ...Object.fromEntries(named), _clientId: clientIdOf(item, '') };
}

export interface Target {
  readonly collection: Collection;
  readonly id: string;
}

/** What a step that changes or removes is about. */
export function targetOf(step: Step): Target {
  return { collection: step.collection as Collection, id: step.id ?? '' };
}

async function sendStep(
  work: Work,
  write: { item: ItemRecord; step: Step; beforeSend: () => Promise<void> },
): Promise<WriteAnswer> {
  const { billy } = work;
  const { item, step, beforeSend } = write;
  const collection = step.collection as Collection;
  const options = { patienceMs: LIMITS.outageMs, signal: work.stop, beforeSend };
  const body = withClientIds(item, step.body);
  if (step.kind === 'create') return billy.create(collection, body, options);
  return billy.update(targetOf(step), body, options);
}

/** The record as the step left it, from Billy's answer where it tells. */
function imageAfter(
  work: Work,
  step: Step,
  answered: { answer: WriteAnswer; before: RecordImage | null },
): RecordImage | null {
  const { answer, before } = answered;
  const { resource } = work;
  if (relationOf(resource, step.collection) === null) {
    return imageOfAnswer(answer, { body: step.body, before }, resource);
  }
  return before === null
    ? null
    : applyStep(before, step, { ...resource, childId: answer.record.id });
}

/** Why a request was refused, as it stands in an item. */
export function refusalText(error: AppError): string {
  // Billy's own words stand alone in the field, quoted and cut; they are never part of a sentence.
  return error.detail === null ? error.message : quote(error.detail, LIMITS.fieldCharsMax);
}

function failurePatch(error: AppError): ItemPatch {
  const [named] = error instanceof BillyFailure ? Object.keys(error.attributes) : [];
  const field = named === undefined ? null : clip(named, FIELD_NAME_CHARS);
  return {
    state: 'ended',
    outcome: 'failed',
    code: error.code,
    field,
    message: refusalText(error),
  };
}

/** Refusals that are about the account, not about this row: the row is not burnt. */
export function concernsAll(error: AppError): boolean {
  return error.code === 'BILLY_AUTH' || error.code === 'ORGANIZATION_LOCKED';
}

async function giveBack(work: Work, progress: Progress): Promise<void> {
  const { item, step, recordId, image, hasWritten } = progress;
  const patch: ItemPatch = { state: 'ready', step, recordId, after: image, hasWritten };
  const journal = progress.notes.take();
  await changeItems(work, [{ seq: item.seq, from: ['ready', 'sending'], patch }], { journal });
}

export async function settleFailure(work: Work, progress: Progress, error: unknown): Promise<Sent> {
  const { item, hasWritten, notes } = progress;
  const { seq } = item;
  if (!(error instanceof AppError)) {
    // Left the queue before sending (the client promises that): the process stops, or the job does.
    if (!(error instanceof DOMException)) throw error;
    await giveBack(work, progress);
    return { end: 'back', error: null, image: null };
  }
  if (error.code === 'LEASE_LOST' || error.code === 'STORE_FAILED') throw error;
  if (error.retry === 'reconcile') {
    const lostAtMs = work.clock.nowMs();
    const patch: ItemPatch = { state: 'doubt', lostAtMs, lookedAtMs: null };
    await changeItems(work, [{ seq, from: ['sending'], patch }], { journal: notes.take() });
    return { end: 'doubt', error, image: null };
  }
  if (error.retry === 'wait' || concernsAll(error)) {
    await giveBack(work, progress);
    return { end: 'back', error, image: null };
  }
  // What its earlier steps left is what later rows of the same record meet.
  if (hasWritten) await shareImage(work, item, progress.image);
  const patch: ItemPatch = { ...failurePatch(error), hasWritten };
  const journal = notes.take();
  await changeItems(work, [{ seq, from: ['ready', 'sending'], patch }], { journal });
  return { end: 'failed', error, image: progress.image };
}

/** What an item says once its write is about to leave. */
export function intentChange(work: Work, progress: Progress): ItemChange {
  const { item, step, recordId, image, hasWritten } = progress;
  const patch: ItemPatch = {
    state: 'sending',
    step,
    recordId,
    after: image,
    hasWritten,
    intentAtMs: work.clock.nowMs(),
    lostAtMs: null,
    lookedAtMs: null,
  };
  return { seq: item.seq, from: [progress.hasIntent ? 'sending' : 'ready'], patch };
}

export async function recordIntent(work: Work, progress: Progress): Promise<void> {
  work.stop.throwIfAborted();
  const journal = progress.notes.take();
  await changeItems(work, [intentChange(work, progress)], { journal });
}

/** The patch that ends an item whose last step is in Billy. */
export function writtenPatch(item: ItemRecord, image: RecordImage | null): ItemPatch {
  return {
    state: 'ended',
    outcome: item.plan?.outcome ?? 'updated',
    recordId: image?.id ?? item.recordId,
    after: image,
    hasWritten: true,
  };
}

export function beginProgress(work: Work, item: ItemRecord): Progress {
  return {
    item,
    step: item.step,
    recordId: item.recordId,
    image: item.after ?? item.before,
    hasWritten: item.hasWritten,
    hasIntent: false,
    notes: new WriteNotes(work.clock, item, { isRollback: false }),
  };
}

/** Sends the steps that are left, one after another. Rejects only when the worker itself must stop. */
export async function sendItem(work: Work, item: ItemRecord): Promise<Sent> {
  let progress = beginProgress(work, item);
  const { notes } = progress;
  for (const [index, step] of stepsOf(item).entries()) {
    if (index < item.step) continue;
    progress = { ...progress, step: index };
    try {
      const beforeSend = async (): Promise<void> => {
        await checkJustNow(work, async () => {
          await recordIntent(work, progress);
          progress = { ...progress, hasIntent: true };
        });
        notes.leaves();
      };
      const answer = await sendStep(work, { item, step, beforeSend });
      notes.saved(step, step.id ?? answer.record.id);
      const image = imageAfter(work, step, { answer, before: progress.image });
      const recordId = image?.id ?? progress.recordId;
      progress = { ...progress, step: index + 1, image, recordId, hasWritten: true };
    } catch (error) {
      notes.failed(step, error);
      return await settleFailure(work, progress, error);
    }
  }
  // Rows that meet this record must find it even if the process dies before they are told.
  await shareImage(work, item, progress.image);
  const patch = writtenPatch(item, progress.image);
  const journal = notes.take();
  await changeItems(work, [{ seq: item.seq, from: ['sending', 'ready'], patch }], { journal });
  return { end: 'written', error: null, image: progress.image };
}
