/**
 * One item on its way to Billy: the intent goes to disk before the bytes leave, the outcome after the
 * answer, and an answer that was lost leaves the item in doubt. Nothing here sends a write twice.
 */
import { BillyFailure } from '../../billy/failure.js';
import type { BeforeSend, Collection, MayLeave, WireBody, WriteAnswer } from '../../billy/types.js';
import { AppError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { steadyMs } from '../../core/steady-time.js';
import { clip, quote } from '../../core/text.js';
import { applyStep, imageOfAnswer, relationOf } from '../../resources/definition/record-image.js';
import type { ItemChange, ItemPatch, ItemRecord, Step } from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import { alteredBy, type Alteration } from '../job/altered-fields.js';
import { PendingJournalEntries } from '../job/journal-notes.js';
import { changeItems, confirmLease, type JobContext } from '../job/job-context.js';
import { shareRecord } from '../snapshot/share-record.js';
import { targetOf, unconfirmedPatch, writtenPatch, stepsOf } from '../job/item-steps.js';

/** back: nothing happened, the item is ready again. */
export type SendEnd = 'written' | 'failed' | 'doubt' | 'back';

export interface SendResult {
  readonly end: SendEnd;
  readonly error: AppError | null;
  readonly image: RecordImage | null;
  /** Fields that Billy's answers hold otherwise than sent; absent: none. */
  readonly altered?: readonly Alteration[];
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
  /** Fields that Billy's answers held otherwise than sent. */
  readonly altered: readonly Alteration[];
  /** Writes that the next change of the item tells the journal of. */
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
  write: { item: ItemRecord; step: Step; beforeSend: BeforeSend },
): Promise<WriteAnswer> {
  const { billy } = context;
  const { item, step, beforeSend } = write;
  const collection = step.collection as Collection;
  const options = { patienceMs: LIMITS.outageMs, signal: context.stop, beforeSend };
  const body = withClientIds(item, step.body);
  if (step.kind === 'create') return billy.create(collection, body, options);
  return billy.update(targetOf(step), body, options);
}

/** The record as the step left it, from Billy's answer where it tells. */
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

/** Where an item stands once the answer to a step of it is here. */
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
function isAccountError(error: AppError): boolean {
  return error.code === 'BILLY_AUTH' || error.code === 'ORGANIZATION_LOCKED';
}

/** What becomes of an item, to be stored in one step with what happens to others. */
export interface ItemResult {
  readonly progress: Progress;
  readonly sent: SendResult;
  readonly patch: ItemPatch;
}

function notSent(progress: Progress, error: AppError | null): ItemResult {
  const { step, recordId, image, hasWritten } = progress;
  const patch: ItemPatch = { state: 'ready', step, recordId, after: image, hasWritten };
  return { progress, sent: { end: 'back', error, image: null }, patch };
}

export type Failure =
  /** Nothing happened; null: it left the queue before it was sent. */
  | { readonly kind: 'back'; readonly error: AppError | null }
  | { readonly kind: 'lost' | 'refused'; readonly error: AppError };

/** What a failed request says of the items it was about. Throws when the worker itself must stop. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof AppError)) {
    // Left the queue before sending (the client promises that): the process stops, or the job does.
    if (!(error instanceof DOMException)) throw error;
    return { kind: 'back', error: null };
  }
  if (error.code === 'LEASE_LOST' || error.code === 'STORE_FAILED') throw error;
  if (error.retry === 'reconcile') return { kind: 'lost', error };
  const isNothingDone = error.retry === 'wait' || isAccountError(error);
  return { kind: isNothingDone ? 'back' : 'refused', error };
}

/** What becomes of an item whose request failed. Throws when the worker itself must stop. */
export function resultOfFailure(
  context: JobContext,
  progress: Progress,
  thrown: unknown,
): ItemResult {
  const { kind, error } = failureOf(thrown);
  if (kind === 'back') return notSent(progress, error);
  if (kind === 'lost') {
    return {
      progress,
      sent: { end: 'doubt', error, image: null },
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
  // Rows that meet such a record must find it even if the process dies before they are told; of one
  // that failed, they meet what its earlier steps left.
  const shared = results.flatMap(({ progress, sent, patch }) => {
    const isShared = sent.end === 'written' || (sent.end === 'failed' && progress.hasWritten);
    return isShared && patch.state === 'ended'
      ? [{ item: progress.item, image: progress.image }]
      : [];
  });
  for (const { item, image } of shared) await shareRecord(context, item, image);
  const changes = results.map(({ progress, sent, patch }): ItemChange => {
    // In doubt is only what was sent.
    const from = sent.end === 'doubt' ? (['sending'] as const) : (['ready', 'sending'] as const);
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

/** What an item says once its write is about to leave. */
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
  return { seq: item.seq, from: [progress.hasIntent ? 'sending' : 'ready'], patch };
}

/** The note on disk that these items are about to leave, all or none. */
export async function recordIntents(
  context: JobContext,
  sending: readonly Progress[],
): Promise<void> {
  context.stop.throwIfAborted();
  const changes = sending.map((progress) => intentChange(context, progress));
  const journal = sending.flatMap(({ notes }) => notes.take());
  await changeItems(context, changes, { journal });
}

export async function recordIntent(context: JobContext, progress: Progress): Promise<void> {
  await recordIntents(context, [progress]);
}

export function beginProgress(context: JobContext, item: ItemRecord): Progress {
  return {
    item,
    step: item.step,
    recordId: item.recordId,
    image: item.after ?? item.before,
    hasWritten: item.hasWritten,
    hasIntent: false,
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
      const beforeSend = async (): Promise<MayLeave> => {
        const mayLeave = await confirmLease(context, async () => {
          await recordIntent(context, progress);
          progress = { ...progress, hasIntent: true };
        });
        notes.leaves();
        return mayLeave;
      };
      const answer = await sendStep(context, { item, step, beforeSend });
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
