/**
 * Writes whose answer was lost, settled by looking (contract, section 5.1). A record is ours when it
 * was not in the snapshot taken while planning, no item of any job owns it, and it equals what was
 * sent. "Not there" needs a second look, after the write's own deadline and Billy's settling time.
 */
import { LIMITS } from '../core/limits.js';
import type { WireBody } from '../billy/types.js';
import { canonicalJson } from '../core/hash.js';
import { childrenOf, differsFromSent, imageOf, relationOf, sameValue } from '../resources/image.js';
import type {
  ItemChange,
  ItemPatch,
  ItemRecord,
  JournalNote,
  RecordImage,
  Scalar,
  Step,
} from '../store/types.js';
import { shareImage } from './follow.js';
import { lostNote, settledNote } from './journal.js';
import { writtenPatch } from './send.js';
import { changeItems, jobRead, lookUp, stepsOf, type Work } from './work.js';

/** What a look at Billy says about one lost write. */
export type Verdict =
  | { readonly kind: 'happened'; readonly image: RecordImage }
  | { readonly kind: 'absent' }
  | { readonly kind: 'undecidable' };

type Shape = Parameters<typeof differsFromSent>[2];

/** Lost writes settled at once; the verdict on equal ones needs to see them all. */
const ROUND_ITEMS = 5000;

function stepOf(item: ItemRecord): Step | null {
  return stepsOf(item)[item.step] ?? null;
}

function isRecordCreate(work: Work, item: ItemRecord): boolean {
  const step = stepOf(item);
  return step?.kind === 'create' && relationOf(work.resource, step.collection) === null;
}

/** When the write can no longer arrive, by its own deadline and the settling time, wall time. */
export function settledAtMs(item: ItemRecord, work: Pick<Work, 'settings'>): number {
  const sentAtMs = item.intentAtMs ?? item.lostAtMs ?? 0;
  return sentAtMs + work.settings.timeoutMs + work.settings.settleMs;
}

/** When an item wants to be looked at next: soon after the loss, then once it is past its deadline. */
export function nextLookMs(item: ItemRecord, work: Pick<Work, 'settings'>): number {
  if (item.lookedAtMs === null) return (item.lostAtMs ?? 0) + LIMITS.settleGatherMs;
  return settledAtMs(item, work);
}

interface Look {
  /** Records that nobody is known to own and that were not there before. */
  readonly strangers: readonly RecordImage[];
  readonly byId: ReadonlyMap<string, RecordImage | null>;
  /** Contents of creates that are under way right now; a stranger may be theirs. */
  readonly underWay: ReadonlySet<string>;
  readonly altered: ReadonlySet<string>;
}

/** What is compared of a create: fields that Billy is known to keep otherwise than sent tell nothing. */
function contentOf(item: ItemRecord, altered: ReadonlySet<string>): string {
  const sent = Object.entries(stepOf(item)?.body ?? {}).filter(([field]) => !altered.has(field));
  return canonicalJson(Object.fromEntries(sent));
}

/** Records of a page that were not there before and that no item is known to own yet. */
async function strangersIn(work: Work, images: readonly RecordImage[]): Promise<RecordImage[]> {
  const { store, jobId } = work;
  const recordIds = images.map(({ id }) => id);
  const known = await store.getPool({ jobId, layer: 'before', recordIds });
  const owned = await store.findOwned({ recordIds });
  return images.filter(({ id }) => !known.has(id) && !owned.has(id));
}

interface Asked {
  /** The lost writes that this look is for. */
  readonly items: readonly ItemRecord[];
  readonly altered: ReadonlySet<string>;
}

async function listAll(work: Work, wanted: ReadonlySet<string>, asked: Asked): Promise<Look> {
  const { store, billy, resource, jobId } = work;
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
  const open = await store.listItems({ jobId, states: ['sending', 'doubt'], limit: ROUND_ITEMS });
  const others = open.filter(({ seq, state }) => state === 'sending' || !seqs.has(seq));
  const strangers = await strangersIn(work, fresh);
  const underWay = new Set(others.map((item) => contentOf(item, asked.altered)));
  return { strangers, byId, underWay, altered: asked.altered };
}

async function look(work: Work, asked: Asked): Promise<Look> {
  const { items, altered } = asked;
  const needsList = items.some((item) => isRecordCreate(work, item));
  const ids = new Set(items.map(({ recordId }) => recordId).filter((id) => id !== null));
  if (needsList || ids.size > LIMITS.lookUpsMax) return listAll(work, ids, asked);
  const byId = new Map<string, RecordImage | null>();
  for (const id of ids) byId.set(id, await lookUp(work, id));
  return { strangers: [], byId, underWay: new Set(), altered };
}

/**
 * For k lost creates of equal content and c such strangers: c <= k adopts c of them, c > k decides
 * nothing. Equal content under way right now postpones the group (null).
 */
export function judgeCreates(
  group: readonly ItemRecord[],
  seen: Look,
  shape: Shape,
): (Verdict | null)[] {
  const [first] = group;
  const body = first === undefined ? undefined : stepOf(first)?.body;
  if (first === undefined || body === undefined) return [];
  const { strangers, underWay, altered } = seen;
  if (underWay.has(contentOf(first, altered))) return group.map(() => null);
  const likeness = strangers.map((image) => ({
    image,
    is: likenessOf({ body, altered }, image, shape),
  }));
  const equal = likeness.filter(({ is }) => is === 'equal').map(({ image }) => image);
  const isUnclear = likeness.some(({ is }) => is === 'unclear') || equal.length > group.length;
  if (isUnclear) return group.map(() => ({ kind: 'undecidable' }));
  return group.map((_, index) => {
    const image = equal[index];
    return image === undefined ? { kind: 'absent' } : { kind: 'happened', image };
  });
}

/**
 * A field that Billy is known to leave out may be empty in the record. One that it keeps in another
 * form cannot be compared: the record may be ours or another row's.
 */
function likenessOf(
  sent: { body: WireBody; altered: ReadonlySet<string> },
  image: RecordImage,
  shape: Shape,
): 'equal' | 'unclear' | 'other' {
  const { body, altered } = sent;
  const differing = differsFromSent(body, image, shape);
  if (differing.some((field) => !altered.has(field))) return 'other';
  const isLeftOut = (field: string): boolean =>
    field in image.fields
      ? sameValue(image.fields[field], null)
      : childrenOf(image, field).length === 0;
  return differing.every(isLeftOut) ? 'equal' : 'unclear';
}

function holds(
  fields: Readonly<Record<string, Scalar>>,
  sent: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(sent).every(([key, value]) => sameValue(fields[key], value as Scalar));
}

function judgeFields(
  step: Step,
  now: Readonly<Record<string, Scalar>> | null,
  before: Readonly<Record<string, Scalar>> | null,
): 'happened' | 'absent' | 'undecidable' {
  if (now === null) return 'undecidable';
  if (holds(now, step.body)) return 'happened';
  const keys = Object.keys(step.body);
  const wasSo = before !== null && keys.every((key) => sameValue(now[key], before[key]));
  return wasSo ? 'absent' : 'undecidable';
}

interface Compared {
  readonly step: Step;
  readonly now: RecordImage;
  readonly before: RecordImage;
}

function verdictOf(kind: Verdict['kind'], image: RecordImage): Verdict {
  return kind === 'happened' ? { kind, image } : { kind };
}

function judgeChildUpdate({ step, now, before }: Compared, relation: string): Verdict {
  const childIn = (image: RecordImage): Readonly<Record<string, Scalar>> | null =>
    childrenOf(image, relation).find(({ id }) => id === step.id)?.fields ?? null;
  return verdictOf(judgeFields(step, childIn(now), childIn(before)), now);
}

function judgeChildCreate(
  { step, now, before }: Compared,
  relation: string,
  names: readonly string[],
): Verdict {
  const sent = Object.fromEntries(Object.entries(step.body).filter(([key]) => names.includes(key)));
  const known = new Set(childrenOf(before, relation).map(({ id }) => id));
  const fresh = childrenOf(now, relation).filter(
    (child) => !known.has(child.id) && holds(child.fields, sent),
  );
  if (fresh.length > 1) return { kind: 'undecidable' };
  return verdictOf(fresh.length === 1 ? 'happened' : 'absent', now);
}

/** A lost update of a record or a lost write of one of its children, seen in the record as it is now. */
export function judgeChange(item: ItemRecord, now: RecordImage | null, shape: Shape): Verdict {
  const step = stepOf(item);
  const before = item.after ?? item.before;
  if (step === null || now === null || before === null) return { kind: 'undecidable' };
  const relation = relationOf(shape, step.collection);
  if (relation === null) return verdictOf(judgeFields(step, now.fields, before.fields), now);
  const compared = { step, now, before };
  if (step.kind === 'update') return judgeChildUpdate(compared, relation);
  return judgeChildCreate(compared, relation, shape.relations[relation]?.fields ?? []);
}

function happenedPatch(item: ItemRecord, image: RecordImage): ItemPatch {
  const next = item.step + 1;
  if (next >= stepsOf(item).length) return writtenPatch(item, image);
  return { state: 'ready', step: next, recordId: image.id, after: image, hasWritten: true };
}

function absentPatch(work: Work, item: ItemRecord, lookMs: number): ItemPatch {
  const isSecondLook = item.lookedAtMs !== null;
  if (!isSecondLook || lookMs < settledAtMs(item, work)) return { lookedAtMs: lookMs };
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

function patchOf(
  work: Work,
  item: ItemRecord,
  seen: { verdict: Verdict; lookMs: number },
): ItemPatch {
  const { verdict, lookMs } = seen;
  switch (verdict.kind) {
    case 'happened':
      return happenedPatch(item, verdict.image);
    case 'absent':
      return absentPatch(work, item, lookMs);
    case 'undecidable':
      return {
        state: 'ended',
        outcome: 'unknown',
        code: 'OUTCOME_UNKNOWN',
        message: 'the answer was lost, and what Billy holds does not tell whether it was saved',
      };
  }
}

function groupCreates(
  work: Work,
  items: readonly ItemRecord[],
  altered: ReadonlySet<string>,
): ItemRecord[][] {
  const groups = new Map<string, ItemRecord[]>();
  for (const item of items.filter((each) => isRecordCreate(work, each))) {
    const content = contentOf(item, altered);
    groups.set(content, [...(groups.get(content) ?? []), item]);
  }
  return [...groups.values()];
}

export interface Settled {
  readonly item: ItemRecord;
  readonly patch: ItemPatch;
}

/** Items that a crash left between intent and outcome are in doubt like any lost answer. */
export async function doubtInterrupted(work: Work): Promise<void> {
  const { store, jobId, clock } = work;
  for (;;) {
    const items = await store.listItems({ jobId, states: ['sending'], limit: ROUND_ITEMS });
    if (items.length === 0) return;
    const patch: ItemPatch = { state: 'doubt', lostAtMs: clock.nowMs(), lookedAtMs: null };
    await changeItems(
      work,
      items.map(({ seq }) => ({ seq, from: ['sending'] as const, patch })),
      { journal: items.map(lostNote) },
    );
  }
}

/** Items in doubt, and when the first of them wants a look (wall time); null: none. */
export async function nextLook(work: Work): Promise<number | null> {
  const { store, jobId } = work;
  const items = await store.listItems({ jobId, states: ['doubt'], limit: ROUND_ITEMS });
  if (items.length === 0) return null;
  return Math.min(...items.map((item) => nextLookMs(item, work)));
}

interface Judged {
  readonly item: ItemRecord;
  readonly verdict: Verdict;
}

function judgeAll(work: Work, items: readonly ItemRecord[], seen: Look): Judged[] {
  const { resource } = work;
  const creates = groupCreates(work, items, seen.altered).flatMap((group) => {
    const verdicts = judgeCreates(group, seen, resource);
    return group.flatMap((item, index) => {
      const verdict = verdicts[index] ?? null;
      return verdict === null ? [] : [{ item, verdict }];
    });
  });
  const changes = items
    .filter((item) => !isRecordCreate(work, item))
    .map((item) => {
      const now = seen.byId.get(item.recordId ?? '') ?? null;
      return { item, verdict: judgeChange(item, now, resource) };
    });
  return [...creates, ...changes];
}

/** What the look has decided; nothing while the item stays in doubt. */
function notesOf({ item, verdict }: Judged, patch: ItemPatch): JournalNote[] {
  if (patch.state === undefined) return [];
  switch (verdict.kind) {
    case 'happened':
      return [settledNote(item, 'saved', verdict.image.id)];
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
  const { store, jobId, clock } = work;
  const items = await store.listItems({ jobId, states: ['doubt'], limit: ROUND_ITEMS });
  if (items.length === 0) return [];
  const lookMs = clock.nowMs();
  const seen = await look(work, { items, altered });
  const settled = judgeAll(work, items, seen).map((judged) => {
    const { item, verdict } = judged;
    const patch = patchOf(work, item, { verdict, lookMs });
    return { item, patch, notes: notesOf(judged, patch) };
  });
  for (const { item, patch } of settled) {
    if (patch.state === 'ended') await shareImage(work, item, patch.after ?? null);
  }
  await changeItems(
    work,
    settled.map(({ item, patch }): ItemChange => ({ seq: item.seq, from: ['doubt'], patch })),
    { journal: settled.flatMap(({ notes }) => notes) },
  );
  return settled;
}
