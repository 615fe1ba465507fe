/** What a look at Billy says about lost writes, from what was sent, what was there and what is there now. */
import type { WireBody } from '../../billy/types.js';
import {
  applyStep,
  childrenOf,
  relationOf,
  scalarOf,
  sentChildren,
} from '../../resources/definition/record-image.js';
import { asCreated, type OthersRule } from '../../resources/definition/other-properties.js';
import { isKeptAs, spelledAlike } from '../../resources/definition/spelling.js';
import type { ItemRecord, Step } from '../../model/item.js';
import type { ChildImage, RecordImage } from '../../model/record.js';
import { stepOf, bodyOf, isRemoval, type ChangeShape } from '../job/item-steps.js';

/** What a look at Billy says about one lost write. */
export type Verdict =
  /** `image` is null for a deletion: nothing is there any more. */
  | { readonly kind: 'happened'; readonly image: RecordImage | null }
  /** One new record has the number that was sent, though other fields differ: it may be somebody's own. */
  | { readonly kind: 'named'; readonly image: RecordImage }
  | { readonly kind: 'absent' }
  | { readonly kind: 'undecidable' };

export interface Judged {
  readonly item: ItemRecord;
  readonly verdict: Verdict;
}

export interface Evidence {
  /** Records that nobody is known to own and that were not there before. */
  readonly unowned: readonly RecordImage[];
  readonly byId: ReadonlyMap<string, RecordImage | null>;
  /** Creates that are under way right now; a stranger may be theirs. */
  readonly inFlight: readonly WireBody[];
  readonly altered: ReadonlySet<string>;
  /** Creates whose job ended before it knew; a stranger may be theirs. */
  readonly unresolvedElsewhere: readonly WireBody[];
}

type Fields = Readonly<Record<string, unknown>>;

interface Compared {
  readonly step: Step;
  readonly now: RecordImage;
  readonly before: RecordImage;
  /** Fields that Billy is known to keep in a form of its own. */
  readonly altered: ReadonlySet<string>;
}

function verdictOf(
  kind: 'happened' | 'absent' | 'undecidable',
  image: RecordImage | null,
): Verdict {
  return kind === 'happened' ? { kind, image } : { kind };
}

/**
 * One request is saved whole or not at all (billy-api.md section 4). So one field with the value that was
 * sent, and that it had not before, tells that the request was saved, though somebody has changed another
 * field since; and one that has its earlier value tells that it was not.
 */
function judgeFields(
  sent: Fields,
  { now, before }: { readonly now: Fields | null; readonly before: Fields | null },
  altered: ReadonlySet<string>,
): 'happened' | 'absent' | 'undecidable' {
  if (now === null) return 'undecidable';
  const fields = Object.keys(sent);
  const isSent = (field: string, held: Fields): boolean =>
    isKeptAs(field, { sent: scalarOf(sent[field]), held: scalarOf(held[field]) });
  if (fields.every((field) => isSent(field, now))) return 'happened';
  if (before === null) return 'undecidable';
  const isAsBefore = (field: string): boolean =>
    spelledAlike(field, scalarOf(now[field]), scalarOf(before[field]));
  const changed = fields.filter((field) => !isSent(field, before));
  const isHere = (field: string): boolean =>
    isSent(field, now) || (altered.has(field) && !isAsBefore(field));
  const [isSaved, isMissing] = [changed.some(isHere), changed.some(isAsBefore)];
  if (isSaved === isMissing) return 'undecidable';
  return isSaved ? 'happened' : 'absent';
}

function fieldsOf(image: RecordImage, relation: string, id: string | null): Fields | null {
  return childrenOf(image, relation).find((child) => child.id === id)?.fields ?? null;
}

function judgeChildUpdate({ step, now, before, altered }: Compared, relation: string): Verdict {
  const held = {
    now: fieldsOf(now, relation, step.id),
    before: fieldsOf(before, relation, step.id),
  };
  return verdictOf(judgeFields(step.body, held, altered), now);
}

/** The value that was sent, or a form of it that Billy is known to keep. */
function isOf(
  [field, value]: readonly [string, unknown],
  fields: Fields,
  altered: ReadonlySet<string>,
): boolean {
  return (
    altered.has(field) || isKeptAs(field, { sent: scalarOf(value), held: scalarOf(fields[field]) })
  );
}

/** What a child is found again by: a price by its currency, a person by name or e-mail. */
const CHILD_NAMES: readonly string[] = ['currencyId', 'email', 'name'];

/** Children that were not there before. */
function freshChildren(now: RecordImage, before: RecordImage, relation: string) {
  const known = new Set(childrenOf(before, relation).map(({ id }) => id));
  return childrenOf(now, relation).filter(({ id }) => !known.has(id));
}

function judgeChildCreate(
  { step, now, before, altered }: Compared,
  relation: string,
  names: readonly string[],
): Verdict {
  const sent = Object.entries(step.body).filter(([field]) => names.includes(field));
  const fresh = freshChildren(now, before, relation);
  const equal = fresh.filter(({ fields }) => sent.every((entry) => isOf(entry, fields, altered)));
  if (equal.length === 1) return { kind: 'happened', image: now };
  const named = sent.filter(([field, value]) => CHILD_NAMES.includes(field) && value !== '');
  const isKin = ({ fields }: { readonly fields: Fields }): boolean =>
    named.some(([field, value]) => spelledAlike(field, scalarOf(fields[field]), scalarOf(value)));
  return { kind: fresh.some(isKin) ? 'undecidable' : 'absent' };
}
type CreateShape = ChangeShape & { readonly others?: OthersRule };

/** A lost deletion, a lost update of a record or a lost write of one of its children, seen in the record as it is now. */
export function judgeChange(
  item: ItemRecord,
  now: RecordImage | null,
  { shape, altered }: { readonly shape: ChangeShape; readonly altered: ReadonlySet<string> },
): Verdict {
  const step = stepOf(item);
  const before = item.after ?? item.before;
  if (step !== null && isRemoval(step, shape)) {
    return verdictOf(now === null ? 'happened' : 'absent', null);
  }
  if (step === null || now === null || before === null) return { kind: 'undecidable' };
  const relation = relationOf(shape, step.collection);
  const compared = { step, now, before, altered };
  if (relation === null) {
    const held = { now: now.fields, before: before.fields };
    return verdictOf(judgeFields(step.body, held, altered), now);
  }
  if (step.kind === 'update') return judgeChildUpdate(compared, relation);
  return judgeChildCreate(compared, relation, shape.relations[relation]?.fields ?? []);
}

/** The children that the body has made; what one was sent without counts for nothing. */
function madeChildren(
  sent: readonly Fields[],
  held: readonly ChildImage[],
  { names, altered }: { readonly names: readonly string[]; readonly altered: ReadonlySet<string> },
): ChildImage[] {
  const made = new Set<ChildImage>();
  const bodies = sent.map((child) =>
    Object.entries(child).filter(([name]) => names.includes(name)),
  );
  // Those that say most choose first, so that none takes another's place.
  for (const body of bodies.sort((one, other) => other.length - one.length)) {
    const own = held.find((child) => {
      return !made.has(child) && body.every((entry) => isOf(entry, child.fields, altered));
    });
    if (own !== undefined) made.add(own);
  }
  return held.filter((child) => made.has(child));
}

/**
 * The record as a lost create left it: without the properties and the children that people have given it
 * since. A rollback must see that those are not ours.
 */
export function imageMadeBy(
  item: ItemRecord,
  now: RecordImage,
  { shape, altered }: { readonly shape: CreateShape; readonly altered: ReadonlySet<string> },
): RecordImage {
  const body = bodyOf(item);
  const children = Object.entries(shape.relations).map(([name, { fields }]) => {
    const known = { names: fields, altered };
    return [name, madeChildren(sentChildren(body[name]), childrenOf(now, name), known)] as const;
  });
  return { ...asCreated(now, shape.others), children: Object.fromEntries(children) };
}

/**
 * The record as a lost change left it: the values that were sent, in Billy's spelling. What somebody has
 * put in their place since is not ours, and a rollback must see that it is not.
 */
export function imageLeftBy(
  item: ItemRecord,
  now: RecordImage,
  { shape, altered }: { readonly shape: ChangeShape; readonly altered: ReadonlySet<string> },
): RecordImage {
  const step = stepOf(item);
  const before = item.after ?? item.before;
  if (step === null || before === null) return now;
  const relation = relationOf(shape, step.collection);
  const held = heldBy(step, { now, before, altered }, relation);
  const body = Object.entries(step.body).map(([field, value]) => {
    const isOwn = held !== null && isOf([field, value], held.fields, altered);
    return [field, isOwn ? scalarOf(held.fields[field]) : value] as const;
  });
  const sent = { ...step, body: Object.fromEntries(body) };
  const childId = held?.id ?? null;
  if (held === null || childId === null) return applyStep(before, sent, shape);
  const left = applyStep(before, sent, { ...shape, childId });
  return step.kind === 'create' ? withOthersOf(left, held) : left;
}

/** What Billy gave a new child by itself is as it was found: no answer has told it. */
function withOthersOf(image: RecordImage, held: Pick<ChildImage, 'id' | 'others'>): RecordImage {
  const { others } = held;
  if (others === undefined) return image;
  const children = Object.entries(image.children).map(([name, each]) => {
    const now = each.map((child) => (child.id === held.id ? { ...child, others } : child));
    return [name, now] as const;
  });
  return { ...image, children: Object.fromEntries(children) };
}

/** The record, or the child of it, that the step has changed or made; null: it is there no longer. */
function heldBy(
  step: Step,
  { now, before, altered }: Omit<Compared, 'step'>,
  relation: string | null,
): Pick<ChildImage, 'id' | 'fields' | 'others'> | null {
  if (relation === null) return { id: null, fields: now.fields };
  if (step.kind !== 'create') {
    return childrenOf(now, relation).find(({ id }) => id === step.id) ?? null;
  }
  const fresh = freshChildren(now, before, relation);
  const isWhole = ({ fields }: { readonly fields: Fields }): boolean =>
    Object.entries(step.body).every(
      (entry) => !(entry[0] in fields) || isOf(entry, fields, altered),
    );
  return fresh.find(isWhole) ?? null;
}
