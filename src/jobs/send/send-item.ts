/**
 * Sends one item to Billy. The intent is stored before the bytes leave, and the outcome after the answer. An
 * item with a lost answer is unconfirmed until a look at Billy settles it. Nothing here sends a write twice.
 */
import { BillyFailure } from '../../billy/failure.js';
import type { Collection, WireBody, WriteAnswer, WriteOptions } from '../../billy/types.js';
import { AppError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { steadyMs } from '../../core/steady-time.js';
import { clip, quote } from '../../core/text.js';
import { applyStep, imageOfAnswer, relationOf } from '../../resources/definition/record-image.js';
import type { ItemChange, ItemPatch, ItemRecord, Step } from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import { alteredBy, type Alteration } from '../job/altered-fields.js';
import { PendingJournalEntries } from '../job/journal-notes.js';
import { writeOptions } from '../job/before-send.js';
import { changeItems, type JobContext } from '../job/job-context.js';
import { shareRecord } from '../snapshot/share-record.js';
import { targetOf, unconfirmedPatch, writtenPatch, stepsOf } from '../job/item-steps.js';

/** notSent: nothing happened, and the item is ready again. */
export type SendEnd = 'written' | 'failed' | 'unconfirmed' | 'notSent';

export interface SendResult {
  readonly end: SendEnd;
  readonly error: AppError | null;
  readonly image: RecordImage | null;
  /** Fields that Billy altered, by its answers; absent: none. */
  readonly altered?: readonly Alteration[];
}

const FIELD_NAME_CHARS = 60;

/** Whether this send has stored an intent. Until then only a ready item may be taken. */
interface StoredIntent {
  isStored: boolean;
}

/** The progress of an item while its steps are sent. */
export interface Progress {
  readonly item: ItemRecord;
  readonly step: number;
  readonly recordId: string | null;
  readonly image: RecordImage | null;
  readonly hasWritten: boolean;
  /** Shared by every copy of this progress. */
  readonly intent: StoredIntent;
  /** Fields that Billy altered, by its answers. */
  readonly altered: readonly Alteration[];
  /** Journal entries for the next change of the item. */
  readonly notes: PendingJournalEntries;
}

/** The name by which Billy ties a refusal to its record (billy-api.md section 2.1). */
export function clientIdOf(item: ItemRecord, suffix = ''): string {
  return `${item.jobId}-${String(item.seq)}${suffix}`;
}

export function withClientIds(item: ItemRecord, body: WireBody): WireBody {
  const named = Object.entries(body).map(([key, value]) => {
    if (!Array.isArray(value)) return [key, value] as const;
    const children = (value as readonly object[]).map((child, index) => ({
      ...child,
      _clientId: clientIdOf(item, `-${key}-${String(index + 1)}`),
    }));
    return [key, children] as const;
  });
  return { ...Object.fromEntries(named), _clientId: clientIdOf(item) };
}

async function sendStep(
  context: JobContext,
  write: { item: ItemRecord; step: Step; options: WriteOptions },
): Promise<WriteAnswer> {
  const { billy } = context;
  const { item, step, options } = write;
  const collection = step.collection as Collection;
  const body = withClientIds(item, step.body);
  if (step.kind === 'create') return billy.create(collection, body, options);
  return billy.update(targetOf(step), body, options);
}

/** The record after the step, from Billy's answer where the answer shows it. */
function imageAfter(
  context: JobContext,
  step: Step,
  answered: { answer: WriteAnswer; before: RecordImage | null },
): RecordImage | null {
  const { answer, before } = answered;
  const { resource } = context;
  if (relationOf(resource, step.collection) === null) {
    return imageOfAnswer(answer, { body: step.body, before }, resource);
  }
  return before === null ? null : applyStep(before, step, { ...resource, answered: answer.record });
}

/** The progress of an item after the answer to one of its steps. */
export function afterAnswer(
  context: JobContext,
  progress: Progress,
  answered: { readonly step: Step; readonly answer: WriteAnswer },
): Progress {
  const { step, answer } = answered;
  progress.notes.saved(step, step.id ?? answer.record.id);
  const image = imageAfter(context, step, { answer, before: progress.image });
  const recordId = image?.id ?? progress.recordId;
  const altered = [...progress.altered, ...alteredBy(step, answer, context.resource)];
  return { ...progress, step: progress.step + 1, image, recordId, altered, hasWritten: true };
}

/** The reason of a refusal, as the item keeps it. */
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

/** True for a refusal of the whole account: the row has not failed. */
function isAccountError(error: AppError): boolean {
  return error.code === 'BILLY_AUTH' || error.code === 'ORGANIZATION_LOCKED';
}

/** The result of an item, stored in one step with the results of others. */
export interface ItemResult {
  readonly progress: Progress;
  readonly sent: SendResult;
  readonly patch: ItemPatch;
}

function notSent(progress: Progress, error: AppError | null): ItemResult {
  const { step, recordId, image, hasWritten } = progress;
  const patch: ItemPatch = { state: 'ready', step, recordId, after: image, hasWritten };
  return { progress, sent: { end: 'notSent', error, image: null }, patch };
}

export type Failure =
  /** Nothing happened; null: it left the queue before it was sent. */
  | { readonly kind: 'notSent'; readonly error: AppError | null }
  | { readonly kind: 'lost'; readonly error: AppError }
  | { readonly kind: 'refused'; readonly error: AppError };

/** The meaning of a failed request for its items. Throws if the worker itself must stop. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof AppError)) {
    // Left the queue before sending (the client promises that): the process stops, or the job does.
    if (!(error instanceof DOMException)) throw error;
    return { kind: 'notSent', error: null };
  }
  if (error.code === 'LEASE_LOST' || error.code === 'STORE_FAILED') throw error;
  if (error.retry === 'reconcile') return { kind: 'lost', error };
  const isNothingDone = error.retry === 'wait' || isAccountError(error);
  return { kind: isNothingDone ? 'notSent' : 'refused', error };
}

/** The result of an item after its request failed. Throws if the worker itself must stop. */
export function resultOfFailure(
  context: JobContext,
  progress: Progress,
  thrown: unknown,
): ItemResult {
  const { kind, error } = failureOf(thrown);
  if (kind === 'notSent') return notSent(progress, error);
  if (kind === 'lost') {
    return {
      progress,
      sent: { end: 'unconfirmed', error, image: null },
      patch: unconfirmedPatch(context),
    };
  }
  const patch: ItemPatch = { ...failurePatch(error), hasWritten: progress.hasWritten };
  return { progress, sent: { end: 'failed', error, image: progress.image }, patch };
}

/** An item of a refused request that is free to go again. */
export function resultOfNotSent(progress: Progress): ItemResult {
  return notSent(progress, null);
}

/** The last step that was sent is in Billy: the item has ended, or stands at its next step. */
export function resultOfWrite(progress: Progress): ItemResult {
  const { item, image, step, recordId, altered } = progress;
  const isLast = step >= stepsOf(item).length;
  const patch: ItemPatch = isLast
    ? writtenPatch(item, image)
    : { state: 'ready', step, recordId, after: image, hasWritten: true };
  return { progress, sent: { end: 'written', error: null, image, altered }, patch };
}

/** Stores what becomes of items, with all that the journal is to know of them, in one step. */
export async function storeResults(
  context: JobContext,
  results: readonly ItemResult[],
): Promise<void> {
  // Rows that meet such a record must find it even if the process dies before they are released. After a
  // failed step they meet the result of the earlier steps.
  const shared = results.flatMap(({ progress, sent, patch }) => {
    const isShared = sent.end === 'written' || (sent.end === 'failed' && progress.hasWritten);
    return isShared && patch.state === 'ended'
      ? [{ item: progress.item, image: progress.image }]
      : [];
  });
  for (const { item, image } of shared) await shareRecord(context, item, image);
  const changes = results.map(({ progress, sent, patch }): ItemChange => {
    // Only a write that was sent can be unconfirmed.
    const from =
      sent.end === 'unconfirmed' ? (['sending'] as const) : (['ready', 'sending'] as const);
    return { seq: progress.item.seq, from, patch };
  });
  const journal = results.flatMap(({ progress }) => progress.notes.take());
  await changeItems(context, changes, { journal });
}

export async function settleFailure(
  context: JobContext,
  progress: Progress,
  error: unknown,
): Promise<SendResult> {
  const result = resultOfFailure(context, progress, error);
  await storeResults(context, [result]);
  return result.sent;
}

/** The change of an item whose write is about to leave. */
function intentChange(context: JobContext, progress: Progress): ItemChange {
  const { item, step, recordId, image, hasWritten } = progress;
  const patch: ItemPatch = {
    state: 'sending',
    step,
    recordId,
    after: image,
    hasWritten,
    intentAtMs: steadyMs(context.clock),
    lostAtMs: null,
    lookedAtMs: null,
  };
  return { seq: item.seq, from: [progress.intent.isStored ? 'sending' : 'ready'], patch };
}

/** Stores the intents of these items, all or none. */
async function recordIntents(context: JobContext, sending: readonly Progress[]): Promise<void> {
  const changes = sending.map((progress) => intentChange(context, progress));
  const journal = sending.flatMap(({ notes }) => notes.take());
  await changeItems(context, changes, { journal });
  for (const { intent } of sending) intent.isStored = true;
}

/** The options of one request that carries these items. */
export function sendOptions(context: JobContext, sending: readonly Progress[]): WriteOptions {
  return writeOptions(context, {
    record: () => recordIntents(context, sending),
    notes: sending.map(({ notes }) => notes),
  });
}

export function beginProgress(context: JobContext, item: ItemRecord): Progress {
  return {
    item,
    step: item.step,
    recordId: item.recordId,
    image: item.after ?? item.before,
    hasWritten: item.hasWritten,
    intent: { isStored: false },
    altered: [],
    notes: new PendingJournalEntries(context.clock, item, { isRollback: false }),
  };
}

/** Sends the steps that are left, one after another. Rejects only when the worker itself must stop. */
export async function sendItem(context: JobContext, item: ItemRecord): Promise<SendResult> {
  let progress = beginProgress(context, item);
  const { notes } = progress;
  for (const [index, step] of stepsOf(item).entries()) {
    if (index < item.step) continue;
    progress = { ...progress, step: index };
    try {
      const options = sendOptions(context, [progress]);
      const answer = await sendStep(context, { item, step, options });
      progress = afterAnswer(context, progress, { step, answer });
    } catch (error) {
      notes.failed(step, error);
      return await settleFailure(context, progress, error);
    }
  }
  const result = resultOfWrite(progress);
  await storeResults(context, [result]);
  return result.sent;
}
