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
import { Breather } from '../../core/event-loop.js';
import { knownAltered } from '../job/altered-fields.js';
import { judgeAllCreates } from './judge-creates.js';
import {
  imageLeftBy,
  imageMadeBy,
  judgeChange,
  type Judged,
  type Look,
} from './judge-lost-writes.js';
import {
  changeItems,
  itemBatches,
  jobRead,
  lookUp,
  readJob,
  warn,
  type Work,
} from '../job/job-context.js';
import { shareImage } from '../snapshot/share-record.js';
import { writtenPatch, bodyOf, stepOf, stepsOf } from '../job/item-steps.js';

/** Lost writes settled at once; the verdict on equal ones needs to see them all. */
const ROUND_ITEMS = 5000;
/** And stored at once: no transaction may hold the event loop for long. */
const SETTLED_AT_ONCE = 100;

function isRecordCreate(work: Work, item: ItemRecord): boolean {
  const step = stepOf(item);
  return step?.kind === 'create' && relationOf(work.resource, step.collection) === null;
}

/** The first items in these states, as many as one round settles. */
async function roundOf(work: Work, states: readonly ItemState[]): Promise<ItemRecord[]> {
  const found: ItemRecord[] = [];
  for await (const items of itemBatches(work, { states })) {
    found.push(...items);
    if (found.length >= ROUND_ITEMS) break;
  }
  return found.slice(0, ROUND_ITEMS);
}

/** When the write can no longer arrive, by its own deadline and the settling time, steady time. */
export function settledAtMs(item: ItemRecord, work: Pick<Work, 'settings'>): number {
  const sentAtMs = item.intentAtMs ?? item.lostAtMs ?? 0;
  return sentAtMs + work.settings.timeoutMs + work.settings.settleMs;
}

/** When an item wants to be looked at next: soon after the loss, then once it is past its deadline. */
export function nextLookMs(item: ItemRecord, work: Pick<Work, 'settings'>): number {
  if (item.lookedAtMs === null) return (item.lostAtMs ?? 0) + LIMITS.settleGatherMs;
  return settledAtMs(item, work);
}

/** Records of a page that were not there before and that no item is known to own yet. */
export async function strangersIn(
  work: Work,
  images: readonly RecordImage[],
): Promise<RecordImage[]> {
  const { store, jobId } = work;
  const recordIds = images.map(({ id }) => id);
  const known = await store.getPool({ jobId, layer: 'before', recordIds });
  const owned = await store.findOwned({ recordIds });
  return images.filter(({ id }) => !known.has(id) && !owned.has(id));
}

/** Writes of other jobs that may have been saved after our snapshot without their job knowing. */
async function unknownElsewhere(work: Work): Promise<ItemRecord[]> {
  const { store, jobId, settings } = work;
  const { lane, startedAtMs, createdAtMs } = await readJob(work);
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
  work: Work,
  { ids: wanted, altered }: { ids: ReadonlySet<string>; altered: ReadonlySet<string> },
  asked: Asked,
): Promise<Look> {
  const { billy, resource } = work;
  const { areRefused = false } = asked;
  const byId = new Map<string, RecordImage | null>([...wanted].map((id) => [id, null] as const));
  const fresh: RecordImage[] = [];
  const options = { ...jobRead(work), include: resource.include };
  for await (const records of billy.listAll(resource.collection, options)) {
    const images = records.map((record) => imageOf(record, resource));
    for (const image of images) if (wanted.has(image.id)) byId.set(image.id, image);
    fresh.push(...(await strangersIn(work, images)));
  }
  // First who is under way, or lost its answer since; then who owns what: an item that ends in
  // between is seen as an owner.
  const seqs = new Set(asked.items.map(({ seq }) => seq));
  const open = await roundOf(work, ['sending', 'doubt']);
  const isSentAgain = (state: ItemState): boolean => state === 'sending' && !areRefused;
  const others = open.filter(({ seq, state }) => isSentAgain(state) || !seqs.has(seq));
  const strangers = await strangersIn(work, fresh);
  const underWay = others.map(bodyOf);
  const contested = (await unknownElsewhere(work)).map(bodyOf);
  return { strangers, byId, underWay, altered, contested };
}

async function look(work: Work, asked: Asked): Promise<Look> {
  const { items } = asked;
  const altered = new Set([...asked.altered, ...(await knownAltered(work))]);
  const needsList = items.some((item) => isRecordCreate(work, item));
  const ids = new Set(items.map(({ recordId }) => recordId).filter((id) => id !== null));
  if (needsList || ids.size > LIMITS.lookUpsMax) return listAll(work, { ids, altered }, asked);
  const byId = new Map<string, RecordImage | null>();
  for (const id of ids) byId.set(id, await lookUp(work, id));
  return { strangers: [], byId, underWay: [], altered, contested: [] };
}

function happenedPatch(item: ItemRecord, image: RecordImage | null): ItemPatch {
  const next = item.step + 1;
  if (next >= stepsOf(item).length) return writtenPatch(item, image);
  const recordId = image?.id ?? item.recordId;
  return { state: 'ready', step: next, recordId, after: image, hasWritten: true };
}

/** No later look can tell more: it is the second one, and nothing can arrive any more. */
function isLastLook(work: Work, item: ItemRecord, lookMs: number): boolean {
  return item.lookedAtMs !== null && lookMs >= settledAtMs(item, work);
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

function patchOf(work: Work, { item, verdict, left }: Seen, lookMs: number): ItemPatch {
  if (verdict.kind === 'happened') return happenedPatch(item, left);
  if (!isLastLook(work, item, lookMs)) return { lookedAtMs: lookMs };
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
export async function doubtInterrupted(work: Work): Promise<void> {
  const { store, jobId, clock } = work;
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
      work,
      items.map(({ seq }) => ({ seq, from: ['sending'] as const, patch })),
      { journal: items.map(lostNote) },
    );
  }
}

/**
 * A process that takes a job up counts the writes in doubt as sent now: their stamps are of another
 * process, whose clock may have been another, and nothing may be called absent too early.
 */
export async function restampDoubts(work: Work): Promise<void> {
  for await (const items of itemBatches(work, { states: ['doubt'] })) {
    const nowMs = steadyMs(work.clock);
    const patch: ItemPatch = { intentAtMs: nowMs, lostAtMs: nowMs, lookedAtMs: null };
    await changeItems(
      work,
      items.map(({ seq }) => ({ seq, from: ['doubt'] as const, patch })),
    );
  }
}

/** Without the snapshot from before its intent nobody can tell any more what became of an item. */
export function isSettleable({ outcome, intentAtMs }: ItemRecord): boolean {
  return outcome === 'unknown' && intentAtMs !== null;
}

/** Items whose outcome was unknown when their job ended are looked at again: they may be in Billy. */
export async function reviveUnknown(work: Work): Promise<void> {
  const { clock } = work;
  for await (const items of itemBatches(work, { isTrouble: true })) {
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
      work,
      unknown.map(({ seq }) => ({ seq, from: ['ended'] as const, patch })),
    );
  }
}

/** Items in doubt, and when the first of them wants a look (steady time); null: none. */
export async function nextLook(work: Work): Promise<number | null> {
  const items = await roundOf(work, ['doubt']);
  if (items.length === 0) return null;
  return Math.min(...items.map((item) => nextLookMs(item, work)));
}

function imageOfVerdict({ verdict }: Judged): RecordImage | null {
  return verdict.kind === 'happened' || verdict.kind === 'named' ? verdict.image : null;
}

async function judgeAll(work: Work, items: readonly ItemRecord[], look: Look): Promise<Seen[]> {
  const { resource: shape, clock } = work;
  const { altered } = look;
  const lost = items.filter((item) => isRecordCreate(work, item));
  const judged: Seen[] = (await judgeAllCreates(lost, look, { shape, clock })).map((each) => {
    const image = imageOfVerdict(each);
    const left = image === null ? null : imageMadeBy(each.item, image, { shape, altered });
    return { ...each, left };
  });
  const breather = new Breather(clock);
  for (const item of items.filter((each) => !isRecordCreate(work, each))) {
    const now = look.byId.get(item.recordId ?? '') ?? null;
    const verdict = judgeChange(item, now, { shape, altered });
    const isChanged = verdict.kind === 'happened' && now !== null;
    judged.push({
      item,
      verdict,
      left: isChanged ? imageLeftBy(item, now, { shape, altered }) : null,
    });
    await breather.breathe();
  }
  return judged;
}

/** What one look, right now, says of these items; those missing cannot be told yet. */
export async function lookAt(work: Work, asked: Asked): Promise<readonly Seen[]> {
  return judgeAll(work, asked.items, await look(work, asked));
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
  work: Work,
  altered: ReadonlySet<string> = new Set(),
): Promise<Settled[]> {
  const { clock } = work;
  const items = await roundOf(work, ['doubt']);
  if (items.length === 0) return [];
  const lookMs = steadyMs(clock);
  const settled = (await lookAt(work, { items, altered })).map((seen) => {
    const patch = patchOf(work, seen, lookMs);
    return { item: seen.item, patch, now: imageOfVerdict(seen), notes: notesOf(seen, patch) };
  });
  for (const { item, patch, now } of settled) {
    if (patch.state !== 'ended') continue;
    // A row that failed half-way has changed the record all the same.
    await shareImage(work, item, now ?? (item.hasWritten ? item.after : null));
  }
  if (settled.some(({ patch }) => patch.code === ADOPTED.code)) await warn(work, [ADOPTED_ROWS]);
  // In pieces: each stands for itself, for what one has adopted is owned when the rest is judged again.
  for (let start = 0; start < settled.length; start += SETTLED_AT_ONCE) {
    const part = settled.slice(start, start + SETTLED_AT_ONCE);
    await changeItems(
      work,
      part.map(({ item, patch }): ItemChange => ({ seq: item.seq, from: ['doubt'], patch })),
      { journal: part.flatMap(({ notes }) => notes) },
    );
    await clock.turn();
  }
  return settled;
}
