/** Computes the state of a record without our writes, with the later changes by others. */
import type { ChildImage, RecordImage, Scalar } from '../../model/record.js';
import { sameValue } from './record-image.js';

type Fields = Readonly<Record<string, Scalar>>;

interface Writes<Image> {
  readonly before: Image;
  /** The state that our writes left. */
  readonly after: Image;
}

/** The newest values. A value that our writes left is replaced by the value from before them. */
function rebasedFields(now: Fields, { before, after }: Writes<Fields>): Fields {
  const rebased = Object.entries(now).map(([name, value]) => {
    const isOurs = !sameValue(before[name], after[name]) && sameValue(value, after[name]);
    return [name, isOurs ? (before[name] ?? null) : value] as const;
  });
  return Object.fromEntries(rebased);
}

function rebasedChildren(
  now: readonly ChildImage[],
  { before, after }: Writes<readonly ChildImage[]>,
): ChildImage[] {
  const byId = (children: readonly ChildImage[]) =>
    new Map(children.map((each) => [each.id, each]));
  const [had, left] = [byId(before), byId(after)];
  const isMadeByUs = ({ id }: ChildImage): boolean => left.has(id) && !had.has(id);
  const isGoneByUs = ({ id }: ChildImage): boolean => !left.has(id);
  const kept = now
    .filter((child) => !isMadeByUs(child))
    .map((child) => {
      const [one, other] = [had.get(child.id), left.get(child.id)];
      if (one === undefined || other === undefined) return child;
      const writes = { before: one.fields, after: other.fields };
      return { ...child, fields: rebasedFields(child.fields, writes) };
    });
  return [...kept, ...before.filter(isGoneByUs)];
}

/**
 * The record as it would be now without our writes: with the changes by others, and with the values from
 * before wherever it still holds ours.
 */
export function rebasedImage(
  now: RecordImage,
  { before, after }: Writes<RecordImage>,
): RecordImage {
  const children = Object.keys(now.children).map((name) => {
    const writes = { before: before.children[name] ?? [], after: after.children[name] ?? [] };
    return [name, rebasedChildren(now.children[name] ?? [], writes)] as const;
  });
  const fields = rebasedFields(now.fields, { before: before.fields, after: after.fields });
  return { ...now, fields, children: Object.fromEntries(children) };
}
