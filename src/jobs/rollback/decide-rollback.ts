/**
 * Decides how one item is rolled back, from the record before the job, after the job and now. Pure.
 */
import { archivedLike, isArchived } from '../../resources/definition/archive.js';
import {
  childrenOf,
  relationOf,
  sameChildren,
  sameField,
  sameImage,
} from '../../resources/definition/record-image.js';
import { differingOthers } from '../../resources/definition/other-properties.js';
import type { Resource } from '../../resources/definition/resource.js';
import type { ItemRecord, Step } from '../../model/item.js';
import type { ChildImage, Json, RecordImage, Scalar } from '../../model/record.js';
import { stepsOf } from '../job/item-steps.js';

export type RollbackVerdict =
  /** `reason` is null if this rollback itself restored the record. */
  | { readonly kind: 'done'; readonly reason: string | null }
  | { readonly kind: 'keep'; readonly reason: string }
  | { readonly kind: 'delete'; readonly image: RecordImage }
  | { readonly kind: 'recreate'; readonly before: RecordImage }
  | { readonly kind: 'restore'; readonly steps: readonly Step[]; readonly image: RecordImage };

type Fields = Readonly<Record<string, Scalar>>;

/** The body that restores the fields that were sent; null: they have their earlier values already. */
function earlierValues(
  sent: Readonly<Record<string, Json>>,
  before: Fields,
  now: Fields,
): Record<string, Json> | null {
  const keys = Object.keys(sent).filter((key) => !sameField(key, now[key], before[key]));
  if (keys.length === 0) return null;
  return Object.fromEntries(keys.map((key) => [key, before[key] ?? null]));
}

interface Images {
  readonly before: RecordImage;
  readonly after: RecordImage;
  readonly now: RecordImage;
}

/** The current child with this id, or with this content if Billy has renewed the ids since. */
function findNow(child: ChildImage | undefined, images: Images, relation: string) {
  const children = childrenOf(images.now, relation);
  const isSame = ({ fields }: ChildImage): boolean =>
    Object.keys(fields).every((key) => sameField(key, fields[key], child?.fields[key]));
  return children.find(({ id }) => id !== null && id === child?.id) ?? children.find(isSame);
}

function reverseUpdate(step: Step, images: Images, relation: string): Step[] {
  const was = childrenOf(images.before, relation).find(({ id }) => id === step.id);
  const left = childrenOf(images.after, relation).find(({ id }) => id === step.id);
  const held = findNow(left, images, relation);
  if (was === undefined || held === undefined) return [];
  const body = earlierValues(step.body, was.fields, held.fields);
  return body === null ? [] : [{ ...step, id: held.id, body }];
}

/** Removes the child that the step added: it did not exist before, and of several it is the one as it was sent. */
function reverseCreate(step: Step, images: Images, relation: string): Step[] {
  const known = new Set(childrenOf(images.before, relation).map(({ id }) => id));
  const fresh = childrenOf(images.after, relation).filter(({ id }) => !known.has(id));
  const isAsSent = ({ fields }: ChildImage): boolean =>
    Object.entries(step.body).every(
      ([key, sent]) => !(key in fields) || sameField(key, fields[key], sent as Scalar),
    );
  const added = fresh.find(isAsSent) ?? fresh[0];
  const held = added === undefined ? undefined : findNow(added, images, relation);
  if (held === undefined || known.has(held.id)) return [];
  return [{ kind: 'remove', collection: step.collection, id: held.id, body: {} }];
}

function reverseSteps(item: ItemRecord, images: Images, resource: Resource): Step[] {
  const { before, now } = images;
  return [...stepsOf(item)].reverse().flatMap((step) => {
    const relation = relationOf(resource, step.collection);
    if (relation === null) {
      const body = earlierValues(step.body, before.fields, now.fields);
      return body === null ? [] : [{ ...step, id: before.id, body }];
    }
    return step.kind === 'create'
      ? reverseCreate(step, images, relation)
      : reverseUpdate(step, images, relation);
  });
}

/** A resource, together with the further properties of its records that change by themselves. */
type Rule = Resource & { readonly ignored: ReadonlySet<string> };

/**
 * True if only the job and its rollback changed the record: each property is as the job left it, or as it
 * was before (an earlier restore was interrupted). The further properties, which no job changes, follow
 * the same rule.
 */
function isOurs({ before, after, now }: Images, rule: Rule): boolean {
  const { fields, relations, ignored } = rule;
  const changedOthers = new Set(differingOthers(now, before));
  return (
    fields.every(
      (field) =>
        sameField(field, now.fields[field], after.fields[field]) ||
        sameField(field, now.fields[field], before.fields[field]),
    ) &&
    differingOthers(now, after).every((name) => ignored.has(name) || !changedOthers.has(name)) &&
    Object.entries(relations).every(([name, { fields: names }]) => {
      const relation = { name, fields: names, ignored };
      return sameChildren(now, after, relation) || sameChildren(now, before, relation);
    })
  );
}

export const USED_REASON = 'an invoice or bill uses it';
export const CHANGED_REASON = 'the record was changed after the job';
const USED: RollbackVerdict = { kind: 'keep', reason: USED_REASON };
const CHANGED: RollbackVerdict = { kind: 'keep', reason: CHANGED_REASON };
const ADOPTED: RollbackVerdict = {
  kind: 'keep',
  reason:
    'the answer was lost, and the record was found by its number or name alone: it may not be from this job',
};
export const ARCHIVED = 'archived, since Billy refused to delete it';

/** The evidence by which an item is judged. */
export interface Seen {
  /** The current record; null: it does not exist. */
  readonly now: RecordImage | null;
  readonly isUsed: boolean;
  /** True if the rollback sent a request about this record and the answer was lost. */
  readonly hasLost?: boolean;
  /** Further properties that change by themselves and are not compared. */
  readonly ignored?: ReadonlySet<string>;
}

/** True if the record was archived but is unchanged apart from that. */
function isArchivedOnly(after: RecordImage, now: RecordImage, rule: Rule): boolean {
  if (!isArchived(now) || isArchived(after)) return false;
  return sameImage(archivedLike(now, after), after, rule);
}

function judgeCreated(after: RecordImage | null, seen: Seen, rule: Rule): RollbackVerdict {
  const { now, isUsed, hasLost = false } = seen;
  if (now === null) return { kind: 'done', reason: hasLost ? null : 'it was deleted already' };
  // After a lost answer an archived record means: Billy refused the deletion, and it was archived instead.
  if (hasLost && after !== null && isArchivedOnly(after, now, rule)) {
    return { kind: 'done', reason: ARCHIVED };
  }
  if (isUsed) return USED;
  const reason = rule.keepReason(now);
  if (reason !== null) return { kind: 'keep', reason };
  if (after === null || !sameImage(now, after, rule)) return CHANGED;
  return { kind: 'delete', image: now };
}

function judgeChanged(
  item: ItemRecord & { readonly before: RecordImage },
  seen: Seen,
  rule: Rule,
): RollbackVerdict {
  const { now, isUsed, hasLost = false } = seen;
  const { before, after } = item;
  if (now === null) return { kind: 'keep', reason: 'the record was deleted after the job' };
  if (sameImage(now, before, rule)) {
    return { kind: 'done', reason: hasLost ? null : 'it had its earlier values already' };
  }
  if (isUsed) return USED;
  if (after === null) return CHANGED;
  const images = { before, after, now };
  if (!isOurs(images, rule)) return CHANGED;
  return { kind: 'restore', steps: reverseSteps(item, images, rule), image: before };
}

/**
 * Decides how one item is rolled back. A created record is deleted if it is unchanged since the job and not
 * in use. A deleted record is recreated. A changed record gets its earlier values back if every field is as
 * the job left it or as it was before. Any other record has been changed by others, and stays.
 */
export function decideRollback(item: ItemRecord, seen: Seen, resource: Resource): RollbackVerdict {
  const { before, after } = item;
  const rule = { ...resource, ignored: seen.ignored ?? new Set<string>() };
  if (item.code === 'ADOPTED_BY_KEY') return ADOPTED;
  if (before === null) return judgeCreated(after, seen, rule);
  if (item.outcome !== 'deleted') return judgeChanged({ ...item, before }, seen, rule);
  return seen.now === null
    ? { kind: 'recreate', before }
    : { kind: 'done', reason: 'the record exists again already' };
}

/**
 * True if a lagging list may be the reason for this verdict. The list may not show the job's latest writes
 * yet: then there seems to be nothing to roll back, or the record seems to have been changed by others.
 */
export function mayBeOutdated(verdict: RollbackVerdict): boolean {
  return verdict.kind === 'done' || verdict === CHANGED;
}
