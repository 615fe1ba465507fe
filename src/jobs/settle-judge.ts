/** What a look at Billy says about lost writes, from what was sent, what was there and what is there now. Pure. */
import type { WireBody } from '../billy/types.js';
import { canonicalJson } from '../core/hash.js';
import { childrenOf, differsFromSent, relationOf, sameValue } from '../resources/image.js';
import type { Resource } from '../resources/resource.js';
import type { ItemRecord, RecordImage, Scalar, Step } from '../store/types.js';
import { stepsOf } from './work.js';

/** What a look at Billy says about one lost write. */
export type Verdict =
  /** `image` is null for a deletion: nothing is there any more. */
  | { readonly kind: 'happened'; readonly image: RecordImage | null }
  | { readonly kind: 'absent' }
  | { readonly kind: 'undecidable' };

type Shape = Parameters<typeof differsFromSent>[2] & Pick<Resource, 'unsteadyFields'>;

/** The step that is next or under way. */
export function stepOf(item: ItemRecord): Step | null {
  return stepsOf(item)[item.step] ?? null;
}

export interface Look {
  /** Records that nobody is known to own and that were not there before. */
  readonly strangers: readonly RecordImage[];
  readonly byId: ReadonlyMap<string, RecordImage | null>;
  /** Creates that are under way right now; a stranger may be theirs. */
  readonly underWay: readonly WireBody[];
  readonly altered: ReadonlySet<string>;
  /** Creates whose job ended before it knew; a stranger may be theirs. */
  readonly contested: readonly WireBody[];
}

/** What is sent by the step that is next or under way. */
export function bodyOf(item: ItemRecord): WireBody {
  return stepOf(item)?.body ?? {};
}

/** What is compared of a create: fields that Billy is known to keep otherwise than sent tell nothing. */
function contentOf(body: WireBody, altered: ReadonlySet<string>): string {
  const sent = Object.entries(body).filter(([field]) => !altered.has(field));
  return canonicalJson(Object.fromEntries(sent));
}

/** Lost creates of equal content; those that say most come first, as a poorer one may be like theirs. */
function groupsOf(items: readonly ItemRecord[], altered: ReadonlySet<string>): ItemRecord[][] {
  const groups = new Map<string, ItemRecord[]>();
  for (const item of items) {
    const content = contentOf(bodyOf(item), altered);
    groups.set(content, [...(groups.get(content) ?? []), item]);
  }
  return [...groups].sort(([one], [other]) => other.length - one.length).map(([, group]) => group);
}

type Compare = Pick<Look, 'altered'> & { readonly shape: Shape };

function mayBe(body: WireBody, image: RecordImage, { altered, shape }: Compare): boolean {
  return likenessOf({ body, altered }, image, shape) !== 'other';
}

/**
 * For k lost creates of equal content and c such strangers: c <= k adopts c of them, c > k decides
 * nothing. Equal content under way right now postpones the group (null), and so does a stranger that
 * may be that of a create under way.
 */
export function judgeCreates(
  group: readonly ItemRecord[],
  seen: Look,
  shape: Shape,
): (Verdict | null)[] {
  const [first] = group;
  if (first === undefined) return [];
  const { strangers, underWay, altered, contested } = seen;
  const body = bodyOf(first);
  const compare = { altered, shape };
  const content = contentOf(body, altered);
  const likeness = strangers.map((image) => ({
    image,
    is: likenessOf({ body, altered }, image, shape),
  }));
  const equal = likeness.filter(({ is }) => is === 'equal').map(({ image }) => image);
  const isOneOf = (others: readonly WireBody[]): boolean =>
    equal.some((image) => others.some((other) => mayBe(other, image, compare)));
  const isSame = (other: WireBody): boolean => contentOf(other, altered) === content;
  if (underWay.some(isSame) || isOneOf(underWay)) return group.map(() => null);
  const isUnclear =
    isOneOf(contested) ||
    likeness.some(({ is }) => is === 'unclear') ||
    equal.length > group.length;
  if (isUnclear) return group.map(() => ({ kind: 'undecidable' }));
  return group.map((_, index) => {
    const image = equal[index];
    return image === undefined ? { kind: 'absent' } : { kind: 'happened', image };
  });
}

/** All lost creates of one look: none takes a stranger that another has, or may have. */
export function judgeAllCreates(
  items: readonly ItemRecord[],
  seen: Look,
  shape: Shape,
): { item: ItemRecord; verdict: Verdict }[] {
  let left = seen;
  const judged: { item: ItemRecord; verdict: Verdict }[] = [];
  for (const group of groupsOf(items, seen.altered)) {
    const verdicts = judgeCreates(group, left, shape);
    const taken = new Set<string>();
    for (const [index, item] of group.entries()) {
      const verdict = verdicts[index] ?? null;
      if (verdict === null) continue;
      judged.push({ item, verdict });
      if (verdict.kind === 'happened' && verdict.image !== null) taken.add(verdict.image.id);
    }
    const bodies = group.map(bodyOf);
    const isOpen = verdicts.some((verdict) => verdict === null);
    const isUnclear = verdicts.some((verdict) => verdict?.kind === 'undecidable');
    left = {
      ...left,
      strangers: left.strangers.filter(({ id }) => !taken.has(id)),
      underWay: isOpen ? [...left.underWay, ...bodies] : left.underWay,
      contested: isUnclear ? [...left.contested, ...bodies] : left.contested,
    };
  }
  return judged;
}

/**
 * A field that Billy is known to leave out may be empty in the record. One that it keeps in another
 * form cannot be compared, nor can one that people change soon after: the record may be ours or another
 * row's.
 */
function likenessOf(
  sent: { body: WireBody; altered: ReadonlySet<string> },
  image: RecordImage,
  shape: Shape,
): 'equal' | 'unclear' | 'other' {
  const { body, altered } = sent;
  const differing = differsFromSent(body, image, shape);
  const isOpen = (field: string): boolean =>
    altered.has(field) || shape.unsteadyFields.includes(field);
  if (!differing.every(isOpen)) return 'other';
  const isLeftOut = (field: string): boolean =>
    field in image.fields
      ? sameValue(image.fields[field], null)
      : childrenOf(image, field).length === 0;
  const isExplained = differing.every((field) => altered.has(field) && isLeftOut(field));
  return isExplained ? 'equal' : 'unclear';
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

function verdictOf(kind: Verdict['kind'], image: RecordImage | null): Verdict {
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

/** The step takes the record itself away, not one of its children. */
export function isRemoval(step: Step, shape: Shape): boolean {
  return step.kind === 'remove' && relationOf(shape, step.collection) === null;
}

/** A lost deletion, a lost update of a record or a lost write of one of its children, seen in the record as it is now. */
export function judgeChange(item: ItemRecord, now: RecordImage | null, shape: Shape): Verdict {
  const step = stepOf(item);
  const before = item.after ?? item.before;
  if (step !== null && isRemoval(step, shape)) {
    return verdictOf(now === null ? 'happened' : 'absent', null);
  }
  if (step === null || now === null || before === null) return { kind: 'undecidable' };
  const relation = relationOf(shape, step.collection);
  if (relation === null) return verdictOf(judgeFields(step, now.fields, before.fields), now);
  const compared = { step, now, before };
  if (step.kind === 'update') return judgeChildUpdate(compared, relation);
  return judgeChildCreate(compared, relation, shape.relations[relation]?.fields ?? []);
}
