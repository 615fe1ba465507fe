/**
 * Many items on their way to Billy in one request: one intent for all before the bytes leave, one change
 * for all outcomes after the answer. Nothing here sends a write twice.
 */
import { BillyFailure, foreignAnswer } from '../../billy/failure.js';
import type {
  BeforeSend,
  BulkAnswer,
  Collection,
  MayLeave,
  SaveRecord,
  WriteAnswer,
} from '../../billy/types.js';
import { LIMITS } from '../../core/limits.js';
import type { ItemRecord } from '../../model/item.js';
import { matchAnswers, type Altered } from './match-answers.js';
import {
  afterAnswer,
  beginProgress,
  failureOf,
  resultOfFailure,
  resultOfWrite,
  recordIntents,
  storeResults,
  withClientIds,
  type ItemResult,
  type Progress,
  type SendResult,
} from './send-item.js';
import { confirmLease, type JobContext } from '../job/job-context.js';
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

/** What becomes of an item by what the answer says of it; null: it says nothing. */
export function resultOfAnswer(
  context: JobContext,
  progress: Progress,
  answer: WriteAnswer | null,
): ItemResult {
  const { item, notes } = progress;
  const step = stepOf(item);
  if (answer === null || step === null) {
    const lost = foreignAnswer(200, { isWrite: true });
    if (step !== null) notes.failed(step, lost);
    return resultOfFailure(context, progress, lost);
  }
  return resultOfWrite(afterAnswer(context, progress, { step, answer }));
}

/** What a refusal has done to an item: noted, for nothing else will be. */
export function noteRefusal({ item, notes }: Progress, error: unknown): void {
  const step = stepOf(item);
  if (step !== null) notes.failed(step, error);
}

/** About these rows, and not about the account, of which none of them is burnt. */
function isRefusal(error: unknown): error is BillyFailure {
  return error instanceof BillyFailure && failureOf(error).kind === 'refused';
}

async function request(
  context: JobContext,
  sending: { items: readonly ItemRecord[]; beforeSend: BeforeSend },
): Promise<BulkAnswer> {
  const { items, beforeSend } = sending;
  const records = items.map((item): SaveRecord => {
    return { id: stepOf(item)?.id ?? null, body: withClientIds(item, bodyOf(item)) };
  });
  const [first] = items;
  const collection = (first === undefined ? '' : collectionOf(first)) as Collection;
  const options = { patienceMs: LIMITS.outageMs, signal: context.stop, beforeSend };
  return context.billy.saveMany(collection, records, options);
}

/** The request as such: it tells of Billy what a single one does. */
function requestSent(results: readonly ItemResult[]): SendResult {
  const written = results.find(({ sent }) => sent.end === 'written');
  const [first] = results;
  return (written ?? first)?.sent ?? { end: 'back', error: null, image: null };
}

/** Sends the next step of each item. Rejects only when the worker itself must stop. */
export async function sendBatch(
  context: JobContext,
  items: readonly ItemRecord[],
  altered: Altered,
): Promise<BatchEnd> {
  let progress = items.map((item) => beginProgress(context, item));
  const beforeSend = async (): Promise<MayLeave> => {
    const mayLeave = await confirmLease(context, async () => {
      await recordIntents(context, progress);
      progress = progress.map((each) => ({ ...each, hasIntent: true }));
    });
    for (const { notes } of progress) notes.leaves();
    return mayLeave;
  };
  let results: readonly ItemResult[];
  try {
    const answer = await request(context, { items, beforeSend });
    const answers = await matchAnswers(context, { items, answer }, altered);
    results = progress.map((each, index) => resultOfAnswer(context, each, answers[index] ?? null));
  } catch (error) {
    if (isRefusal(error)) return { kind: 'refused', error, progress };
    for (const each of progress) noteRefusal(each, error);
    results = progress.map((each) => resultOfFailure(context, each, error));
  }
  await storeResults(context, results);
  return { kind: 'ended', request: requestSent(results), rows: results.map(endedOf) };
}
