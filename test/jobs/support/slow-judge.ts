// How lost creates were judged before there was an index: every group against every record. Slow, and the
// measure of what the quick way must say.
import type { WireBody } from '../../../src/billy/types.js';
import { canonicalJson } from '../../../src/core/hash.js';
import { bodyOf, type Judged, type Look, type Verdict } from '../../../src/jobs/settle-judge.js';
import { childrenOf, differsFromSent, sameValue } from '../../../src/resources/image.js';
import type { Resource } from '../../../src/resources/resource.js';
import type { ItemRecord, RecordImage } from '../../../src/store/types.js';

type Shape = Parameters<typeof differsFromSent>[2] & Pick<Resource, 'unsteadyFields'>;

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
function judgeCreates(group: readonly ItemRecord[], seen: Look, shape: Shape): (Verdict | null)[] {
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
export function judgeOneByOne(items: readonly ItemRecord[], seen: Look, shape: Shape): Judged[] {
  let left = seen;
  const judged: Judged[] = [];
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
