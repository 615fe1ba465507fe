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
import { tieAnswers, type Altered } from './match-answers.js';
import {
  afterAnswer,
  beginProgress,
  failureOf,
  fateOf,
  fateWritten,
  recordIntents,
  storeFates,
  withClientIds,
  type Fate,
  type Progress,
  type Sent,
} from './send-item.js';
import { checkJustNow, type Work } from '../job/job-context.js';
import { bodyOf, stepOf, collectionOf } from '../job/item-steps.js';

export interface Ended {
  /** As it is now. */
  readonly item: ItemRecord;
  readonly sent: Sent;
  /** It is written, and has a step left. */
  readonly goesOn: boolean;
}

/** refused: nothing is stored yet; the items are `sending`, or `ready` when nothing has left. */
export type BatchEnd =
  | { readonly kind: 'ended'; readonly request: Sent; readonly rows: readonly Ended[] }
  | {
      readonly kind: 'refused';
      readonly error: BillyFailure;
      readonly progress: readonly Progress[];
    };

export function endedOf({ progress, sent, patch }: Fate): Ended {
  const goesOn = sent.end === 'written' && patch.state === 'ready';
  return { item: { ...progress.item, ...patch }, sent, goesOn };
}

/** What becomes of an item by what the answer says of it; null: it says nothing. */
export function fateAnswered(work: Work, progress: Progress, answer: WriteAnswer | null): Fate {
  const { item, notes } = progress;
  const step = stepOf(item);
  if (answer === null || step === null) {
    const lost = foreignAnswer(200, { isWrite: true });
    if (step !== null) notes.failed(step, lost);
    return fateOf(work, progress, lost);
  }
  return fateWritten(afterAnswer(work, progress, { step, answer }));
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
  work: Work,
  sending: { items: readonly ItemRecord[]; beforeSend: BeforeSend },
): Promise<BulkAnswer> {
  const { items, beforeSend } = sending;
  const records = items.map((item): SaveRecord => {
    return { id: stepOf(item)?.id ?? null, body: withClientIds(item, bodyOf(item)) };
  });
  const [first] = items;
  const collection = (first === undefined ? '' : collectionOf(first)) as Collection;
  const options = { patienceMs: LIMITS.outageMs, signal: work.stop, beforeSend };
  return work.billy.saveMany(collection, records, options);
}

/** The request as such: it tells of Billy what a single one does. */
function requestSent(fates: readonly Fate[]): Sent {
  const written = fates.find(({ sent }) => sent.end === 'written');
  const [first] = fates;
  return (written ?? first)?.sent ?? { end: 'back', error: null, image: null };
}

/** Sends the next step of each item. Rejects only when the worker itself must stop. */
export async function sendBatch(
  work: Work,
  items: readonly ItemRecord[],
  altered: Altered,
): Promise<BatchEnd> {
  let progress = items.map((item) => beginProgress(work, item));
  const beforeSend = async (): Promise<MayLeave> => {
    const mayLeave = await checkJustNow(work, async () => {
      await recordIntents(work, progress);
      progress = progress.map((each) => ({ ...each, hasIntent: true }));
    });
    for (const { notes } of progress) notes.leaves();
    return mayLeave;
  };
  let fates: readonly Fate[];
  try {
    const answer = await request(work, { items, beforeSend });
    const answers = await tieAnswers(work, { items, answer }, altered);
    fates = progress.map((each, index) => fateAnswered(work, each, answers[index] ?? null));
  } catch (error) {
    if (isRefusal(error)) return { kind: 'refused', error, progress };
    for (const each of progress) noteRefusal(each, error);
    fates = progress.map((each) => fateOf(work, each, error));
  }
  await storeFates(work, fates);
  return { kind: 'ended', request: requestSent(fates), rows: fates.map(endedOf) };
}
