/** Judges lost writes: compares the sent values with the record before the write and the record now. */
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

/** The verdict on one lost write after a look at Billy. */
export type Verdict =
  /** `image` is null for a deletion: the record no longer exists. */
  | { readonly kind: 'happened'; readonly image: RecordImage | null }
  /** One new record has the sent number, but other fields differ: other people may have created it. */
  | { readonly kind: 'named'; readonly image: RecordImage }
  | { readonly kind: 'absent' }
  | { readonly kind: 'undecidable' };

export interface Judged {
  readonly item: ItemRecord;
  readonly verdict: Verdict;
}

export interface Evidence {
  /** New records without a known owner. */
  readonly unowned: readonly RecordImage[];
  readonly byId: ReadonlyMap<string, RecordImage | null>;
  /** Creates in flight right now; an unowned record may be the result of one. */
  readonly inFlight: readonly WireBody[];
  readonly altered: ReadonlySet<string>;
  /** Creates of other jobs that ended with an unknown outcome; an unowned record may be the result of one. */
  readonly unresolvedElsewhere: readonly WireBody[];
}

type Fields = Readonly<Record<string, unknown>>;

interface Compared {
  readonly step: Step;
  readonly now: RecordImage;
  readonly before: RecordImage;
  /** Fields that Billy is known to store in its own form. */
  readonly altered: ReadonlySet<string>;
}

function verdictOf(
  kind: 'happened' | 'absent' | 'undecidable',
  image: RecordImage | null,
): Verdict {
  return kind === 'happened' ? { kind, image } : { kind };
}

/**
 * Billy saves one request completely or not at all (billy-api.md section 4). So one field that has the sent
 * value, and had another before, proves that the request was saved, even if people have changed another
 * field since; and one field that still has its earlier value proves that it was not.
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

/** True if the field has the sent value, or if Billy is known to store the field in its own form. */
function isOf(
  [field, value]: readonly [string, unknown],
  fields: Fields,
  altered: ReadonlySet<string>,
): boolean {
  return (
    altered.has(field) || isKeptAs(field, { sent: scalarOf(value), held: scalarOf(fields[field]) })
  );
}

/** Fields that identify a child: a price by its currency, a person by name or e-mail. */
const CHILD_NAMES: readonly string[] = ['currencyId', 'email', 'name'];

/** Children that did not exist before. */
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

/** Judges a lost deletion, a lost update, or a lost write of a child, by the current record. */
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

/** The children that the body has created; fields that a child was sent without are not compared. */
function madeChildren(
  sent: readonly Fields[],
  held: readonly ChildImage[],
  { names, altered }: { readonly names: readonly string[]; readonly altered: ReadonlySet<string> },
): ChildImage[] {
  const made = new Set<ChildImage>();
  const bodies = sent.map((child) =>
    Object.entries(child).filter(([name]) => names.includes(name)),
  );
  // Bodies with the most fields choose first, so that none takes the child of another.
  for (const body of bodies.sort((one, other) => other.length - one.length)) {
    const own = held.find((child) => {
      return !made.has(child) && body.every((entry) => isOf(entry, child.fields, altered));
    });
    if (own !== undefined) made.add(own);
  }
  return held.filter((child) => made.has(child));
}

/**
 * The record as a lost create left it: without the properties and the children that people have added
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
 * The record as a lost change left it: the values that were sent, in Billy's spelling. Values that people
 * have written over them since are not ours, and a rollback must see that.
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

/** Takes over the properties that Billy itself gave a new child, since no answer has returned them. */
function withOthersOf(image: RecordImage, held: Pick<ChildImage, 'id' | 'others'>): RecordImage {
  const { others } = held;
  if (others === undefined) return image;
  const children = Object.entries(image.children).map(([name, each]) => {
    const now = each.map((child) => (child.id === held.id ? { ...child, others } : child));
    return [name, now] as const;
  });
  return { ...image, children: Object.fromEntries(children) };
}

/** The record, or its child, that the step has changed or created; null: it no longer exists. */
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
