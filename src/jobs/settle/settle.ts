/**
 * Settles unconfirmed writes, which lost their answer, by looking at Billy (contract, section 5.1). A record
 * is ours if it was not in the snapshot of the plan, no item of any job owns it, and it equals the sent
 * values. The verdict "absent" needs a second look, after the write's own deadline and Billy's settling time.
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

/** Lost writes that one round settles: the verdict on equal ones must consider them together. */
const ROUND_ITEMS = 5000;
/** Settled items per transaction, so that none blocks the event loop for long. */
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

/** The steady time from which the write can no longer arrive: after its deadline and the settling time. */
export function settledAtMs(item: ItemRecord, context: Pick<JobContext, 'settings'>): number {
  const sentAtMs = item.intentAtMs ?? item.lostAtMs ?? 0;
  return sentAtMs + context.settings.timeoutMs + context.settings.settleMs;
}

/** The time of an item's next look: soon after the loss, then once the write can no longer arrive. */
export function nextLookMs(item: ItemRecord, context: Pick<JobContext, 'settings'>): number {
  if (item.lookedAtMs === null) return (item.lostAtMs ?? 0) + LIMITS.settleGatherMs;
  return settledAtMs(item, context);
}

/** The records among these that did not exist before and that no item is known to own. */
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

/** Writes of other jobs with an unknown outcome, which Billy may have saved after our snapshot. */
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
  /** The writes were refused and their sender still holds them, so they are not in flight. */
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
  // First read the items in flight or unconfirmed, then the owners: an item that ends in between is then
  // seen as an owner.
  const seqs = new Set(asked.items.map(({ seq }) => seq));
  const open = await roundOf(context, ['sending', 'doubt']);
  const isSentAgain = (state: ItemState): boolean => state === 'sending' && !areRefused;
  const others = open.filter(({ seq, state }) => isSentAgain(state) || !seqs.has(seq));
  const unowned = await unownedIn(context, fresh);
  const inFlight = others.map(bodyOf);
  const unresolvedElsewhere = (await unknownElsewhere(context)).map(bodyOf);
  return { unowned, byId, inFlight, altered, unresolvedElsewhere };
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

/** True if a later look cannot find more: this is the second look, and the write can no longer arrive. */
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
    message: 'Billy failed at each attempt and has not saved this row',
  };
}

const UNKNOWN: ItemPatch = {
  state: 'ended',
  outcome: 'unknown',
  code: 'OUTCOME_UNKNOWN',
  message: 'the answer was lost, and the records in Billy do not show whether this row was saved',
};

const ADOPTED: Problem = {
  code: 'ADOPTED_BY_KEY',
  message:
    'The answer was lost. Billy has one new record with the number of this row, but other fields differ. The job counts it as the record of this row. A rollback leaves it unchanged.',
};

const ADOPTED_ROWS: Problem = {
  code: 'ADOPTED_BY_KEY',
  message:
    'The answer for at least one row was lost, and a new record with its number but with other fields was counted as its record. The report names the rows.',
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

/** A verdict, with the record as the write left it; people may have changed the record since. */
interface Seen extends Judged {
  readonly left: RecordImage | null;
}

export interface Settled {
  readonly item: ItemRecord;
  readonly patch: ItemPatch;
}

/**
 * Marks items that a crash left between intent and outcome as unconfirmed. Their write counts as sent now: a
 * process that was only asleep (a closed laptop) may wake right after its last check, and send.
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
 * Counts all unconfirmed writes as sent now; called by a process that takes over a job. Their stamps are
 * from the clock of another process, and no write may be declared absent too early.
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

/** True if an unknown outcome can still be settled: this needs the snapshot from before the item's intent. */
export function isSettleable({ outcome, intentAtMs }: ItemRecord): boolean {
  return outcome === 'unknown' && intentAtMs !== null;
}

/** Makes items that ended unknown unconfirmed again: their records may be in Billy. */
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

/** The steady time at which the first unconfirmed item needs a look; null: no item is unconfirmed. */
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
  evidence: Evidence,
): Promise<Seen[]> {
  const { resource: shape, clock } = context;
  const { altered } = evidence;
  const lost = items.filter((item) => isRecordCreate(context, item));
  const judged: Seen[] = (await judgeAllCreates(lost, evidence, { shape, clock })).map((each) => {
    const image = imageOfVerdict(each);
    const left = image === null ? null : imageMadeBy(each.item, image, { shape, altered });
    return { ...each, left };
  });
  const yielder = new EventLoopYielder(clock);
  for (const item of items.filter((each) => !isRecordCreate(context, each))) {
    const now = evidence.byId.get(item.recordId ?? '') ?? null;
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

/** Takes one look at Billy now and judges these items; items missing in the result cannot be judged yet. */
export async function lookAt(context: JobContext, asked: Asked): Promise<readonly Seen[]> {
  return judgeAll(context, asked.items, await look(context, asked));
}

/** The journal notes of a verdict; none while the item stays unconfirmed. */
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
 * Takes one look at Billy for all unconfirmed items, and returns the settled ones. `altered` names fields
 * that Billy stores differently than sent.
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
    // A partly written row that failed has changed the record nevertheless.
    await shareRecord(context, item, now ?? (item.hasWritten ? item.after : null));
  }
  if (settled.some(({ patch }) => patch.code === ADOPTED.code)) await warn(context, [ADOPTED_ROWS]);
  // Each part is valid by itself: a record that one part adopts is owned when the rest is judged again.
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
 * Settles all unconfirmed items without sending any write. Rejects on an outage; returns early when the
 * process stops.
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
