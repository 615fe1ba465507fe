/**
 * Splits a refused bulk save until the rows that caused the refusal are found: by the names in the refusal,
 * otherwise by halving, down to rows that are sent singly. It is not documented whether Billy saves nothing
 * of a refused request (billy-api.md section 4). So before a row of a refused request is sent again, the
 * records in Billy are checked, until the run has seen that good rows beside a bad one were not saved. An
 * update could be sent again without harm, but if the job stopped here, it would report a row as not
 * attempted that Billy has saved.
 */
import { readSaved } from '../../billy/http/envelope.js';
import { foreignAnswer, type BillyFailure } from '../../billy/failure.js';
import type { Collection } from '../../billy/types.js';
import { LIMITS } from '../../core/limits.js';
import type { ItemRecord, Problem } from '../../model/item.js';
import { matchAnswers, type Altered } from './match-answers.js';
import { type BulkSaveLimits } from './save-batches.js';
import { halvesOf } from './delete-sizes.js';
import {
  clientIdOf,
  resultOfFailure,
  resultOfWrite,
  resultOfNotSent,
  type ItemResult,
  type Progress,
} from './send-item.js';
import { resultOfAnswer, noteFailure } from './save-batch.js';
import { type Verdict } from '../settle/judge-lost-writes.js';
import { lookAt } from '../settle/settle.js';
import { warn, type JobContext } from '../job/job-context.js';
import { stepOf, collectionOf } from '../job/item-steps.js';

const UNSUPPORTED: Problem = {
  code: 'BULK_SAVE_UNSUPPORTED',
  message: 'Billy does not offer bulk save for these records. They are sent one by one.',
};
const PARTIAL: Problem = {
  code: 'BULK_SAVE_PARTIAL',
  message:
    'Billy saved a part of a bulk save that it refused. The saved rows are counted as saved; the others are sent one by one.',
};

export interface Refused {
  readonly error: BillyFailure;
  readonly progress: readonly Progress[];
}

/** A refused request, with the results of the parts that were sent again. */
export interface RefusedBatch {
  readonly size: number;
  readonly isLookedAt: boolean;
  readonly isHalved: boolean;
  /** Sizes of the saved parts that contain a create. */
  readonly passed: number[];
  readonly refused: number[];
}

export interface SubBatch {
  readonly items: readonly ItemRecord[];
  readonly origin: RefusedBatch | null;
}

/** Learns the limits of later requests from the results of a refused request's parts. */
export function updateLimits(
  { size, isLookedAt, isHalved, passed, refused }: RefusedBatch,
  limits: BulkSaveLimits,
): void {
  const isAboutRows = limits.hasPassed(size);
  // Some rows were good and some bad, and none had been saved.
  const isMixed = passed.length > 0 && refused.length > 0;
  if (isLookedAt && isAboutRows && isMixed) limits.isAtomic = true;
  const havePassed = isHalved && refused.length === 0 && passed.length === 2;
  if (havePassed && !isAboutRows) limits.learnSize(Math.max(...passed));
}

export function isCreate(item: ItemRecord): boolean {
  return stepOf(item)?.kind === 'create';
}

/** The refusal of this row, if a request with the row alone would get the same one; null: not certain. */
function verdictOn({ item }: Progress, error: BillyFailure): BillyFailure | null {
  // An update may be refused because its record no longer exists; a single request has its own code for that.
  return isCreate(item) ? error.about(clientIdOf(item)) : null;
}

function isNamed({ item }: Progress, error: BillyFailure): boolean {
  return error.about(clientIdOf(item)) !== null;
}

interface SplitDeps {
  readonly limits: BulkSaveLimits;
  readonly altered: Altered;
}

/** Creates that the refusal itself reports as saved. */
async function reportedResults(
  context: JobContext,
  { error, progress }: Refused,
  { altered }: SplitDeps,
): Promise<ItemResult[]> {
  const creates = progress.filter((each) => isCreate(each.item) && !isNamed(each, error));
  const items = creates.map(({ item }) => item);
  const [first] = items;
  if (first === undefined) return [];
  const records = items.map((item) => ({ id: null, clientId: clientIdOf(item) }));
  const collection = collectionOf(first) as Collection;
  const answer = readSaved(error.saved, { collection, records });
  if (answer === null) return [];
  const answers = await matchAnswers(context, { items, answer }, altered);
  return creates.flatMap((each, index) => {
    const own = answers[index] ?? null;
    return own === null ? [] : [resultOfAnswer(context, each, own)];
  });
}

type Found = ReadonlyMap<ItemRecord, Verdict | null>;

/** The result without a look: no row may have been saved. */
const NOTHING: Found = new Map();

/** True if Billy may have carried out a part of the request. */
function isSuspect({ error }: Refused): boolean {
  return error.status !== null && !error.isUnsupported && !error.isTooLarge;
}

/** Waits until Billy's lists show the records that a refused request may have saved. */
async function letListsSettle({ clock, settings, stop }: JobContext): Promise<void> {
  await clock.sleep(Math.min(LIMITS.listSettleMs, settings.settleMs), stop);
  stop.throwIfAborted();
}

/** Looks up the rows of refused requests. A verdict of null: the look could not decide yet. */
async function lookFor(
  context: JobContext,
  refused: readonly Refused[],
  deps: SplitDeps,
): Promise<Found> {
  const { limits, altered } = deps;
  const suspects = refused.filter(isSuspect);
  const rows = suspects
    .flatMap(({ error, progress }) =>
      progress.map((each) => ({ item: each.item, isNamed: isNamed(each, error) })),
    )
    // If rows are equal, those that the refusal does not name are the saved ones.
    .sort((one, other) => Number(one.isNamed) - Number(other.isNamed));
  return limits.inTurn(async () => {
    if (limits.isAtomic || rows.every((each) => each.isNamed)) return NOTHING;
    await letListsSettle(context);
    const items = rows.map(({ item }) => item);
    const judged = await lookAt(context, { items, altered: altered.fields, areRefused: true });
    const verdicts = new Map(judged.map(({ item, verdict }) => [item, verdict] as const));
    if (judged.some(({ verdict }) => verdict.kind === 'happened')) {
      limits.turnOff();
      await warn(context, [PARTIAL]);
    } else if (rows.some((each) => each.isNamed)) {
      limits.isAtomic = true;
    }
    return new Map(items.map((item) => [item, verdicts.get(item) ?? null]));
  });
}

/** True if the item may be sent again. An update may unless it was saved: it sets the same values again. */
function isFree(item: ItemRecord, verdict: Verdict | null): boolean {
  return verdict?.kind === 'absent' || (!isCreate(item) && verdict?.kind !== 'happened');
}

function resultOfLook(
  context: JobContext,
  refused: Refused,
  at: { each: Progress; found: Found },
): ItemResult {
  const { error } = refused;
  const { each, found } = at;
  const { item, notes } = each;
  const verdict = found.get(item);
  if (verdict === undefined || isFree(item, verdict)) {
    noteFailure(each, error);
    const about = verdictOn(each, error);
    return about === null ? resultOfNotSent(each) : resultOfFailure(context, each, about);
  }
  if (verdict?.kind === 'happened' && verdict.image !== null) {
    const { image } = verdict;
    const step = stepOf(item);
    if (step !== null) notes.saved(step, image.id);
    const recordId = image.id;
    return resultOfWrite({ ...each, step: item.step + 1, image, recordId, hasWritten: true });
  }
  // The look cannot distinguish this row's record from that of another row, so it is settled like a lost answer.
  const lost = foreignAnswer(error.status ?? 0, { isWrite: true });
  noteFailure(each, lost);
  return resultOfFailure(context, each, lost);
}

/** The parts in which the undecided rows of a refused request are sent again. */
function partsOf(
  { error, progress }: Refused,
  left: ReadonlySet<ItemRecord>,
  { limits, isLookedAt }: { limits: BulkSaveLimits; isLookedAt: boolean },
): SubBatch[] {
  const size = progress.length;
  const free = progress.filter(({ item }) => left.has(item));
  const alone = free.filter((each) => isNamed(each, error)).map(({ item }) => item);
  const others = free.filter((each) => !isNamed(each, error)).map(({ item }) => item);
  const originOf = (isHalved: boolean): RefusedBatch => {
    return { size, isLookedAt, isHalved, passed: [], refused: [] };
  };
  const singly = alone.map((item) => ({ items: [item], origin: null }));
  if (error.isTooLarge) limits.learnSize(Math.floor(size / 2));
  if (error.isTooLarge || others.length < size) {
    return [...singly, { items: others, origin: originOf(false) }];
  }
  // The first row alone: the Billy client learns from it if Billy refuses something in every create.
  const isFirst = !limits.hasSplit;
  limits.hasSplit = true;
  const parts = isFirst ? [others.slice(0, 1), others.slice(1)] : halvesOf(others);
  const origin = originOf(!isFirst);
  return parts.map((items) => ({ items, origin }));
}

/** Decides the items of requests refused at the same time, stores the results, returns the parts to resend. */
export async function splitRefused(
  context: JobContext,
  refused: readonly Refused[],
  deps: SplitDeps & { readonly store: (results: readonly ItemResult[]) => Promise<void> },
): Promise<readonly SubBatch[]> {
  const { limits, store } = deps;
  const open: Refused[] = [];
  for (const one of refused) {
    const results = await reportedResults(context, one, deps);
    const items = new Set(results.map(({ progress }) => progress.item));
    open.push({ ...one, progress: one.progress.filter(({ item }) => !items.has(item)) });
    if (results.length === 0) continue;
    // Stored before the look, so that no other item adopts these records.
    await store(results);
    limits.turnOff();
    await warn(context, [PARTIAL]);
  }
  if (refused.some(({ error }) => error.isUnsupported)) {
    limits.turnOff();
    await warn(context, [UNSUPPORTED]);
  }
  const found = await lookFor(context, open, deps);
  const parts: SubBatch[] = [];
  for (const one of open) {
    const results = one.progress.map((each) => resultOfLook(context, one, { each, found }));
    await store(results);
    const left = new Set(
      results.filter(({ sent }) => sent.end === 'notSent').map(({ progress }) => progress.item),
    );
    parts.push(...partsOf(one, left, { limits, isLookedAt: found !== NOTHING }));
  }
  return parts.filter(({ items }) => items.length > 0);
}
