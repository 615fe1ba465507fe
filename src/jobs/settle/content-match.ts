/**
 * Compares contents: is this record the one that a request created, although some fields differ? A policy
 * judges each differing field, and the worst judgement counts.
 */
import type { WireBody } from '../../billy/types.js';
import {
  childrenOf,
  differsFromSent,
  sameField,
  sameValue,
} from '../../resources/definition/record-image.js';
import type { Resource } from '../../resources/definition/resource.js';
import type { RecordImage } from '../../model/record.js';

/**
 * The degrees to which contents match, the best first. `equal`: in every field that counts. `leftOut`: except
 * fields that Billy is known to leave out. `altered`: except fields that Billy is known to store in its own
 * form. `unclear`: except those, and fields that prove nothing. `other`: different content.
 */
const DEGREES = ['equal', 'leftOut', 'altered', 'unclear', 'other'] as const;

export type ContentMatch = (typeof DEGREES)[number];

/** Judges one differing field. `isEmpty`: the record holds nothing in it. */
type MatchPolicy = (field: string, held: { readonly isEmpty: boolean }) => ContentMatch;

export type MatchShape = Parameters<typeof differsFromSent>[2] &
  Pick<Resource, 'unsteadyFields' | 'keysOfImage' | 'numberKeys' | 'identityOf'>;

/** The rules of a comparison; `altered` names fields that Billy is known to store differently than sent. */
export interface Compare {
  readonly altered: ReadonlySet<string>;
  readonly shape: MatchShape;
}

function worstOf(
  differing: readonly string[],
  image: RecordImage,
  policy: MatchPolicy,
): ContentMatch {
  const isEmpty = (field: string): boolean =>
    field in image.fields
      ? sameValue(image.fields[field], null)
      : childrenOf(image, field).length === 0;
  const degrees = differing.map((field) =>
    DEGREES.indexOf(policy(field, { isEmpty: isEmpty(field) })),
  );
  return DEGREES[Math.max(0, ...degrees)] ?? 'other';
}

/** True if a difference in this field does not exclude the record. */
export function isUncertain(field: string, { altered, shape }: Compare): boolean {
  return altered.has(field) || shape.unsteadyFields.includes(field);
}

/**
 * Compares the body of a create with a record, both in normal spelling (resources/definition/spelling.ts).
 * People may have changed an unsteady field since.
 */
export function contentMatch(body: WireBody, image: RecordImage, compare: Compare): ContentMatch {
  return worstOf(differsFromSent(body, image, compare.shape), image, (field, { isEmpty }) => {
    if (compare.altered.has(field)) return isEmpty ? 'leftOut' : 'altered';
    return isUncertain(field, compare) ? 'unclear' : 'other';
  });
}

/**
 * Compares the body of a recreation with a record. Billy may leave out a field that its page does not
 * document. A record without a documented field may be the recreated one, or another person's.
 */
export function recreationMatch(
  body: WireBody,
  image: RecordImage,
  shape: Parameters<typeof differsFromSent>[2] & Pick<Resource, 'undocumentedFields'>,
): ContentMatch {
  return worstOf(differsFromSent(body, image, shape), image, (field, { isEmpty }) => {
    if (!isEmpty) return 'other';
    return shape.undocumentedFields.includes(field) ? 'equal' : 'unclear';
  });
}

/**
 * True if one of two deleted records could be taken for the other once it is recreated: each field is equal,
 * or proves nothing.
 */
export function couldBeConfused(
  one: RecordImage,
  other: RecordImage,
  shape: Pick<Resource, 'fields' | 'ownFields' | 'undocumentedFields' | 'relations'>,
): boolean {
  const differing = shape.fields.filter(
    (field) => !sameField(field, one.fields[field], other.fields[field]),
  );
  const counts = Object.keys(shape.relations).filter(
    (name) => childrenOf(one, name).length !== childrenOf(other, name).length,
  );
  const isUnset = (field: string): boolean => sameValue(one.fields[field], null);
  const match = worstOf([...differing, ...counts], other, (field, { isEmpty }) => {
    if (shape.undocumentedFields.includes(field)) return 'equal';
    const isField = shape.fields.includes(field) && !shape.ownFields.includes(field);
    return isField && (isEmpty || isUnset(field)) ? 'equal' : 'other';
  });
  return match === 'equal';
}
