/**
 * Many items on their way to Billy in one request: one intent for all before the bytes leave, one change
 * for all outcomes after the answer. Nothing here sends a write twice.
 */
import { BillyFailure, foreignAnswer } from '../../billy/failure.js';
import type { BulkAnswer, Collection, SaveRecord, WriteAnswer } from '../../billy/types.js';
import type { ItemRecord } from '../../model/item.js';
import { matchAnswers, type Altered } from './match-answers.js';
import {
  afterAnswer,
  beginProgress,
  failureOf,
  resultOfFailure,
  resultOfWrite,
  sendOptions,
  storeResults,
  withClientIds,
  type ItemResult,
  type Progress,
  type SendResult,
} from './send-item.js';
import type { JobContext } from '../job/job-context.js';
import { bodyOf, stepOf, collectionOf } from '../job/item-steps.js';

export interface Ended {
  /** As it is now. */
  readonly item: ItemRecord;
  readonly sent: SendResult;
  /** It is written, and has a step left. */
  readonly goesOn: boolean;
}

/** refused: nothing is stored yet; the items are `sending`, or `ready` when nothing has left. */
export type BatchEnd =
  | { readonly kind: 'ended'; readonly request: SendResult; readonly rows: readonly Ended[] }
  | {
      readonly kind: 'refused';
      readonly error: BillyFailure;
      readonly progress: readonly Progress[];
    };

export function endedOf({ progress, sent, patch }: ItemResult): Ended {
  const goesOn = sent.end === 'written' && patch.state === 'ready';
  return { item: { ...progress.item, ...patch }, sent, goesOn };
}

/** Returns the result of an item from the answer; `answer` is null if the answer leaves the item out. */
export function resultOfAnswer(
  context: JobContext,
  progress: Progress,
  answer: WriteAnswer | null,
): ItemResult {
  const step = stepOf(progress.item);
  if (answer !== null && step !== null) {
    return resultOfWrite(afterAnswer(context, progress, { step, answer }));
  }
  const lost = foreignAnswer(200, { isWrite: true });
  noteFailure(progress, lost);
  return resultOfFailure(context, progress, lost);
}

/** Adds the failure of its request to the item's journal entries. */
export function noteFailure({ item, notes }: Progress, error: unknown): void {
  const step = stepOf(item);
  if (step !== null) notes.failed(step, error);
}

/** A refusal of the rows themselves. Account-level refusals (auth, locked) must not fail the rows. */
function isRefusal(error: unknown): error is BillyFailure {
  return error instanceof BillyFailure && failureOf(error).kind === 'refused';
}

async function request(context: JobContext, sending: readonly Progress[]): Promise<BulkAnswer> {
  const records = sending.map(({ item }): SaveRecord => {
    return { id: stepOf(item)?.id ?? null, body: withClientIds(item, bodyOf(item)) };
  });
  const [first] = sending;
  const collection = (first === undefined ? '' : collectionOf(first.item)) as Collection;
  return context.billy.saveMany(collection, records, sendOptions(context, sending));
}

/** Summarizes the batch as one result, for the detection of outages and locks. */
function requestSent(results: readonly ItemResult[]): SendResult {
  const written = results.find(({ sent }) => sent.end === 'written');
  const [first] = results;
  return (written ?? first)?.sent ?? { end: 'notSent', error: null, image: null };
}

/** Sends the next step of each item. Rejects only when the worker itself must stop. */
export async function sendBatch(
  context: JobContext,
  items: readonly ItemRecord[],
  altered: Altered,
): Promise<BatchEnd> {
  const progress = items.map((item) => beginProgress(context, item));
  let results: readonly ItemResult[];
  try {
    const answer = await request(context, progress);
    const answers = await matchAnswers(context, { items, answer }, altered);
    results = progress.map((each, index) => resultOfAnswer(context, each, answers[index] ?? null));
  } catch (error) {
    if (isRefusal(error)) return { kind: 'refused', error, progress };
    for (const each of progress) noteFailure(each, error);
    results = progress.map((each) => resultOfFailure(context, each, error));
  }
  await storeResults(context, results);
  return { kind: 'ended', request: requestSent(results), rows: results.map(endedOf) };
}
