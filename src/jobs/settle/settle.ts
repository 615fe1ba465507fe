/**
 * Writes whose answer was lost, settled by looking (contract, section 5.1). A record is ours when it
 * was not in the snapshot taken while planning, no item of any job owns it, and it equals what was
 * sent. "Not there" needs a second look, after the write's own deadline and Billy's settling time.
 */
import { LIMITS } from '../../core/limits.js';
import { steadyMs } from '../../core/steady-time.js';
import { imageOf, relationOf } from '../../resources/definition/record-image.js';
import type { ItemChange, ItemPatch, ItemRecord, ItemState, Problem } from '../../model/item.js';
import type { JournalNote } from '../../model/journal.js';
import type { RecordImage } from '../../model/record.js';
import { lostNote, settledNote } from '../job/journal-notes.js';
import { EventLoopYielder } from '../../core/event-loop.js';
import { knownAltered } from '../job/altered-fields.js';
import { judgeAllCreates } from './judge-creates.js';
import {
  imageLeftBy,
  imageMadeBy,
  judgeChange,
  type Judged,
  type Evidence,
} from './judge-lost-writes.js';
import {
  changeItems,
  itemBatches,
  jobRead,
  lookUp,
  readJob,
  warn,
  type JobContext,
} from '../job/job-context.js';
import { shareRecord } from '../snapshot/share-record.js';
import { writtenPatch, bodyOf, stepOf, stepsOf } from '../job/item-steps.js';

/** Lost writes settled at once; the verdict on equal ones needs to see them all. */
const ROUND_ITEMS = 5000;
/** And stored at once: no transaction may hold the event loop for long. */
const SETTLED_AT_ONCE = 100;

function isRecordCreate(context: JobContext, item: ItemRecord): boolean {
  const step = stepOf(item);
  return step?.kind === 'create' && relationOf(context.resource, step.collection) === null;
}

/** The first items in these states, as many as one round settles. */
async function roundOf(context: JobContext, states: readonly ItemState[]): Promise<ItemRecord[]> {
  const found: ItemRecord[] = [];
  for await (const items of itemBatches(context, { states })) {
    found.push(...items);
    if (found.length >= ROUND_ITEMS) break;
  }
  return found.slice(0, ROUND_ITEMS);
}

/** When the write can no longer arrive, by its own deadline and the settling time, steady time. */
export function settledAtMs(item: ItemRecord, context: Pick<JobContext, 'settings'>): number {
  const sentAtMs = item.intentAtMs ?? item.lostAtMs ?? 0;
  return sentAtMs + context.settings.timeoutMs + context.settings.settleMs;
}

/** When an item wants to be looked at next: soon after the loss, then once it is past its deadline. */
export function nextLookMs(item: ItemRecord, context: Pick<JobContext, 'settings'>): number {
  if (item.lookedAtMs === null) return (item.lostAtMs ?? 0) + LIMITS.settleGatherMs;
  return settledAtMs(item, context);
}

/** Records of a page that were not there before and that no item is known to own yet. */
export async function unownedIn(
  context: JobContext,
  images: readonly RecordImage[],
): Promise<RecordImage[]> {
  const { store, jobId } = context;
  const recordIds = images.map(({ id }) => id);
  const known = await store.getFromSnapshot({ jobId, layer: 'before', recordIds });
  const owned = await store.findOwned({ recordIds });
  return images.filter(({ id }) => !known.has(id) && !owned.has(id));
}

/** Writes of other jobs that may have been saved after our snapshot without their job knowing. */
async function unknownElsewhere(context: JobContext): Promise<ItemRecord[]> {
  const { store, jobId, settings } = context;
  const { lane, startedAtMs, createdAtMs } = await readJob(context);
  const intentAfterMs = (startedAtMs ?? createdAtMs) - settings.timeoutMs - settings.settleMs;
  return store.listUnknown({ lane, exceptJobId: jobId, intentAfterMs, limit: ROUND_ITEMS });
}

export interface Asked {
  /** The lost writes that this look is for. */
  readonly items: readonly ItemRecord[];
  readonly altered: ReadonlySet<string>;
  /** They were refused, and whoever asks still has them in hand: they are under way no more. */
  readonly areRefused?: boolean;
}

async function listAll(
  context: JobContext,
  { ids: wanted, altered }: { ids: ReadonlySet<string>; altered: ReadonlySet<string> },
  asked: Asked,
): Promise<Evidence> {
  const { billy, resource } = context;
  const { areRefused = false } = asked;
  const byId = new Map<string, RecordImage | null>([...wanted].map((id) => [id, null] as const));
  const fresh: RecordImage[] = [];
  const options = { ...jobRead(context), include: resource.include };
  for await (const records of billy.listAll(resource.collection, options)) {
    const images = records.map((record) => imageOf(record, resource));
    for (const image of images) if (wanted.has(image.id)) byId.set(image.id, image);
    fresh.push(...(await unownedIn(context, images)));
  }
  // First who is under way, or lost its answer since; then who owns what: an item that ends in
  // between is seen as an owner.
  const seqs = new Set(asked.items.map(({ seq }) => seq));
  const open = await roundOf(context, ['sending', 'doubt']);
  const isSentAgain = (state: ItemState): boolean => state === 'sending' && !areRefused;
  const others = open.filter(({ seq, state }) => isSentAgain(state) || !seqs.has(seq));
  const unowned = await unownedIn(context, fresh);
  const underWay = others.map(bodyOf);
  const contested = (await unknownElsewhere(context)).map(bodyOf);
  return { unowned: unowned, byId, inFlight: underWay, altered, unresolvedElsewhere: contested };
}

async function look(context: JobContext, asked: Asked): Promise<Evidence> {
  const { items } = asked;
  const altered = new Set([...asked.altered, ...(await knownAltered(context))]);
  const needsList = items.some((item) => isRecordCreate(context, item));
  const ids = new Set(items.map(({ recordId }) => recordId).filter((id) => id !== null));
  if (needsList || ids.size > LIMITS.lookUpsMax) return listAll(context, { ids, altered }, asked);
  const byId = new Map<string, RecordImage | null>();
  for (const id of ids) byId.set(id, await lookUp(context, id));
  return { unowned: [], byId, inFlight: [], altered, unresolvedElsewhere: [] };
}

function happenedPatch(item: ItemRecord, image: RecordImage | null): ItemPatch {
  const next = item.step + 1;
  if (next >= stepsOf(item).length) return writtenPatch(item, image);
  const recordId = image?.id ?? item.recordId;
  return { state: 'ready', step: next, recordId, after: image, hasWritten: true };
}

/** No later look can tell more: it is the second one, and nothing can arrive any more. */
function isLastLook(context: JobContext, item: ItemRecord, lookMs: number): boolean {
  return item.lookedAtMs !== null && lookMs >= settledAtMs(item, context);
}

function absentPatch(item: ItemRecord): ItemPatch {
  const attempts = item.attempts + 1;
  if (attempts < LIMITS.writeAttemptsMax) return { state: 'ready', attempts, lostAtMs: null };
  return {
    state: 'ended',
    outcome: 'failed',
    attempts,
    code: 'BILLY_SERVER',
    message: 'Billy failed at each attempt and has not saved it',
  };
}

const UNKNOWN: ItemPatch = {
  state: 'ended',
  outcome: 'unknown',
  code: 'OUTCOME_UNKNOWN',
  message: 'the answer was lost, and what Billy holds does not tell whether it was saved',
};

const ADOPTED: Problem = {
  code: 'ADOPTED_BY_KEY',
  message:
    'The answer was lost. Billy has one new record with the number of this row, but other fields of it differ. The row counts it as its own. A rollback leaves it as it is.',
};

const ADOPTED_ROWS: Problem = {
  code: 'ADOPTED_BY_KEY',
  message:
    'The answer to at least one row was lost, and a new record with its number but other fields was taken for it. The report names the rows.',
};

function patchOf(context: JobContext, { item, verdict, left }: Seen, lookMs: number): ItemPatch {
  if (verdict.kind === 'happened') return happenedPatch(item, left);
  if (!isLastLook(context, item, lookMs)) return { lookedAtMs: lookMs };
  switch (verdict.kind) {
    case 'named':
      return { ...writtenPatch(item, verdict.image), ...ADOPTED };
    case 'absent':
      return absentPatch(item);
    case 'undecidable':
      return UNKNOWN;
  }
}

/** A verdict with the record as the write has left it, which somebody may have changed since. */
interface Seen extends Judged {
  readonly left: RecordImage | null;
}

export interface Settled {
  readonly item: ItemRecord;
  readonly patch: ItemPatch;
}

/**
 * Items that a crash left between intent and outcome are in doubt like any lost answer. Their write
 * counts as sent now: who only slept (a closed laptop) may wake right after its last check, and send.
 */
export async function markInterrupted(context: JobContext): Promise<void> {
  const { store, jobId, clock } = context;
  const limit = LIMITS.storeBatchRows;
  for (;;) {
    const items = await store.listItems({ jobId, states: ['sending'], limit });
    if (items.length === 0) return;
    const nowMs = steadyMs(clock);
    const patch: ItemPatch = {
      state: 'doubt',
      intentAtMs: nowMs,
      lostAtMs: nowMs,
      lookedAtMs: null,
    };
    await changeItems(
      context,
      items.map(({ seq }) => ({ seq, from: ['sending'] as const, patch })),
      { journal: items.map(lostNote) },
    );
  }
}

/**
 * A process that takes a job up counts the writes in doubt as sent now: their stamps are of another
 * process, whose clock may have been another, and nothing may be called absent too early.
 */
export async function restampUnconfirmed(context: JobContext): Promise<void> {
  for await (const items of itemBatches(context, { states: ['doubt'] })) {
    const nowMs = steadyMs(context.clock);
    const patch: ItemPatch = { intentAtMs: nowMs, lostAtMs: nowMs, lookedAtMs: null };
    await changeItems(
      context,
      items.map(({ seq }) => ({ seq, from: ['doubt'] as const, patch })),
    );
  }
}

/** Without the snapshot from before its intent nobody can tell any more what became of an item. */
export function isSettleable({ outcome, intentAtMs }: ItemRecord): boolean {
  return outcome === 'unknown' && intentAtMs !== null;
}

/** Items whose outcome was unknown when their job ended are looked at again: they may be in Billy. */
export async function recheckUnknown(context: JobContext): Promise<void> {
  const { clock } = context;
  for await (const items of itemBatches(context, { isTrouble: true })) {
    const unknown = items.filter(isSettleable);
    const patch: ItemPatch = {
      state: 'doubt',
      outcome: null,
      code: null,
      message: null,
      intentAtMs: steadyMs(clock),
      lostAtMs: steadyMs(clock),
      lookedAtMs: null,
    };
    await changeItems(
      context,
      unknown.map(({ seq }) => ({ seq, from: ['ended'] as const, patch })),
    );
  }
}

/** Items in doubt, and when the first of them wants a look (steady time); null: none. */
export async function nextLook(context: JobContext): Promise<number | null> {
  const items = await roundOf(context, ['doubt']);
  if (items.length === 0) return null;
  return Math.min(...items.map((item) => nextLookMs(item, context)));
}

function imageOfVerdict({ verdict }: Judged): RecordImage | null {
  return verdict.kind === 'happened' || verdict.kind === 'named' ? verdict.image : null;
}

async function judgeAll(
  context: JobContext,
  items: readonly ItemRecord[],
  look: Evidence,
): Promise<Seen[]> {
  const { resource: shape, clock } = context;
  const { altered } = look;
  const lost = items.filter((item) => isRecordCreate(context, item));
  const judged: Seen[] = (await judgeAllCreates(lost, look, { shape, clock })).map((each) => {
    const image = imageOfVerdict(each);
    const left = image === null ? null : imageMadeBy(each.item, image, { shape, altered });
    return { ...each, left };
  });
  const yielder = new EventLoopYielder(clock);
  for (const item of items.filter((each) => !isRecordCreate(context, each))) {
    const now = look.byId.get(item.recordId ?? '') ?? null;
    const verdict = judgeChange(item, now, { shape, altered });
    const isChanged = verdict.kind === 'happened' && now !== null;
    judged.push({
      item,
      verdict,
      left: isChanged ? imageLeftBy(item, now, { shape, altered }) : null,
    });
    await yielder.yieldIfDue();
  }
  return judged;
}

/** What one look, right now, says of these items; those missing cannot be told yet. */
export async function lookAt(context: JobContext, asked: Asked): Promise<readonly Seen[]> {
  return judgeAll(context, asked.items, await look(context, asked));
}

/** What the look has decided; nothing while the item stays in doubt. */
function notesOf({ item, verdict }: Judged, patch: ItemPatch): JournalNote[] {
  if (patch.state === undefined) return [];
  switch (verdict.kind) {
    case 'happened':
    case 'named':
      return [settledNote(item, 'saved', verdict.image?.id ?? item.recordId)];
    case 'absent':
      return [settledNote(item, 'absent', null)];
    case 'undecidable':
      return [settledNote(item, 'unknown', null)];
  }
}

/**
 * One look at Billy for everything in doubt; returns what was settled. `altered` names fields that
 * Billy keeps otherwise than sent.
 */
export async function settleRound(
  context: JobContext,
  altered: ReadonlySet<string> = new Set(),
): Promise<Settled[]> {
  const { clock } = context;
  const items = await roundOf(context, ['doubt']);
  if (items.length === 0) return [];
  const lookMs = steadyMs(clock);
  const settled = (await lookAt(context, { items, altered })).map((seen) => {
    const patch = patchOf(context, seen, lookMs);
    return { item: seen.item, patch, now: imageOfVerdict(seen), notes: notesOf(seen, patch) };
  });
  for (const { item, patch, now } of settled) {
    if (patch.state !== 'ended') continue;
    // A row that failed half-way has changed the record all the same.
    await shareRecord(context, item, now ?? (item.hasWritten ? item.after : null));
  }
  if (settled.some(({ patch }) => patch.code === ADOPTED.code)) await warn(context, [ADOPTED_ROWS]);
  // In pieces: each stands for itself, for what one has adopted is owned when the rest is judged again.
  for (let start = 0; start < settled.length; start += SETTLED_AT_ONCE) {
    const part = settled.slice(start, start + SETTLED_AT_ONCE);
    await changeItems(
      context,
      part.map(({ item, patch }): ItemChange => ({ seq: item.seq, from: ['doubt'], patch })),
      { journal: part.flatMap(({ notes }) => notes) },
    );
    await clock.turn();
  }
  return settled;
}

/**
 * Settles everything in doubt without sending anything anew. Rejects on an outage; returns early when
 * the process stops.
 */
export async function settleAll(context: JobContext): Promise<void> {
  const { clock } = context;
  await markInterrupted(context);
  for (;;) {
    const dueMs = await nextLook(context);
    if (dueMs === null) return;
    await clock.sleep(Math.max(dueMs - steadyMs(clock), 1), context.stop);
    if (context.stop.aborted) return;
    await settleRound(context);
  }
}
